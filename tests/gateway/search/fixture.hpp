// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/uk_time.hpp"
#include "gateway/search/bundle_writer.hpp"
#include "gateway/search/federated_search.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_book.hpp"
#include "tests/support/fake_clock.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tests::search
{

using namespace std::chrono_literals;
using fhir::ErrorKind;
using fhir::search::Handling;
using fhir::search::RawParameter;
using fhir::search::SlotQuery;
using gateway::search::SlotResult;
using Frozen = std::shared_ptr<const SlotResult>;

inline const std::string base = "https://gateway.example.net/fhir/R4";
inline const std::string ods_system = "https://fhir.nhs.uk/Id/ods-organization-code";

inline fhir::OdsCode ods(std::string_view text)
{
    return fhir::OdsCode::parse(text).value();
}

inline fhir::Reference reference(std::string text)
{
    fhir::Reference made;
    made.reference = std::move(text);
    return made;
}

/// Monday 2026-11-23 08:00 UTC is `now`.
inline fhir::Instant at(std::string_view text)
{
    return fhir::parse_instant(text).value();
}

inline adapters::OfferedSlot slot(const std::string& practice, const std::string& key, fhir::Instant start,
                                  const std::string& schedule = "gp")
{
    adapters::OfferedSlot offered;
    offered.slot.id = practice + "." + key;
    offered.slot.schedule = reference("Schedule/" + practice + "." + schedule);
    offered.slot.start = start;
    offered.slot.end = start + 10min;
    offered.slot.service_type = {
        fhir::concept_of("http://snomed.info/sct", schedule == "gp" ? "788007007" : "224571005")};
    offered.supplier_key = key;
    return offered;
}

inline fhir::Schedule schedule(const std::string& practice, const std::string& key,
                               std::vector<fhir::Reference> actors)
{
    fhir::Schedule made;
    made.id = practice + "." + key;
    made.actor = std::move(actors);
    return made;
}

/// A practice with a doctor's and a nurse's list on the day after `now`, four slots each, 09:00 and then
/// every ten minutes.
inline adapters::FoundSlots two_lists(const std::string& practice, std::size_t slots_each = 4)
{
    adapters::FoundSlots found;
    for (std::size_t i = 0; i < slots_each; ++i) {
        const fhir::Instant start = at("2026-11-24T09:00:00Z") + i * 10min;
        found.slots.push_back(adapters::share(slot(practice, "g" + std::to_string(i), start, "gp")));
        found.slots.push_back(adapters::share(slot(practice, "n" + std::to_string(i), start, "nurse")));
    }
    fhir::Practitioner doctor, nurse;
    doctor.id = practice + ".d";
    doctor.gender = fhir::Gender::female;
    doctor.identifier = {fhir::identifier_of("https://fhir.nhs.uk/Id/sds-user-id", "999000111222")};
    nurse.id = practice + ".n";
    nurse.gender = fhir::Gender::male;
    fhir::PractitionerRole role;
    role.id = practice + ".r";
    role.practitioner = reference("Practitioner/" + practice + ".n");
    role.code = {fhir::concept_of("urn:job-role", "R0600")};
    fhir::Location site;
    site.id = practice + ".l";
    site.identifier = {fhir::identifier_of("https://fhir.nhs.uk/Id/ods-site-code", practice + "01")};
    fhir::Organization organization;
    organization.id = practice + ".o";
    organization.identifier = {fhir::identifier_of(ods_system, practice)};
    fhir::HealthcareService service;
    service.id = practice + ".h";
    service.identifier = {
        fhir::identifier_of("https://fhir.nhs.uk/Id/dos-service-id", "7" + practice.substr(1))};
    service.provided_by = reference("Organization/" + practice + ".o");
    service.location = {reference("Location/" + practice + ".l")};
    found.schedules = {schedule(practice, "gp",
                                {reference("Practitioner/" + practice + ".d"),
                                 reference("HealthcareService/" + practice + ".h")}),
                       schedule(practice, "nurse",
                                {reference("PractitionerRole/" + practice + ".r"),
                                 reference("Location/" + practice + ".l")})};
    found.practitioners = {doctor, nurse};
    found.practitioner_roles = {role};
    found.locations = {site};
    found.organizations = {organization};
    found.healthcare_services = {service};
    return found;
}

inline gateway::identity::Caller caller(const std::string& ods_code = "ZH001",
                                        const std::string& client = "hub")
{
    return {client, ods(ods_code), "Hub " + ods_code, {}, {}, {}, {}};
}

inline SlotQuery query(std::vector<RawParameter> more = {})
{
    std::vector<RawParameter> raw{{"status", "free"}, {"start", "ge2026-11-24"}, {"start", "lt2026-11-25"}};
    raw.insert(raw.end(), more.begin(), more.end());
    auto parsed = fhir::search::parse_slot_query(raw, Handling::strict, nullptr);
    if (!parsed)
        throw std::logic_error(parsed.error().sentence());
    return *parsed;
}

/// Practices A00001, A00002, … in one federation with the hub ZH001; ZH002 is in none.
class SearchTest : public testing::Test
{
protected:
    explicit SearchTest(std::size_t practices = 3, std::size_t slots_each = 4) : slots_each_(slots_each)
    {
        settings.deadline = 3000ms;
        for (std::size_t i = 1; i <= practices; ++i)
            add_practice("A" + std::string(i < 10 ? "0000" : "000") + std::to_string(i));
    }

    void add_practice(const std::string& code)
    {
        auto fake = std::make_shared<FakeBook>();
        fake->put(two_lists(code, slots_each_));
        auto practice = std::make_shared<gateway::policy::Practice>(
            gateway::policy::Practice{ods(code), "Practice " + code, "fake", {}, {}, nullptr, fake});
        fakes[code] = fake;
        practices_.push_back(practice);
    }

    gateway::search::FederatedSearch& search()
    {
        if (!search_) {
            if (agreed.agreements.empty()) {
                gateway::policy::Federation federation{"North", {}, {ods("ZH001")}};
                for (const auto& practice : practices_)
                    federation.practices.push_back(practice->ods);
                agreed.federations = {federation};
            }
            practices_.push_back(std::make_shared<gateway::policy::Practice>(gateway::policy::Practice{
                ods("B99999"), "Elsewhere", "fake", {}, {}, nullptr, std::make_shared<FakeBook>()}));
            directory = std::make_shared<const gateway::policy::Directory>(
                practices_, agreed, std::vector<gateway::policy::BookableService>());
            search_ = gateway::search::make_federated_search(
                {[this] { return directory; }, &clock, &random, nullptr, base,
                 [this](fhir::OdsCode, fhir::OdsCode)
                     -> gateway::Awaitable<fhir::Result<std::vector<gateway::policy::UsedSlot>>> {
                     co_return used;
                 }},
                settings);
        }
        return *search_;
    }

    fhir::Result<Frozen> find(SlotQuery wanted = query(), bool fresh = false,
                              gateway::identity::Caller who = caller())
    {
        return run(search().find_slots(std::move(who), std::move(wanted), fresh, "r1"));
    }

    static std::vector<std::string> ids(const SlotResult& result, std::size_t offset = 0,
                                        std::size_t count = 1000)
    {
        std::vector<std::string> found;
        for (const auto& hit : result.page(offset, count))
            found.push_back(hit.slot->id());
        return found;
    }

    int calls() const
    {
        int sum = 0;
        for (const auto& [code, fake] : fakes)
            sum += fake->calls;
        return sum;
    }

    FakeClock clock;
    FakeRandom random;
    gateway::search::SearchSettings settings;
    gateway::policy::Agreed agreed; ///< without agreements: everything with ZH001
    std::shared_ptr<const gateway::policy::Directory> directory;
    std::vector<gateway::policy::UsedSlot> used;
    std::map<std::string, std::shared_ptr<FakeBook>> fakes;

private:
    std::size_t slots_each_;
    std::vector<std::shared_ptr<const gateway::policy::Practice>> practices_;
    std::unique_ptr<gateway::search::FederatedSearch> search_;
};

} // namespace tests::search
