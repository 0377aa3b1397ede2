// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/validate.hpp"

#include "fhir/model/appointment.hpp"
#include "fhir/model/schedule.hpp"
#include "fhir/model/slot.hpp"

#include <gtest/gtest.h>

namespace
{

using namespace fhir;

Appointment booked()
{
    Appointment appointment;
    appointment.start = *parse_instant("2026-06-15T09:20:00Z");
    appointment.end = *parse_instant("2026-06-15T09:30:00Z");
    appointment.participant.resize(1);
    appointment.participant[0].actor = reference_to("Patient/A99001.1");
    return appointment;
}

std::vector<std::string> paths(const std::vector<Error>& errors)
{
    std::vector<std::string> all;
    for (const auto& error : errors)
        all.push_back(error.path());
    return all;
}
using Paths = std::vector<std::string>;

TEST(ValidateAppointment, AWholeBookingHasNoFault)
{
    EXPECT_TRUE(validate(booked()).empty());
}

TEST(ValidateAppointment, App1ParticipantNeedsTypeOrActor)
{
    auto appointment = booked();
    appointment.participant.emplace_back();
    EXPECT_EQ(paths(validate(appointment)), Paths{"Appointment.participant[1]"});
    appointment.participant[1].type.push_back(concept_text("location"));
    EXPECT_TRUE(validate(appointment).empty());
}

TEST(ValidateAppointment, App2StartAndEndGoTogether)
{
    auto appointment = booked();
    appointment.status = AppointmentStatus::cancelled;
    appointment.end.reset();
    EXPECT_EQ(paths(validate(appointment)), Paths{"Appointment.end"});
}

TEST(ValidateAppointment, App3OnlySomeStatusesGoWithoutTimes)
{
    for (auto status :
         {AppointmentStatus::proposed, AppointmentStatus::cancelled, AppointmentStatus::waitlist,
          AppointmentStatus::booked, AppointmentStatus::pending, AppointmentStatus::noshow}) {
        auto appointment = booked();
        appointment.status = status;
        appointment.start.reset();
        appointment.end.reset();
        const bool allowed = status == AppointmentStatus::proposed ||
                             status == AppointmentStatus::cancelled || status == AppointmentStatus::waitlist;
        EXPECT_EQ(validate(appointment).empty(), allowed);
    }
}

TEST(ValidateAppointment, App4ReasonOnlyWhenCancelledOrMissed)
{
    auto appointment = booked();
    appointment.cancelation_reason = concept_text("ill");
    EXPECT_EQ(paths(validate(appointment)), Paths{"Appointment.cancelationReason"});
    appointment.status = AppointmentStatus::noshow;
    EXPECT_TRUE(validate(appointment).empty());
}

TEST(ValidateAppointment, EveryFaultIsReported)
{
    Appointment appointment;
    appointment.start = *parse_instant("2026-06-15T09:20:00Z");
    appointment.end = appointment.start;
    EXPECT_EQ(paths(validate(appointment)), (Paths{"Appointment.end", "Appointment.participant"}));
}

TEST(ValidateSlot, NeedsScheduleAndAnEndAfterItsStart)
{
    Slot slot;
    EXPECT_EQ(paths(validate(slot)), (Paths{"Slot.schedule", "Slot.end"}));
}

TEST(ValidateSchedule, NeedsAnActor)
{
    Schedule schedule;
    EXPECT_EQ(paths(validate(schedule)), Paths{"Schedule.actor"});
    schedule.actor.push_back(reference_to("Location/A99001.1"));
    EXPECT_TRUE(validate(schedule).empty());
}

} // namespace
