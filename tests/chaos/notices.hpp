// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/chaos/work_check.hpp"

#include <string>
#include <string_view>

/// Words that the checks of notifications share.
namespace chaos
{

/// A machine's clock may be wrong by so much.
inline constexpr auto skew = std::chrono::seconds(5);

inline std::string name(const Told& told)
{
    return "subscription " + told.record.id + " of " + told.record.organisation;
}

inline std::string name(const Told& told, std::int64_t number)
{
    return name(told) + ", event " + std::to_string(number);
}

inline bool is_of_practice(std::string_view topic)
{
    return topic == gateway::store::slot_topic || topic == gateway::store::practice_topic;
}

/// As receivers are told of it: of a practice its ODS code, without a version.
inline std::string subject_of(const gateway::store::OutboxEvent& event)
{
    return is_of_practice(event.topic) ? event.practice : event.subject;
}

inline std::int64_t version_of(const gateway::store::OutboxEvent& event)
{
    return is_of_practice(event.topic) ? 0 : event.version;
}

} // namespace chaos
