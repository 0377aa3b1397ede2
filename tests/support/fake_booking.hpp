// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/booking/service.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tests
{

/// Books whatever it is asked to, or fails as told; keeps versions in memory and remembers what it was asked.
class FakeBooking : public gateway::booking::Service
{
public:
    using Stored = gateway::booking::StoredAppointment;
    using Outcome = gateway::booking::WriteOutcome;
    template <class T>
    using Awaitable = gateway::Awaitable<T>;

    std::vector<Stored> versions; ///< oldest first
    std::optional<fhir::Error> failure;
    std::optional<fhir::Error> unresolved;
    bool replay = false;
    std::optional<Outcome> earlier; ///< what a repeated key is answered with
    bool exists = false;            ///< the condition of a conditional create matches

    std::optional<gateway::booking::WriteContext> context;
    std::optional<fhir::search::TokenValue> condition;
    std::optional<fhir::Appointment> written;

    std::optional<gateway::booking::Move> move;
    gateway::booking::Withdrawal withdrawn;

    static constexpr auto new_id = "0199f3c0-0000-7000-8000-000000000001";
    static constexpr auto moved_id = "0199f3c0-0000-7000-8000-000000000002";

    Awaitable<fhir::Result<Outcome>> book(gateway::booking::WriteContext write, fhir::Appointment wanted,
                                          std::optional<fhir::search::TokenValue> if_none_exist) override
    {
        context = std::move(write);
        condition = std::move(if_none_exist);
        wanted.id = new_id;
        co_return store(std::move(wanted), 1, !exists);
    }

    Awaitable<fhir::Result<std::optional<Outcome>>>
    booked_before(gateway::booking::WriteContext write) override
    {
        if (write.idempotency_key.empty())
            co_return std::nullopt;
        co_return earlier;
    }

    Awaitable<fhir::Result<Outcome>> update(gateway::booking::WriteContext write, std::string id,
                                            std::int64_t expected_version, fhir::Appointment wanted) override
    {
        context = std::move(write);
        const auto current = newest(id);
        if (!current)
            co_return fhir::fail(fhir::ErrorKind::not_found);
        if (current->version != expected_version)
            co_return fhir::fail(fhir::ErrorKind::version_conflict);
        co_return store(std::move(wanted), expected_version + 1, false);
    }

    Awaitable<fhir::Result<Outcome>> reschedule(gateway::booking::WriteContext write, std::string id,
                                                std::int64_t expected_version,
                                                gateway::booking::Move wanted) override
    {
        context = std::move(write);
        move = wanted;
        auto current = newest(id);
        if (!current)
            co_return fhir::fail(fhir::ErrorKind::not_found);
        if (current->version != expected_version)
            co_return fhir::fail(fhir::ErrorKind::version_conflict);
        current->resource.id = moved_id;
        current->resource.slot = wanted.slots;
        co_return store(std::move(current->resource), 1, false);
    }

    Awaitable<fhir::Result<gateway::booking::Withdrawal>>
    withdraw(gateway::booking::WriteContext write, gateway::booking::WithdrawRequest request) override
    {
        context = std::move(write);
        if (failure)
            co_return std::unexpected(*failure);
        withdrawn.request = std::move(request);
        co_return withdrawn;
    }

    Awaitable<fhir::Result<gateway::booking::Withdrawal>> withdrawal(gateway::identity::Caller,
                                                                     std::string id) override
    {
        if (id != withdrawn.id)
            co_return fhir::fail(fhir::ErrorKind::not_found);
        co_return withdrawn;
    }

    Awaitable<fhir::Result<Stored>> read(gateway::identity::Caller, std::string id) override
    {
        auto found = newest(id);
        if (!found)
            co_return fhir::fail(fhir::ErrorKind::not_found);
        co_return *found;
    }

    Awaitable<fhir::Result<Stored>> read_version(gateway::identity::Caller, std::string id,
                                                 std::int64_t version) override
    {
        for (const auto& stored : versions)
            if (stored.resource.id == id && stored.version == version)
                co_return stored;
        co_return fhir::fail(fhir::ErrorKind::not_found);
    }

    Awaitable<fhir::Result<std::vector<Stored>>> history(gateway::identity::Caller, std::string id) override
    {
        std::vector<Stored> found;
        for (const auto& stored : versions)
            if (stored.resource.id == id)
                found.insert(found.begin(), stored);
        if (found.empty())
            co_return fhir::fail(fhir::ErrorKind::not_found);
        co_return found;
    }

    Awaitable<fhir::Result<std::vector<Stored>>>
    search(gateway::identity::Caller, fhir::search::AppointmentQuery, std::size_t limit) override
    {
        std::vector<Stored> found = versions;
        found.resize(std::min(found.size(), limit));
        co_return found;
    }

private:
    std::optional<Stored> newest(const std::string& id) const
    {
        std::optional<Stored> found;
        for (const auto& stored : versions)
            if (stored.resource.id == id)
                found = stored;
        return found;
    }

    fhir::Result<Outcome> store(fhir::Appointment wanted, std::int64_t version, bool created)
    {
        written = wanted;
        if (failure)
            return std::unexpected(*failure);
        wanted.meta.emplace();
        wanted.meta->version_id = std::to_string(version);
        const fhir::Instant at{std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) +
                               std::chrono::hours(8)};
        Stored stored{std::move(wanted), version, at, "A11111"};
        versions.push_back(stored);
        return Outcome{std::move(stored), created, replay, unresolved};
    }
};

} // namespace tests
