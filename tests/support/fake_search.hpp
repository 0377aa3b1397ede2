// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/id.hpp"
#include "gateway/search/federated_search.hpp"
#include "gateway/search/slot_match.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>

namespace tests
{

/// A federated search that knows the slots it was given and remembers what it was told of them.
class FakeSearch : public gateway::search::FederatedSearch
{
public:
    std::function<fhir::Instant()> now; ///< when holds count; without it they never do
    std::function<void()> before_slot;  ///< runs before a slot is looked up
    void forget(const std::string& slot_id) { books_.erase(slot_id); }

    gateway::search::Offer terms; ///< what the rules say of every slot
    gateway::Awaitable<fhir::Result<gateway::search::Offer>>
    offer_of(gateway::identity::Caller, gateway::search::SlotHit, gateway::policy::Use) override
    {
        co_return terms;
    }

    /// `schedule`, where given, is the one that the slot names.
    void offer(adapters::OfferedSlot offered, const std::optional<fhir::Schedule>& schedule = std::nullopt)
    {
        const std::string id = offered.slot.id.value();
        const fhir::Interval always{fhir::Instant::min(), fhir::Instant::max()};
        adapters::FoundSlots found;
        found.slots.push_back(adapters::share(std::move(offered)));
        if (schedule)
            found.schedules.push_back(*schedule);
        books_[id] = std::make_shared<const gateway::search::Book>(fhir::PracticeId::parse(id)->ods, always,
                                                                   fhir::Instant{}, std::move(found),
                                                                   "https://gateway.example.net/fhir/R4");
    }

    gateway::Awaitable<fhir::Result<std::shared_ptr<const gateway::search::SlotResult>>>
    find_slots(gateway::identity::Caller, fhir::search::SlotQuery query, bool, std::string,
               std::vector<fhir::Error>) override
    {
        auto result = std::make_shared<gateway::search::SlotResult>();
        for (const auto& [id, book] : books_) {
            const auto until = held_until(id);
            // Practices here have no HealthcareService: a search by practice is answered by its ODS code.
            auto narrowed = query;
            std::erase_if(narrowed.actor_chains, [&, &ods = book->ods](const auto& chain) {
                return chain.parameter == "organization.identifier" &&
                       chain.values.front().code == ods.text();
            });
            if (shows_taken(id) || (until && now && *until > now()))
                continue;
            result->books.push_back(gateway::search::match_slots({book, {}, {}}, narrowed));
            result->total += result->books.back().count;
        }
        co_return std::shared_ptr<const gateway::search::SlotResult>(std::move(result));
    }
    std::string freeze(const gateway::identity::Caller&,
                       std::shared_ptr<const gateway::search::SlotResult>) override
    {
        return {};
    }
    fhir::Result<std::shared_ptr<const gateway::search::SlotResult>> thaw(const gateway::identity::Caller&,
                                                                          std::string_view) override
    {
        return fhir::fail(fhir::ErrorKind::gone);
    }
    gateway::Awaitable<fhir::Result<gateway::search::SlotHit>> slot(gateway::identity::Caller, std::string id,
                                                                    bool, std::string) override
    {
        if (before_slot)
            before_slot();
        const auto found = books_.find(id);
        if (found == books_.end())
            co_return fhir::fail(fhir::ErrorKind::not_found);
        co_return gateway::search::SlotHit{found->second, found->second->slots.front().get()};
    }
    gateway::Awaitable<fhir::Result<std::shared_ptr<const gateway::search::Book>>>
    book_with(gateway::identity::Caller, std::string, std::string) override
    {
        co_return fhir::fail(fhir::ErrorKind::not_found);
    }
    gateway::Awaitable<std::vector<std::shared_ptr<const gateway::search::Book>>>
    books(gateway::identity::Caller, std::vector<gateway::search::MissingPractice>&) override
    {
        co_return std::vector<std::shared_ptr<const gateway::search::Book>>();
    }
    void slots_taken(const fhir::OdsCode&, const std::vector<std::string>& ids) override
    {
        const std::lock_guard lock(mutex_);
        taken_.insert(ids.begin(), ids.end());
    }
    void slots_held(const std::vector<std::string>& ids, fhir::Instant until) override
    {
        const std::lock_guard lock(mutex_);
        for (const std::string& id : ids)
            held_[id] = until;
    }
    /// Until when; nothing when it never was.
    std::optional<fhir::Instant> held_until(const std::string& id) const
    {
        const std::lock_guard lock(mutex_);
        const auto found = held_.find(id);
        return found == held_.end() ? std::nullopt : std::optional(found->second);
    }
    void slots_released(const fhir::OdsCode&, const std::vector<std::string>& ids) override
    {
        const std::lock_guard lock(mutex_);
        for (const std::string& id : ids)
            taken_.erase(id);
    }
    bool shows_taken(const std::string& id) const
    {
        const std::lock_guard lock(mutex_);
        return taken_.contains(id);
    }

private:
    std::map<std::string, std::shared_ptr<const gateway::search::Book>> books_;
    mutable std::mutex mutex_;
    std::set<std::string> taken_;
    std::map<std::string, fhir::Instant> held_;
};

} // namespace tests
