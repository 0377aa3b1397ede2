// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/faces/r4/operation_call.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Values of an operation's parameters that may come as several types, or as text in a query.
namespace gateway::faces::r4
{

/// The one of two names that was sent; the first when neither was. `invariant` when both were.
fhir::Result<std::string_view> sent_name(const OperationCall& call, std::string_view name,
                                         std::string_view alias);

/// A primitive as written; empty when absent.
std::string text_of(const OperationCall& call, std::string_view name);
/// As a token search takes it: `system|code`, several codings separated by commas; empty when absent.
std::string token_of(const OperationCall& call, std::string_view name);
/// References, also from identifiers and from text: `Type/id`, `id`, `system|value`. `value_invalid` when
/// empty.
fhir::Result<std::vector<fhir::Reference>> references_of(const OperationCall& call, std::string_view name);

struct SentReference
{
    std::string_view name;
    fhir::Reference reference;
    std::string path; ///< of the parameter
};
/// The first of them, by whichever of two names was sent; nothing when absent. Errors: those of both.
fhir::Result<std::optional<SentReference>> sent_reference(const OperationCall& call, std::string_view name,
                                                          std::string_view alias);

/// A part of a token or reference fit to stand in a query.
std::string escaped(std::string_view text);

} // namespace gateway::faces::r4
