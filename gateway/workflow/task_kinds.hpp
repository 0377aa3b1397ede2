// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string_view>

namespace gateway::workflow
{

/// What a task is about. One row of the table each; what a kind carries is its maker's to say.
enum class TaskKind
{
    referral, ///< received by BaRS message
};

/// How long a team may take: the kind's service level, unless the installation sets another.
struct ServiceLevel
{
    std::chrono::minutes routine;
    std::chrono::minutes urgent; ///< for everything above routine
};

struct KindRow
{
    TaskKind kind;
    std::string_view code; ///< of our CodeSystem task-type, and in the store
    std::string_view text; ///< for people
    ServiceLevel due;
};

std::span<const KindRow> task_kinds();
const KindRow& row_of(TaskKind kind);
std::optional<TaskKind> kind_of(std::string_view code);

} // namespace gateway::workflow
