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

/// JSON or XML, of a version 1 of the standard: the form asked for most, JSON where nothing is asked. Errors:
/// `not_acceptable`, `unsupported_media_type`.
fhir::Result<Forms> read_forms(const fhir::rest::Request& request);

} // namespace gateway::faces::bars
