// SPDX-License-Identifier: Apache-2.0
#include "gateway/notify/topics.hpp"

#include "gateway/store/outbox_records.hpp"

#include <array>

namespace gateway::notify
{

namespace
{

constexpr std::array<std::string_view, 2> appointment_filters{"status", "practice"};
constexpr std::array<std::string_view, 3> task_filters{"status", "owner", "requester"};
constexpr std::array<std::string_view, 1> practice_filters{"practice"};
constexpr std::string_view below = "/fhir/SubscriptionTopic/";

constexpr std::array<Topic, 4> known_topics{{
    {store::appointment_topic, "Appointment status",
     "An appointment or hold was made, or its status, time or content changed.", "Appointment", "Appointment",
     appointment_filters, false},
    {store::task_topic, "Task change", "A task was made, or its status, owner, team or due time changed.",
     "Task", "Task", task_filters, false},
    {store::slot_topic, "Slot availability",
     "A cancellation through the gateway, or seen in a practice's book, gave slots back. The focus is the "
     "practice: search there again.",
     "Organization", "Slot", practice_filters, true},
    {store::practice_topic, "Practice state", "A practice was paused, limited or opened for others.",
     "Organization", "Slot", practice_filters, true},
}};

} // namespace

std::span<const Topic> topics()
{
    return known_topics;
}

const Topic* topic_named(std::string_view name)
{
    for (const Topic& topic : known_topics)
        if (topic.name == name)
            return &topic;
    return nullptr;
}

std::string canonical_of(const Topic& topic, std::string_view origin)
{
    return std::string(origin) + std::string(below) + std::string(topic.name);
}

const Topic* topic_of(std::string_view canonical, std::string_view origin)
{
    canonical = canonical.substr(0, canonical.find('|'));
    for (const Topic& topic : known_topics)
        if (canonical == canonical_of(topic, origin))
            return &topic;
    return nullptr;
}

} // namespace gateway::notify
