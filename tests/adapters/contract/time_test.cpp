// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/contract/supplier.hpp"

#include <map>

// Times come out right to the minute, whatever the supplier's idea of time.

namespace tests
{

using namespace std::chrono_literals;
using adapters::simulation::SeedSlot;

namespace
{

std::map<std::string, fhir::Interval> times_of(const std::vector<SeedSlot>& slots)
{
    std::map<std::string, fhir::Interval> times;
    for (const auto& slot : slots)
        times[slot.key] = {slot.start, slot.end};
    return times;
}

} // namespace

/// Practices that hold the given slots show them with exactly those times, and book one at its time.
class SupplierTimes : public SupplierContract
{
protected:
    void expect_times(fhir::Instant now, const std::vector<SeedSlot>& slots)
    {
        clock().set(now);
        start(practice_seed(slots));
        const auto found = find({now, now + std::chrono::days(14)});
        ASSERT_TRUE(found) << found.error().sentence();
        const auto wanted = times_of(slots);
        EXPECT_EQ(found->slots.size(), wanted.size());
        for (const auto& each : found->slots) {
            const fhir::Interval seen{each->start(), each->end()};
            EXPECT_EQ(seen, wanted.at(key_of(each->slot())))
                << key_of(each->slot()) << " " << fhir::to_utc_text(seen.start);
        }
        const auto booked = book(found->slots.front()->offered());
        ASSERT_TRUE(booked) << booked.error().sentence();
        const auto listed = list();
        ASSERT_TRUE(listed) << listed.error().sentence();
        ASSERT_EQ(listed->size(), 1U);
        EXPECT_EQ(listed->front().appointment.start, booked->appointment.start);
        EXPECT_EQ(listed->front().appointment.end, booked->appointment.end);
    }
};

TEST_P(SupplierTimes, AcrossTheEndOfSummerTime)
{
    // The clocks go back on 25 October 2026 at 01:00 UTC. 01:00 to 01:59 local occurs twice: the slots of
    // that hour are GMT ones.
    expect_times(
        at("2026-10-20T08:00:00Z"),
        {seed_slot(1, at("2026-10-24T08:00:00Z"), 10min), seed_slot(2, at("2026-10-24T23:30:00Z"), 10min),
         seed_slot(3, at("2026-10-24T23:50:00Z"), 10min), seed_slot(4, at("2026-10-25T01:30:00Z"), 10min),
         seed_slot(5, at("2026-10-25T01:50:00Z"), 10min), seed_slot(6, at("2026-10-25T02:00:00Z"), 15min),
         seed_slot(7, at("2026-10-26T09:00:00Z"), 10min)});
}

TEST_P(SupplierTimes, AcrossTheStartOfSummerTime)
{
    // The clocks go forward on 28 March 2027 at 01:00 UTC.
    expect_times(
        at("2027-03-22T08:00:00Z"),
        {seed_slot(1, at("2027-03-27T09:00:00Z"), 10min), seed_slot(2, at("2027-03-28T00:30:00Z"), 10min),
         seed_slot(3, at("2027-03-28T00:50:00Z"), 10min), seed_slot(4, at("2027-03-28T01:00:00Z"), 10min),
         seed_slot(5, at("2027-03-28T08:00:00Z"), 15min), seed_slot(6, at("2027-03-29T08:00:00Z"), 10min)});
}

TEST_P(SupplierTimes, AcrossMidnight)
{
    expect_times(at("2026-11-23T08:00:00Z"), {seed_slot(1, at("2026-11-24T23:40:00Z"), 10min),
                                              seed_slot(2, at("2026-11-24T23:55:00Z"), 10min),
                                              seed_slot(3, at("2026-11-25T00:05:00Z"), 10min)});
}

TEST_P(SupplierTimes, AcrossMidnightInSummer)
{
    expect_times(at("2026-06-15T07:00:00Z"), {seed_slot(1, at("2026-06-16T22:50:00Z"), 10min),
                                              seed_slot(2, at("2026-06-16T23:00:00Z"), 10min)});
}

TEST_P(SupplierTimes, AcrossTheYearsEnd)
{
    expect_times(at("2026-12-28T08:00:00Z"), {seed_slot(1, at("2026-12-31T23:50:00Z"), 10min),
                                              seed_slot(2, at("2027-01-01T00:00:00Z"), 10min),
                                              seed_slot(3, at("2027-01-04T09:00:00Z"), 15min)});
}

TEST_P(SupplierTimes, TenThousandSlotsAreAllFound)
{
    std::vector<SeedSlot> slots;
    for (std::uint64_t i = 0; i < 10000; ++i)
        slots.push_back(seed_slot(100000 + i, at("2026-11-24T09:00:00Z") + 2min * static_cast<int>(i), 2min));
    auto seed = practice_seed(std::move(slots));
    start(std::move(seed));
    const auto found = find();
    ASSERT_TRUE(found) << found.error().sentence();
    EXPECT_EQ(found->slots.size(), 10000U);
    EXPECT_EQ(found->schedules.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Suppliers, SupplierTimes, testing::ValuesIn(contract_cases()), case_name);
INSTANTIATE_TEST_SUITE_P(Suppliers, SupplierContract, testing::ValuesIn(contract_cases()), case_name);

} // namespace tests
