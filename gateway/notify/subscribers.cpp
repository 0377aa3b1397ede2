// SPDX-License-Identifier: Apache-2.0
#include "gateway/notify/subscribers.hpp"

#include "gateway/identity/scopes.hpp"

#include <algorithm>

namespace gateway::notify
{

namespace
{

std::string in_lower_case(std::string text)
{
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 'a' - 'A') : c;
    });
    return text;
}

Subscriber subscriber_of(const identity::Client& client)
{
    Subscriber subscriber{identity::Caller{client.client_id, client.ods, client.name,
                                           client.organisation_type, client.organisation_phone,
                                           identity::of_systems(client.scopes)},
                          {},
                          client.notify_full_resource};
    for (const std::string& host : client.notify_hosts)
        subscriber.hosts.push_back(in_lower_case(host));
    return subscriber;
}

} // namespace

void CurrentSubscribers::replace(const std::vector<identity::Client>& clients)
{
    Table next;
    for (const identity::Client& client : clients)
        next.insert_or_assign(client.client_id, std::make_shared<const Subscriber>(subscriber_of(client)));
    const std::lock_guard lock(mutex_);
    table_.swap(next);
}

std::shared_ptr<const Subscriber> CurrentSubscribers::find(std::string_view client) const
{
    const std::lock_guard lock(mutex_);
    const auto found = table_.find(client);
    return found == table_.end() ? nullptr : found->second;
}

} // namespace gateway::notify
