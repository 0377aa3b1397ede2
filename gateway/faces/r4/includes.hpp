// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/datatypes.hpp"
#include "fhir/search/values.hpp"
#include "gateway/faces/r4/searchset.hpp"
#include "gateway/search/book.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace gateway::faces::r4
{

/// Identifiers of the resource that a reference `Type/id` names in this book; empty when the book does not
/// hold it.
std::vector<fhir::Identifier> identifiers_in(const search::Book& book, std::string_view reference);

/// Adds what the matches of the page refer to, as far as `_include` asks and the books hold it: each once, at
/// most two steps away.
void add_includes(const std::vector<fhir::search::Include>& includes,
                  const std::vector<std::shared_ptr<const search::Book>>& books, Searchset& result);

} // namespace gateway::faces::r4
