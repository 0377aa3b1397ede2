// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/search/federated_search.hpp"
#include "gateway/search/patient_finder.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tests
{

/// A federated search over books that the test puts in; every slot of every book matches every query.
class FakeFederation : public gateway::search::FederatedSearch
{
public:
    using Frozen = std::shared_ptr<const gateway::search::SlotResult>;
    template <class T>
    using Awaitable = gateway::Awaitable<T>;

    std::vector<std::shared_ptr<const gateway::search::Book>> held;
    std::vector<gateway::search::MissingPractice> absent;
    std::optional<fhir::Error> failure;
    std::optional<fhir::search::SlotQuery> asked;
    bool asked_fresh = false;
    std::string frozen_as = "cursor-1";

    Awaitable<fhir::Result<Frozen>> find_slots(gateway::identity::Caller, fhir::search::SlotQuery query,
                                               bool fresh, std::string,
                                               std::vector<fhir::Error> warnings) override
    {
        asked = query;
        asked_fresh = fresh;
        if (failure)
            co_return std::unexpected(*failure);
        auto result = std::make_shared<gateway::search::SlotResult>();
        for (const auto& book : held) {
            gateway::search::BookMatches matches;
            matches.book = book;
            matches.count = static_cast<std::uint32_t>(book->slots.size());
            result->total += book->slots.size();
            result->books.push_back(std::move(matches));
        }
        result->query = std::move(query);
        result->missing = absent;
        result->warnings = std::move(warnings);
        co_return Frozen(std::move(result));
    }

    std::string freeze(const gateway::identity::Caller&, Frozen result) override
    {
        frozen_ = std::move(result);
        return frozen_as;
    }

    fhir::Result<Frozen> thaw(const gateway::identity::Caller&, std::string_view token) override
    {
        if (!frozen_ || token != frozen_as)
            return fhir::fail(fhir::ErrorKind::gone);
        return frozen_;
    }

    Awaitable<fhir::Result<gateway::search::SlotHit>> slot(gateway::identity::Caller, std::string id,
                                                           bool fresh, std::string) override
    {
        asked_fresh = fresh;
        for (const auto& book : held)
            if (const auto* found = book->slot(id))
                co_return gateway::search::SlotHit{book, found};
        co_return fhir::fail(fhir::ErrorKind::not_found);
    }

    Awaitable<fhir::Result<std::shared_ptr<const gateway::search::Book>>>
    book_with(gateway::identity::Caller, std::string type, std::string id) override
    {
        for (const auto& book : held)
            if (book->holds(type, id))
                co_return book;
        co_return fhir::fail(fhir::ErrorKind::not_found);
    }

    Awaitable<std::vector<std::shared_ptr<const gateway::search::Book>>>
    books(gateway::identity::Caller, std::vector<gateway::search::MissingPractice>& missing) override
    {
        missing = absent;
        co_return held;
    }

    void slots_taken(const fhir::OdsCode&, const std::vector<std::string>&) override {}
    void slots_released(const fhir::OdsCode&, const std::vector<std::string>&) override {}
    void slots_held(const std::vector<std::string>&, fhir::Instant) override {}

private:
    Frozen frozen_;
};

/// Knows the patients that the test puts in, by NHS number.
class FakePatients : public gateway::search::PatientFinder
{
public:
    std::vector<std::pair<std::string, fhir::Patient>> known; ///< NHS number, patient
    std::vector<gateway::search::MissingPractice> missing;

    gateway::Awaitable<gateway::search::FoundPatients> find(gateway::identity::Caller, fhir::NhsNumber number,
                                                            std::string) override
    {
        gateway::search::FoundPatients found;
        for (const auto& [digits, patient] : known)
            if (digits == number.digits())
                found.patients.push_back(patient);
        found.missing = missing;
        co_return found;
    }

    gateway::Awaitable<fhir::Result<fhir::Patient>> read(gateway::identity::Caller, std::string id,
                                                         std::string) override
    {
        for (const auto& [digits, patient] : known)
            if (patient.id == id)
                co_return patient;
        co_return fhir::fail(fhir::ErrorKind::not_found);
    }

    std::optional<fhir::NhsNumber> remembered(const fhir::OdsCode&, const std::string& id) override
    {
        for (const auto& [digits, patient] : known)
            if (patient.id == id)
                return fhir::NhsNumber::parse(digits);
        return std::nullopt;
    }
};

} // namespace tests
