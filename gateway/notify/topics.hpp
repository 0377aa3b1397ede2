// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace gateway::notify
{

/// What can be subscribed to.
struct Topic
{
    std::string_view name; ///< as events of the outbox have it
    std::string_view title;
    std::string_view description;
    std::string_view resource; ///< type of the focus
    /// Type that the client must be allowed to read.
    std::string_view scope;
    std::span<const std::string_view> filters;
    /// Told to who shares with the practice, not to the two parties of an event.
    bool of_practice = false;
};

std::span<const Topic> topics();
/// nullptr when unknown.
const Topic* topic_named(std::string_view name);
/// `https://gateway.example.net/fhir/SubscriptionTopic/appointment-status`
std::string canonical_of(const Topic& topic, std::string_view origin);
/// Of the canonical, without its version; nullptr when unknown.
const Topic* topic_of(std::string_view canonical, std::string_view origin);

} // namespace gateway::notify
