// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/sandbox_federation.hpp"

#include "fhir/model/nhs_number.hpp"
#include "fhir/model/uk_time.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace
{

using gateway::cli::make_sandbox_federation;
using gateway::cli::SandboxFederation;

const fhir::Date monday = std::chrono::year(2026) / 3 / 23; // the clocks change on the 29th

/// Everything random about a federation, as one text.
std::string fingerprint(const SandboxFederation& federation)
{
    std::string text;
    for (const auto& patient : federation.patients)
        text += patient.person.nhs_number + patient.person.family + fhir::to_text(patient.person.birth_date);
    for (const auto& practice : federation.practices)
        for (const auto& session : practice.seed.sessions)
            for (const auto& slot : session.slots)
                text += slot.key + fhir::to_utc_text(slot.start) + slot.booked_by;
    return text;
}

TEST(SandboxFederation, IsTheSameForTheSameSeedAndDate)
{
    EXPECT_EQ(fingerprint(make_sandbox_federation(7, monday)),
              fingerprint(make_sandbox_federation(7, monday)));
}

TEST(SandboxFederation, IsAnotherForAnotherSeed)
{
    EXPECT_NE(fingerprint(make_sandbox_federation(7, monday)),
              fingerprint(make_sandbox_federation(8, monday)));
}

TEST(SandboxFederation, HasSixPracticesOfEachSystemTwoHubsAndOne111Provider)
{
    const auto federation = make_sandbox_federation(1, monday);
    const auto with = [&](std::string_view system) {
        return std::ranges::count(federation.practices, system, &gateway::cli::SandboxPractice::system);
    };
    EXPECT_EQ(with("emis"), 6);
    EXPECT_EQ(with("gpconnect"), 6);
    const auto of_type = [&](std::string_view type) {
        return std::ranges::count(federation.consumers, type,
                                  &gateway::cli::SandboxConsumer::organisation_type);
    };
    EXPECT_EQ(of_type("gp-practice"), 2);
    EXPECT_EQ(of_type("urgent-care"), 1);
}

TEST(SandboxFederation, ThreeHundredPatientsHaveDifferentValidNhsNumbersFromTheTestRange)
{
    const auto federation = make_sandbox_federation(1, monday);
    std::set<std::string> numbers;
    for (const auto& patient : federation.patients) {
        EXPECT_TRUE(fhir::NhsNumber::parse(patient.person.nhs_number));
        EXPECT_TRUE(patient.person.nhs_number.starts_with("999"));
        numbers.insert(patient.person.nhs_number);
    }
    EXPECT_EQ(numbers.size(), 300u);
}

TEST(SandboxFederation, SlotsCoverFourWeeksWithoutSundaysAndLunch)
{
    const auto federation = make_sandbox_federation(1, monday);
    const auto end = std::chrono::sys_days(monday) + std::chrono::days(28);
    for (const auto& practice : federation.practices)
        for (const auto& session : practice.seed.sessions) {
            EXPECT_GE(session.period.start, std::chrono::sys_days(monday));
            EXPECT_LT(session.period.end, end);
            EXPECT_NE(std::chrono::weekday(std::chrono::sys_days(fhir::uk_date(session.period.start))),
                      std::chrono::Sunday);
            for (const auto& slot : session.slots)
                EXPECT_TRUE(session.period.contains(slot.start)) << slot.key;
        }
}

TEST(SandboxFederation, SessionsKeepTheirWallClockTimeAcrossTheClockChange)
{
    const auto federation = make_sandbox_federation(1, monday);
    std::set<std::string> starts;
    for (const auto& session : federation.practices.front().seed.sessions)
        if (session.name == "Routine GP morning")
            starts.insert(fhir::to_text(fhir::to_uk_local(session.period.start)).substr(10));
    EXPECT_EQ(starts, std::set<std::string>{"T09:00:00"});
}

TEST(SandboxFederation, AboutAThirdOfTheSlotsIsTakenFromTheStart)
{
    const auto federation = make_sandbox_federation(1, monday);
    std::size_t all = 0, taken = 0;
    for (const auto& session : federation.practices.front().seed.sessions)
        for (const auto& slot : session.slots) {
            ++all;
            taken += slot.booked_by.empty() ? 0 : 1;
        }
    EXPECT_GT(taken * 100, all * 28);
    EXPECT_LT(taken * 100, all * 42);
}

TEST(SandboxFederation, GrowsAndShrinksOnRequestWithBothSystems)
{
    EXPECT_EQ(make_sandbox_federation(1, monday, 50).practices.size(), 50u);
    const auto two = make_sandbox_federation(1, monday, 2);
    EXPECT_NE(two.practices[0].system, two.practices[1].system);
}

} // namespace
