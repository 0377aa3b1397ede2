// SPDX-License-Identifier: Apache-2.0
#include "gateway/notify/match_index.hpp"

namespace gateway::notify
{

namespace
{

constexpr std::chrono::minutes audience_lifetime{1};

std::string key_of(std::string_view topic, std::string_view ods)
{
    std::string key(topic);
    key += '|';
    key += ods;
    return key;
}

bool shares(const policy::Directory& directory, const fhir::OdsCode& practice,
            const fhir::OdsCode& organisation, fhir::Instant now)
{
    return practice == organisation || directory.shares(practice, organisation, now);
}

} // namespace

MatchIndex::MatchIndex(std::vector<Subscription> subscriptions, std::int64_t generation)
    : subscriptions_(std::move(subscriptions)), generation_(generation)
{
    std::erase_if(subscriptions_, [](const Subscription& each) { return !each.hears(); });
    for (const Subscription& each : subscriptions_)
        if (each.is_carried())
            carried_.push_back(each);
    std::erase_if(subscriptions_, [](const Subscription& each) { return each.is_carried(); });
    for (std::uint32_t number = 0; number < subscriptions_.size(); ++number) {
        const Subscription& each = subscriptions_[number];
        if (!each.topic->of_practice)
            by_party_[key_of(each.topic->name, each.organisation)].push_back(number);
        else if (const auto* practices = each.filter.values("practice"))
            for (const std::string& practice : *practices)
                by_practice_[key_of(each.topic->name, practice)].push_back(number);
        else
            everywhere_[std::string(each.topic->name)][each.organisation].push_back(number);
    }
}

void MatchIndex::take(const Numbers& numbers, const store::OutboxEvent& event,
                      std::vector<const Subscription*>& found) const
{
    for (const std::uint32_t number : numbers)
        if (subscriptions_[number].filter.matches(event))
            found.push_back(&subscriptions_[number]);
}

const MatchIndex::Audience& MatchIndex::audience_of(const store::OutboxEvent& event,
                                                    const policy::Directory& directory, fhir::Instant now)
{
    Audience& audience = audiences_[key_of(event.topic, event.practice)];
    if (audience.revision == directory.revision() && now < audience.until)
        return audience;
    audience = {directory.revision(), now + audience_lifetime, {}};
    const auto practice = fhir::OdsCode::parse(event.practice);
    const auto listeners = everywhere_.find(event.topic);
    if (!practice || listeners == everywhere_.end())
        return audience;
    for (const auto& [ods, numbers] : listeners->second) {
        const auto organisation = fhir::OdsCode::parse(ods);
        if (organisation && shares(directory, *practice, *organisation, now))
            audience.groups.push_back(&numbers);
    }
    return audience;
}

std::vector<const Subscription*> MatchIndex::matching(const store::OutboxEvent& event,
                                                      const policy::Directory& directory, fhir::Instant now)
{
    std::vector<const Subscription*> found;
    const Topic* topic = topic_named(event.topic);
    if (!topic)
        return found;
    const auto take_at = [&](const auto& table, std::string_view ods) {
        if (const auto at = table.find(key_of(event.topic, ods)); at != table.end())
            take(at->second, event, found);
    };
    if (!topic->of_practice) {
        take_at(by_party_, event.practice);
        if (event.party != event.practice)
            take_at(by_party_, event.party);
        return found;
    }
    take_at(by_practice_, event.practice);
    const auto practice = fhir::OdsCode::parse(event.practice);
    std::erase_if(found, [&](const Subscription* each) {
        const auto organisation = fhir::OdsCode::parse(each->organisation);
        return !practice || !organisation || !shares(directory, *practice, *organisation, now);
    });
    for (const Numbers* group : audience_of(event, directory, now).groups)
        take(*group, event, found);
    return found;
}

} // namespace gateway::notify
