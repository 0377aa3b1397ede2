// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/store/task_store.hpp"

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tests
{

/// Tasks in memory, for tests of what stands on a TaskStore. That a real engine keeps the same promises is
/// for the store's own suite to say.
class MemoryTasks : public gateway::store::TaskStore
{
public:
    template <class T>
    using Reply = gateway::Awaitable<fhir::Result<T>>;
    using Record = gateway::store::TaskRecord;
    using Written = gateway::store::TaskWritten;

    std::optional<fhir::Error> failure; ///< of every call, while it is set

    std::function<void()> meanwhile; ///< what somebody else does just before the next change

    Reply<Written> create_task(gateway::store::NewTask wanted) override
    {
        const std::string id = wanted.task.id;
        if (!wanted.deliver_to.empty())
            deliver_to_.emplace_back(id, wanted.deliver_to);
        auto written = put(std::move(wanted.task), wanted.message, wanted.ticket, 0);
        if (written && written->answer == Written::Answer::written)
            identifiers_[id] = std::move(wanted.identifiers);
        co_return written;
    }
    Reply<Written> change_task(gateway::store::TaskChange change) override
    {
        if (const auto others = std::exchange(meanwhile, {}))
            others();
        const auto follows = change.task.version;
        if (!change.deliver_to.empty())
            deliver_to_.emplace_back(change.task.id, change.deliver_to);
        co_return put(std::move(change.task), change.message, change.ticket, follows);
    }
    Reply<std::optional<gateway::store::TicketRecord>> ticket(gateway::store::Ticket ticket) override
    {
        const auto found = tickets_.find(key_of(ticket));
        co_return found == tickets_.end() ? std::nullopt : std::optional(found->second);
    }
    Reply<std::optional<Record>> task(std::string id) override
    {
        if (failure)
            co_return std::unexpected(*failure);
        const auto found = versions_.find(id);
        co_return found == versions_.end() ? std::nullopt : std::optional(found->second.back());
    }
    Reply<std::optional<Record>> task_version(std::string id, std::int64_t version) override
    {
        const auto found = versions_.find(id);
        if (found == versions_.end() || version < 1 ||
            static_cast<std::size_t>(version) > found->second.size())
            co_return std::nullopt;
        co_return found->second[static_cast<std::size_t>(version) - 1];
    }
    Reply<std::vector<Record>> task_history(std::string id) override
    {
        const auto found = versions_.find(id);
        std::vector<Record> newest_first;
        if (found != versions_.end())
            newest_first.assign(found->second.rbegin(), found->second.rend());
        co_return newest_first;
    }
    Reply<std::vector<Record>> find_tasks(gateway::store::TaskFilter filter) override;
    Reply<std::size_t> count_tasks(gateway::store::TaskFilter filter) override
    {
        filter.offset = 0;
        auto found = co_await find_tasks(std::move(filter));
        if (!found)
            co_return std::unexpected(found.error());
        co_return found->size();
    }
    Reply<std::vector<Record>> tasks_to_escalate(fhir::Instant now, std::size_t limit) override;
    Reply<std::vector<gateway::store::WantedTask>> wanted_tasks(std::size_t) override { co_return wanted_; }
    Reply<void> forget_wanted_task(std::int64_t id) override
    {
        std::erase_if(wanted_, [&](const auto& each) { return each.id == id; });
        co_return fhir::Result<void>();
    }
    Reply<std::vector<gateway::store::TaskMessage>> task_messages(std::string id) override
    {
        co_return messages_[id];
    }
    /// That they are leased and fenced is for the real engine to say; here each is only kept.
    Reply<std::vector<gateway::store::TaskDelivery>> lease_deliveries(gateway::store::LeaseRequest) override
    {
        co_return std::vector<gateway::store::TaskDelivery>();
    }
    Reply<bool> save_delivery(gateway::store::TaskDelivery, bool) override { co_return false; }
    Reply<std::vector<gateway::store::TaskDelivery>> deliveries_of(std::string task) override
    {
        std::vector<gateway::store::TaskDelivery> found;
        for (const auto& each : deliver_to_)
            if (each.first == task) {
                auto& added = found.emplace_back();
                added.task = task;
                added.practice = each.second;
            }
        co_return found;
    }

private:
    static std::string key_of(const gateway::store::Ticket& ticket)
    {
        return ticket.client + "\n" + ticket.operation + "\n" + ticket.key;
    }
    fhir::Result<Written> put(Record record, const std::optional<gateway::store::TaskMessage>& message,
                              const std::optional<gateway::store::Ticket>& ticket, std::int64_t follows);

    std::map<std::string, std::vector<Record>> versions_;
    std::map<std::string, std::vector<gateway::store::TaskMessage>> messages_;
    std::map<std::string, std::vector<gateway::store::OwnIdentifier>> identifiers_;
    std::map<std::string, gateway::store::TicketRecord> tickets_;
    std::vector<gateway::store::WantedTask> wanted_;
    std::vector<std::pair<std::string, std::string>> deliver_to_; ///< task and practice
};

} // namespace tests
