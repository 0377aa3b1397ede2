// SPDX-License-Identifier: Apache-2.0
#include "gateway/workflow/task_kinds.hpp"

#include <algorithm>
#include <array>

namespace gateway::workflow
{

namespace
{

using std::chrono::hours;

constexpr std::array kinds{
    KindRow{TaskKind::referral, "referral", "Referral received", {hours(24), hours(4)}},
};

} // namespace

std::span<const KindRow> task_kinds()
{
    return kinds;
}

const KindRow& row_of(TaskKind kind)
{
    return kinds[static_cast<std::size_t>(kind)];
}

std::optional<TaskKind> kind_of(std::string_view code)
{
    const auto found = std::ranges::find(kinds, code, &KindRow::code);
    return found == kinds.end() ? std::nullopt : std::optional(found->kind);
}

} // namespace gateway::workflow
