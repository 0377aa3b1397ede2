// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "fhir/rest/message.hpp"
#include "gateway/faces/bars/call.hpp"

namespace gateway::faces::bars
{

/// How much of the sender a path must be told: the guide leaves organisation and target out where only
/// capabilities are asked for.
enum class Needs
{
    ids,    ///< `/metadata`
    target, ///< `/MessageDefinition`
    sender,
};

/// Reads the header fields of BaRS. Lenient in form (unpadded and URL-safe Base64, unknown members, an array
/// where one object is meant), strict about what must be there. Errors: `required` and `value_invalid` at
/// `http.<header>`.
fhir::Result<Heading> read_heading(const fhir::rest::Headers& headers, Needs needs);

/// The versions and types that the sender reads and sends. Errors: `not_acceptable`,
/// `unsupported_media_type`.
fhir::Result<void> check_types(const fhir::rest::Request& request);

} // namespace gateway::faces::bars
