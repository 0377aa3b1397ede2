// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/appointment_change.hpp"
#include "gateway/booking/resource_shape.hpp"
#include "gateway/booking/transitions.hpp"
#include "tests/gateway/booking/clinic.hpp"

#include <gtest/gtest.h>

#include <set>
#include <utility>

using namespace gateway::booking;
using fhir::AppointmentStatus;
using fhir::ErrorKind;
using tests::Clinic;

namespace
{

constexpr std::array all_statuses{AppointmentStatus::proposed,   AppointmentStatus::pending,
                                  AppointmentStatus::booked,     AppointmentStatus::arrived,
                                  AppointmentStatus::fulfilled,  AppointmentStatus::cancelled,
                                  AppointmentStatus::noshow,     AppointmentStatus::entered_in_error,
                                  AppointmentStatus::checked_in, AppointmentStatus::waitlist};

/// What a consumer may do, written down a second time.
const std::set<std::pair<std::string, std::string>> allowed_pairs{
    {"proposed", "pending"}, {"proposed", "booked"},    {"proposed", "cancelled"},
    {"pending", "booked"},   {"pending", "cancelled"},  {"waitlist", "pending"},
    {"waitlist", "booked"},  {"waitlist", "cancelled"}, {"booked", "cancelled"}};
const std::set<std::string> final_statuses{"cancelled", "fulfilled", "entered-in-error"};

TEST(Transitions, EveryPairOfStatusesIsAllowedOrRefusedAsTheTableSays)
{
    for (const auto from : all_statuses)
        for (const auto to : all_statuses) {
            const std::pair pair{std::string(code_of(from)), std::string(code_of(to))};
            const bool stays = from == to && !final_statuses.contains(pair.first);
            const auto answer = check_transition(from, to);
            EXPECT_EQ(answer.has_value(), stays || allowed_pairs.contains(pair)) << pair.first << pair.second;
            if (answer)
                continue;
            EXPECT_EQ(answer.error().kind(), ErrorKind::transition_not_allowed);
            EXPECT_EQ(answer.error().path(), "Appointment.status");
            EXPECT_NE(answer.error().sentence().find(pair.first), std::string::npos);
            EXPECT_FALSE(answer.error().advice().empty());
        }
}

TEST(Transitions, ARefusalSaysWhatIsAllowedInstead)
{
    const auto sentence = [](AppointmentStatus from, AppointmentStatus to) {
        return check_transition(from, to).error().sentence();
    };
    EXPECT_EQ(
        sentence(AppointmentStatus::booked, AppointmentStatus::pending),
        "The status cannot be changed from booked to pending; from there it can only become cancelled.");
    EXPECT_EQ(
        sentence(AppointmentStatus::pending, AppointmentStatus::waitlist),
        "The status cannot be changed from pending to waitlist; from there it can only become booked or "
        "cancelled.");
    EXPECT_EQ(
        sentence(AppointmentStatus::arrived, AppointmentStatus::cancelled),
        "The status cannot be changed from arrived to cancelled; from there only the practice moves it on.");
    EXPECT_NE(check_transition(AppointmentStatus::booked, AppointmentStatus::arrived)
                  .error()
                  .advice()
                  .find("practice's own system sets arrived"),
              std::string::npos);
}

TEST(Transitions, AChangeOfAnAppointmentKeepsToTheTable)
{
    adapters::Capabilities can;
    can.amend = true;
    can.max_description = can.max_comment = 100;
    for (const auto from : all_statuses)
        for (const auto to : all_statuses) {
            const auto current = with_status(Clinic::wanted(), from);
            const auto change =
                compare(current, with_status(current, to), can, tests::FakeClock::default_start);
            const bool allowed = check_transition(from, to).has_value();
            const bool refused = !change && change.error().kind() == ErrorKind::transition_not_allowed;
            EXPECT_NE(allowed, refused) << code_of(from) << " to " << code_of(to);
        }
}

TEST(Transitions, ANewAppointmentIsBookedHeldOrWaits)
{
    for (const auto status : all_statuses) {
        const bool allowed = status == AppointmentStatus::booked || status == AppointmentStatus::pending ||
                             status == AppointmentStatus::waitlist;
        const auto answer = check_first_status(status);
        EXPECT_EQ(answer.has_value(), allowed) << code_of(status);
        if (!answer)
            EXPECT_EQ(answer.error().kind(), ErrorKind::transition_not_allowed);
    }
    EXPECT_NE(check_first_status(AppointmentStatus::proposed).error().advice().find("$find"),
              std::string::npos);
}

TEST(Transitions, ABookedAppointmentRefusesWhatIsThePracticesToSet)
{
    Clinic clinic;
    const auto booked = clinic.book()->appointment;
    for (const auto to : {AppointmentStatus::arrived, AppointmentStatus::fulfilled, AppointmentStatus::noshow,
                          AppointmentStatus::checked_in, AppointmentStatus::entered_in_error,
                          AppointmentStatus::pending, AppointmentStatus::waitlist}) {
        const auto refused = clinic.update(booked, with_status(booked.resource, to));
        ASSERT_FALSE(refused) << code_of(to);
        EXPECT_EQ(refused.error().kind(), ErrorKind::transition_not_allowed) << code_of(to);
    }
    EXPECT_EQ(clinic.read(*booked.resource.id)->version, 1);
}

} // namespace
