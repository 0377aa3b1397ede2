// SPDX-License-Identifier: Apache-2.0
#include "gateway/workflow/task_status.hpp"

#include "fhir/schema/codes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace
{

using fhir::TaskStatus;
using gateway::workflow::is_end;
using gateway::workflow::may_become;
using gateway::workflow::Parties;

std::string followers(TaskStatus from, Parties who)
{
    std::string joined;
    for (std::size_t i = 0; i < fhir::codes_of<TaskStatus>.size(); ++i)
        if (may_become(from, static_cast<TaskStatus>(i), who))
            joined += (joined.empty() ? "" : " ") + std::string(fhir::codes_of<TaskStatus>[i]);
    return joined;
}

struct StatusRow
{
    TaskStatus from;
    const char* by_owner;
    const char* by_requester;
};

const StatusRow rows[] = {
    {TaskStatus::draft, "", "requested cancelled entered-in-error"},
    {TaskStatus::requested, "received accepted rejected", "cancelled entered-in-error"},
    {TaskStatus::received, "accepted rejected", "cancelled entered-in-error"},
    {TaskStatus::accepted, "ready in-progress on-hold", "cancelled entered-in-error"},
    {TaskStatus::ready, "cancelled in-progress on-hold", "entered-in-error"},
    {TaskStatus::in_progress, "cancelled on-hold failed completed", "entered-in-error"},
    {TaskStatus::on_hold, "ready cancelled in-progress failed", "entered-in-error"},
    {TaskStatus::rejected, "", ""},
    {TaskStatus::cancelled, "", ""},
    {TaskStatus::failed, "", ""},
    {TaskStatus::completed, "", ""},
    {TaskStatus::entered_in_error, "", ""},
};

TEST(TaskStatus, EachFollowsAsTheTableSaysAndForWhomItSays)
{
    ASSERT_EQ(std::size(rows), fhir::codes_of<TaskStatus>.size());
    for (const StatusRow& row : rows) {
        EXPECT_EQ(followers(row.from, {true, false}), row.by_owner) << fhir::code_text(row.from);
        EXPECT_EQ(followers(row.from, {false, true}), row.by_requester) << fhir::code_text(row.from);
        EXPECT_EQ(followers(row.from, {false, false}), "") << fhir::code_text(row.from);
    }
}

TEST(TaskStatus, EveryStatusHasAWayToAnEnd)
{
    for (const StatusRow& row : rows) {
        std::set<TaskStatus> reached{row.from};
        for (std::size_t before = 0; before != reached.size();) {
            before = reached.size();
            for (const TaskStatus from : std::set(reached))
                for (std::size_t i = 0; i < fhir::codes_of<TaskStatus>.size(); ++i)
                    if (may_become(from, static_cast<TaskStatus>(i), {true, true}))
                        reached.insert(static_cast<TaskStatus>(i));
        }
        EXPECT_TRUE(std::ranges::any_of(reached, is_end)) << fhir::code_text(row.from);
    }
}

} // namespace
