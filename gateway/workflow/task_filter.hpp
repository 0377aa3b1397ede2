// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/search/task_query.hpp"
#include "gateway/store/task_records.hpp"

namespace gateway::workflow
{

/// The part of a search that columns can answer: never less is found by it than the search asks for.
struct ColumnSearch
{
    store::TaskFilter filter;
    bool whole = false; ///< columns answer all of it, its order too
};
ColumnSearch column_search(const fhir::search::TaskQuery& query);

} // namespace gateway::workflow
