// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/sandbox_world.hpp"

#include "adapters/registry.hpp"
#include "fhir/model/nhs_number.hpp"
#include "fhir/model/uk_time.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace
{

using gateway::cli::make_sandbox_world;
using gateway::cli::SandboxWorld;

const fhir::Date monday = std::chrono::year(2026) / 3 / 23; // the clocks change on the 29th

/// Everything random about a federation, as one text.
std::string fingerprint(const SandboxWorld& world)
{
    std::string text;
    for (const auto& patient : world.patients)
        text += patient.person.nhs_number + patient.person.family + fhir::to_text(patient.person.birth_date);
    for (const auto& practice : world.practices)
        for (const auto& session : practice.seed.sessions)
            for (const auto& slot : session.slots)
                text += slot.key + fhir::to_utc_text(slot.start) + slot.booked_by;
    return text;
}

TEST(SandboxWorld, IsTheSameForTheSameSeedAndDate)
{
    EXPECT_EQ(fingerprint(make_sandbox_world(7, monday)), fingerprint(make_sandbox_world(7, monday)));
}

TEST(SandboxWorld, IsAnotherForAnotherSeed)
{
    EXPECT_NE(fingerprint(make_sandbox_world(7, monday)), fingerprint(make_sandbox_world(8, monday)));
}

TEST(SandboxWorld, HasThreePracticesOfEverySystemTwoHubsAndOne111Provider)
{
    const auto world = make_sandbox_world(1, monday);
    for (const auto& system : adapters::supplier_systems())
        EXPECT_EQ(std::ranges::count(world.practices, system.name, &gateway::cli::SandboxPractice::system), 3)
            << system.name;
    const auto of_type = [&](std::string_view type) {
        return std::ranges::count_if(world.consumers, [&](const gateway::cli::SandboxConsumer& each) {
            return each.organisation_type == type && !each.practice;
        });
    };
    EXPECT_EQ(of_type("gp-practice"), 2);
    EXPECT_EQ(of_type("urgent-care"), 1);
}

TEST(SandboxWorld, ItsTwoFederationsHaveOnePracticeInCommonAndAllTogether)
{
    const auto world = make_sandbox_world(1, monday);
    ASSERT_EQ(world.federations.size(), 2u);
    std::map<std::string, int> shares;
    for (const auto& federation : world.federations)
        for (const auto& practice : federation.practices)
            ++shares[practice];
    EXPECT_EQ(shares.size(), world.practices.size());
    EXPECT_EQ(std::ranges::count_if(shares, [](const auto& each) { return each.second == 2; }), 1);
}

TEST(SandboxWorld, NewcomersAreKnownOnlyWhereTheyAreRegistered)
{
    const auto world = make_sandbox_world(1, monday);
    std::map<std::string, std::set<std::string>> known_at;
    for (const auto& practice : world.practices)
        for (const auto& patient : practice.seed.patients)
            known_at[patient.nhs_number].insert(practice.seed.ods);
    std::size_t newcomers = 0;
    for (const auto& patient : world.patients) {
        newcomers += patient.newcomer ? 1 : 0;
        EXPECT_EQ(known_at[patient.person.nhs_number].size(), patient.newcomer ? 1 : world.practices.size());
        EXPECT_TRUE(known_at[patient.person.nhs_number].contains(patient.practice));
    }
    EXPECT_EQ(newcomers, 20u);
}

TEST(SandboxWorld, ThreeHundredPatientsHaveDifferentValidNhsNumbersFromTheTestRange)
{
    const auto world = make_sandbox_world(1, monday);
    std::set<std::string> numbers;
    for (const auto& patient : world.patients) {
        EXPECT_TRUE(fhir::NhsNumber::parse(patient.person.nhs_number));
        EXPECT_TRUE(patient.person.nhs_number.starts_with("999"));
        numbers.insert(patient.person.nhs_number);
    }
    EXPECT_EQ(numbers.size(), 300u);
}

TEST(SandboxWorld, SlotsCoverFourWeeksWithoutSundaysAndLunch)
{
    const auto world = make_sandbox_world(1, monday);
    const auto end = std::chrono::sys_days(monday) + std::chrono::days(28);
    for (const auto& practice : world.practices)
        for (const auto& session : practice.seed.sessions) {
            EXPECT_GE(session.period.start, std::chrono::sys_days(monday));
            EXPECT_LT(session.period.end, end);
            EXPECT_NE(std::chrono::weekday(std::chrono::sys_days(fhir::uk_date(session.period.start))),
                      std::chrono::Sunday);
            for (const auto& slot : session.slots)
                EXPECT_TRUE(session.period.contains(slot.start)) << slot.key;
        }
}

TEST(SandboxWorld, SessionsKeepTheirWallClockTimeAcrossTheClockChange)
{
    const auto world = make_sandbox_world(1, monday);
    std::set<std::string> starts;
    for (const auto& session : world.practices.front().seed.sessions)
        if (session.name == "Routine GP morning")
            starts.insert(fhir::to_text(fhir::to_uk_local(session.period.start)).substr(10));
    EXPECT_EQ(starts, std::set<std::string>{"T09:00:00"});
}

TEST(SandboxWorld, AboutAThirdOfTheSlotsIsTakenFromTheStart)
{
    const auto world = make_sandbox_world(1, monday);
    std::size_t all = 0, taken = 0;
    for (const auto& session : world.practices.front().seed.sessions)
        for (const auto& slot : session.slots) {
            ++all;
            taken += slot.booked_by.empty() ? 0 : 1;
        }
    EXPECT_GT(taken * 100, all * 28);
    EXPECT_LT(taken * 100, all * 42);
}

TEST(SandboxWorld, GrowsAndShrinksOnRequestWithAMixOfSystems)
{
    EXPECT_EQ(make_sandbox_world(1, monday, 50).practices.size(), 50u);
    const auto two = make_sandbox_world(1, monday, 2);
    EXPECT_NE(two.practices[0].system, two.practices[1].system);
}

} // namespace
