// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json.hpp"
#include "fhir/outcome/operation_outcome.hpp"
#include "tests/gateway/booking/clinic.hpp"
#include "tests/support/fake_recorder.hpp"
#include "tests/support/memory_consents.hpp"

#include <gtest/gtest.h>

// A patient who is hidden from an organisation, against one whom the practice does not know.
namespace
{

using fhir::ErrorKind;
using gateway::policy::ConsentKind;
using tests::Clinic;
using tests::hub;
using tests::run;

constexpr auto hidden_number = "9990000018", unknown_number = "9990000026";

/// A practice that says whom it knows before it books, like GP Connect.
class KnowsSome : public tests::FakeAdapter
{
public:
    int finds = 0;

    adapters::Awaitable<fhir::Result<fhir::Patient>> find_patient(adapters::FindPatient query) override
    {
        ++finds;
        if (who(query.patient) != hidden_number)
            co_return fhir::fail(ErrorKind::patient_not_found);
        co_return fhir::Patient{};
    }
};

class HiddenPatient : public testing::Test
{
protected:
    HiddenPatient()
    {
        system->can.find_patient = true;
        system->unknown_patients = {unknown_number};
        for (const auto& slot : clinic.adapter->offered)
            system->offered.push_back(slot);
        clinic.adapter = system;
        clinic.consents = &consents;
        clinic.crash();
        clinic.start();
    }
    void hide(ConsentKind kind = ConsentKind::sensitive, std::string_view custodian = {})
    {
        auto written = tests::finished(consents.write(tests::consent_of(hidden_number, kind, custodian)));
        ASSERT_TRUE(written);
        consent = written->consent;
    }
    Clinic::Outcome book(const char* number, int slot = 1, std::string organisation = "HUB01")
    {
        return clinic.book(Clinic::wanted(slot, number), Clinic::from({}, "hash", std::move(organisation)));
    }
    static std::string told(const Clinic::Outcome& outcome)
    {
        return outcome ? "booked"
                       : fhir::codec::to_json(fhir::to_operation_outcome(outcome.error(), "https://codes"));
    }
    int refusals() const
    {
        int count = 0;
        for (const auto& note : recorder.notes)
            count += note.record.event == gateway::audit::Event::decision;
        return count;
    }

    std::shared_ptr<KnowsSome> system = std::make_shared<KnowsSome>();
    tests::MemoryConsents memory;
    tests::FakeRecorder recorder;
    Clinic clinic;
    gateway::policy::Consents consents{
        {memory, [this] { return clinic.directory; }, clinic.clock, clinic.random, &recorder}};
    gateway::policy::Consent consent{.patient = *fhir::NhsNumber::parse(hidden_number)};
};

TEST_F(HiddenPatient, IsRefusedAsAnUnknownOneIs)
{
    hide();
    const auto hidden = book(hidden_number);
    const auto unknown = book(unknown_number);
    ASSERT_FALSE(hidden);
    EXPECT_EQ(hidden.error().kind(), ErrorKind::patient_not_found);
    EXPECT_EQ(told(hidden), told(unknown));
    EXPECT_TRUE(system->rows.empty());
    EXPECT_EQ(refusals(), 1);
}

TEST_F(HiddenPatient, IsBookedByThePracticeItself)
{
    hide();
    EXPECT_TRUE(book(hidden_number, 1, "A10001"));
    EXPECT_EQ(refusals(), 0);
}

TEST_F(HiddenPatient, IsBookedElsewhereWhereTheConsentDoesNotHold)
{
    hide(ConsentKind::dissent, "B20002");
    EXPECT_TRUE(book(hidden_number));
}

TEST_F(HiddenPatient, IsNotRegisteredInTheirAbsence)
{
    system->can.register_patient = true;
    hide();
    const auto outcome = clinic.book(Clinic::with_demographics(Clinic::wanted(1, hidden_number)));
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().kind(), ErrorKind::patient_ineligible);
    EXPECT_EQ(system->registrations, 0);
    const auto bare = book(hidden_number);
    EXPECT_EQ(told(bare), told(book(unknown_number)));
}

TEST_F(HiddenPatient, IsNotBookedThroughTheLinkThatIsKept)
{
    system->can.needs_patient_link = true;
    ASSERT_TRUE(run(*clinic.context, clinic.store->save_patient_links(std::vector<gateway::store::LinkRecord>{
                                         {"A10001", hidden_number, "kept-link"}})));
    hide();
    EXPECT_EQ(told(book(hidden_number)), told(book(unknown_number)));
    EXPECT_EQ(system->books, 0);
    system->link_error = fhir::Error(ErrorKind::demographics_mismatch);
    const auto linked = clinic.book(Clinic::with_demographics(Clinic::wanted(1, hidden_number)));
    ASSERT_FALSE(linked);
    EXPECT_EQ(linked.error().kind(), ErrorKind::demographics_mismatch);
    EXPECT_EQ(system->links, 1);
}

TEST_F(HiddenPatient, AHoldIsMadeForThemAsForAnybodyAndBookingItIsRefused)
{
    hide();
    const auto hold = [&](const char* number, int slot) {
        auto wanted = Clinic::wanted(slot, number);
        wanted.status = fhir::AppointmentStatus::pending;
        return clinic.book(std::move(wanted));
    };
    const auto held = hold(hidden_number, 1), other = hold(unknown_number, 2);
    ASSERT_TRUE(held && other);
    const auto take = [&](const Clinic::Outcome& one) {
        auto next = one->appointment.resource;
        next.status = fhir::AppointmentStatus::booked;
        return clinic.update(one->appointment, std::move(next));
    };
    EXPECT_EQ(told(take(held)), told(take(other)));
    EXPECT_TRUE(system->rows.empty());
}

TEST_F(HiddenPatient, WhatWasBookedBeforeIsReadAmendedAndCancelled)
{
    const auto booked = book(hidden_number);
    ASSERT_TRUE(booked);
    hide();
    const auto read = clinic.read(*booked->appointment.resource.id);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->booked_by, "HUB01");
    const auto cancelled = clinic.cancel(*read);
    ASSERT_TRUE(cancelled);
    EXPECT_EQ(cancelled->appointment.resource.status, fhir::AppointmentStatus::cancelled);
    EXPECT_EQ(system->cancels, 1);
}

TEST_F(HiddenPatient, IsNotMovedToWhereTheyAreHiddenButByThePracticeItself)
{
    const auto booked = book(hidden_number);
    ASSERT_TRUE(booked);
    hide(ConsentKind::dissent, "A10001");
    const auto moved = clinic.move(booked->appointment, Clinic::to(Clinic::slot_id(2)));
    ASSERT_FALSE(moved);
    EXPECT_EQ(moved.error().kind(), ErrorKind::patient_not_found);
    EXPECT_EQ(clinic.read(*booked->appointment.resource.id)->resource.status,
              fhir::AppointmentStatus::booked);
    const auto current = clinic.read(*booked->appointment.resource.id);
    EXPECT_TRUE(clinic.move(*current, Clinic::to(Clinic::slot_id(2)), Clinic::from({}, "hash", "A10001")));
}

TEST_F(HiddenPatient, IsBookedAgainWhenTheConsentHasEnded)
{
    hide();
    ASSERT_FALSE(book(hidden_number));
    ASSERT_TRUE(tests::finished(consents.write(tests::ended(consent))));
    EXPECT_TRUE(book(hidden_number));
}

TEST_F(HiddenPatient, AReplayAnswersAsBefore)
{
    hide();
    const auto first = clinic.book(Clinic::wanted(1, hidden_number), Clinic::from("key"));
    const auto again = clinic.book(Clinic::wanted(1, hidden_number), Clinic::from("key"));
    EXPECT_EQ(told(first), told(again));
}

TEST_F(HiddenPatient, TheirAppointmentsAtThePracticeAreThoseOfWhoAsks)
{
    ASSERT_TRUE(book(hidden_number, 1, "HUB01"));
    ASSERT_TRUE(book(hidden_number, 2, "HUB02"));
    const auto seen_by = [&](const char* organisation) {
        auto context = Clinic::from({}, "hash", "A10001");
        context.asking = fhir::OdsCode::parse(organisation);
        const auto found = run(
            *clinic.context,
            clinic.service->patient_book(context, *fhir::NhsNumber::parse(hidden_number),
                                         {clinic.clock.now(), clinic.clock.now() + std::chrono::days(9)}));
        return found ? found->size() : 99U;
    };
    EXPECT_EQ(seen_by("HUB01"), 2U);
    hide();
    const int reads = system->reads;
    EXPECT_EQ(seen_by("HUB01"), 1U);
    EXPECT_EQ(system->reads, reads + 1) << "the practice is asked as for anybody";
    EXPECT_EQ(seen_by("HUB03"), 0U);
    EXPECT_EQ(seen_by("A10001"), 2U);
}

} // namespace
