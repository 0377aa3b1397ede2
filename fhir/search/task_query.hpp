// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/task.hpp"
#include "fhir/search/parameter.hpp"

#include <string_view>
#include <vector>

namespace fhir::search
{

/// A Task search: all criteria must hold.
struct TaskQuery : ParsedQuery
{
    /// The criteria of one parameter.
    std::vector<const Criterion*> of(std::string_view parameter) const;
};

Result<TaskQuery> parse_task_query(const std::vector<RawParameter>& raw, Handling handling,
                                   std::vector<Error>* warnings);
const Vocabulary& task_vocabulary();

/// The ODS code that an organisation is asked for by: its identifier, `Organization/<ODS>.<local>` or the
/// code itself. Empty when it is none.
std::string organisation_of(const ReferenceValue& value);

/// Whether a task is a match. `updated`: when its current version was made.
bool matches(const TaskQuery& query, const Task& task, Instant updated);

/// In the order asked for. `priority` counts from routine to stat (FHIR R4 request-priority), not by letters.
bool comes_before(const Task& left, const Task& right, const std::vector<Sort>& keys);

} // namespace fhir::search
