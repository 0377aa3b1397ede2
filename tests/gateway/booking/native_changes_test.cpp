// SPDX-License-Identifier: Apache-2.0
// What practices do in their own books is seen, kept as a version and told; what merely is not listed once is
// not believed.
#include "tests/gateway/booking/clinic.hpp"

#include "adapters/upstream/upstream.hpp"
#include "gateway/booking/resource_shape.hpp"

#include <gtest/gtest.h>

using namespace gateway::booking;
using fhir::AppointmentStatus;
using fhir::ErrorKind;
using tests::Clinic;
using Fault = tests::FakeAdapter::Fault;

namespace
{

struct Told : Changes
{
    void on_change(const PracticeChange& change) override { changes.push_back(change); }
    std::vector<PracticeChange> changes;
};

class NativeChanges : public testing::Test
{
protected:
    NativeChanges()
    {
        practice.can.lists_cancelled = practice.can.read_appointment = practice.can.sees_attendance = true;
        clinic.settings.watch_every = every;
        start();
    }
    void start()
    {
        clinic.crash();
        clinic.start();
        clinic.service =
            make_service({*clinic.store, [this] { return clinic.directory; }, clinic.search, nullptr,
                          clinic.clock, clinic.random, clinic.metrics, &told, nullptr, &clinic.recorded},
                         clinic.settings);
        watch(*clinic.service); // the first look of all comes at a time of its own
    }
    std::size_t watch(SettlingService& service)
    {
        return tests::run(*clinic.context, service.watch_practices());
    }
    /// The next look at everything.
    std::size_t look()
    {
        clinic.clock.advance(every * 12 / 10);
        return watch(*clinic.service);
    }
    /// The next look at what is doubted.
    std::size_t look_again()
    {
        clinic.clock.advance(std::chrono::seconds(31));
        return watch(*clinic.service);
    }
    void only_lists()
    {
        practice.can.read_appointment = practice.can.lists_cancelled = practice.can.sees_attendance = false;
    }
    std::string book(int slot = 1)
    {
        const auto booked = clinic.book(Clinic::wanted(slot));
        EXPECT_TRUE(booked);
        return booked->appointment.resource.id.value();
    }
    tests::FakeAdapter::Row& row(int slot = 1)
    {
        for (auto& [key, each] : practice.rows)
            if (each.slot == Clinic::slot_id(slot))
                return each;
        throw std::logic_error("no such row");
    }
    StoredAppointment now(const std::string& id) { return clinic.read(id).value(); }
    AppointmentStatus status(const std::string& id) { return now(id).resource.status; }

    static constexpr auto every = std::chrono::minutes(5);
    Clinic clinic;
    const std::size_t all = clinic.directory->practices().size();
    tests::FakeAdapter& practice = *clinic.adapter;
    Told told;
};

TEST_F(NativeChanges, ACancellationThatAReadShowsIsTakenOverAndTold)
{
    const auto id = book();
    row().cancelled = true;
    EXPECT_EQ(look(), all);
    const auto seen = now(id);
    EXPECT_EQ(seen.version, 2);
    EXPECT_EQ(seen.resource.status, AppointmentStatus::cancelled);
    EXPECT_TRUE(seen.resource.cancelation_reason);
    ASSERT_EQ(seen.resource.meta->tag.size(), 1u);
    EXPECT_EQ(seen.resource.meta->tag[0].system->text, changed_by_system("https://apptgw.example"));
    EXPECT_EQ(seen.resource.meta->tag[0].code->text, "practice");
    EXPECT_FALSE(clinic.search.shows_taken(Clinic::slot_id(1)));
    ASSERT_EQ(told.changes.size(), 1u);
    EXPECT_EQ(told.changes[0].kind, ChangeKind::cancelled);
    EXPECT_EQ(told.changes[0].appointment, id);
    EXPECT_EQ(told.changes[0].version, 2);
    EXPECT_EQ(told.changes[0].practice_ods, "A10001");
    EXPECT_EQ(told.changes[0].booked_by, "HUB01");
    EXPECT_NE(
        clinic.metrics.text().find(R"(apptgw_practice_changes_total{change="cancelled",connector="emis"} 1)"),
        std::string::npos);
    EXPECT_TRUE(clinic.book(Clinic::wanted(1, "9990000026"))) << "the slot is free again";
    EXPECT_EQ(tests::run(*clinic.context, clinic.service->history(tests::hub(), id))->size(), 2u);
}

TEST_F(NativeChanges, WhatThePracticeDidIsOnRecordAsItsOwnDoing)
{
    const auto id = book();
    row().cancelled = true;
    look();
    EXPECT_EQ(clinic.recorded.writes(),
              std::vector<std::string>{"practice: cancelled in its own book, Appointment/" + id + "/2"});
    EXPECT_EQ(clinic.recorded.notes.front().record.agent, "A10001");
    EXPECT_EQ(clinic.recorded.notes.front().patient, "9990000018");
}

TEST_F(NativeChanges, WhatTakesThePatientsAppointmentCallsForATask)
{
    const auto wanted = [&] {
        std::string kinds;
        for (const auto& each : *tests::run(*clinic.context, clinic.store->wanted_tasks(10)))
            kinds += each.kind + "@" + std::to_string(each.version) + " ";
        return kinds;
    };
    book();
    look();
    EXPECT_EQ(wanted(), "");
    row().mark = AppointmentStatus::arrived;
    look();
    EXPECT_EQ(wanted(), "");
    row().mark = AppointmentStatus::noshow;
    look();
    EXPECT_EQ(wanted(), "dna-followup@3 ");
    row().mark = AppointmentStatus::booked;
    look();
    row().cancelled = true;
    look();
    EXPECT_EQ(wanted(), "dna-followup@3 rebook-required@5 ");
}

TEST_F(NativeChanges, WhatIsAsItWasMakesNoVersion)
{
    const auto id = book();
    look();
    look();
    EXPECT_EQ(now(id).version, 1);
    EXPECT_TRUE(told.changes.empty());
    EXPECT_GE(practice.reads, 2);
}

TEST_F(NativeChanges, WhatReceptionMarksIsAVersionEach)
{
    const auto id = book();
    const std::vector<std::pair<AppointmentStatus, ChangeKind>> marks{
        {AppointmentStatus::arrived, ChangeKind::arrived},
        {AppointmentStatus::fulfilled, ChangeKind::fulfilled},
        {AppointmentStatus::noshow, ChangeKind::noshow}, // no consumer could ask for that; the practice may
        {AppointmentStatus::booked, ChangeKind::corrected}};
    std::int64_t version = 1;
    for (const auto& [mark, kind] : marks) {
        row().mark = mark;
        look();
        EXPECT_EQ(now(id).version, ++version);
        EXPECT_EQ(status(id), mark);
        EXPECT_EQ(told.changes.back().kind, kind);
    }
    EXPECT_EQ(told.changes.size(), marks.size());
}

TEST_F(NativeChanges, AStatusThatIsOnlyAGuessFromTheTimeIsNone)
{
    only_lists();
    const auto id = book();
    row().mark = AppointmentStatus::fulfilled;
    look();
    EXPECT_EQ(now(id).version, 1);
}

TEST_F(NativeChanges, WhatWasYesterdayIsStillLookedAtWhereAttendanceIsTold)
{
    const auto id = book();
    clinic.clock.advance(std::chrono::hours(26)); // the appointment was an hour ago
    row().mark = AppointmentStatus::noshow;
    look();
    EXPECT_EQ(status(id), AppointmentStatus::noshow);
    clinic.clock.advance(std::chrono::hours(26));
    const int reads = practice.reads;
    look();
    EXPECT_EQ(practice.reads, reads);
}

TEST_F(NativeChanges, AMoveTakesTheNewTimeAndTheNewSlot)
{
    const auto id = book();
    row().slot = Clinic::slot_id(2);
    look();
    const auto moved = now(id);
    EXPECT_EQ(moved.resource.start, Clinic::slot(2).slot.start);
    EXPECT_EQ(moved.resource.end, Clinic::slot(2).slot.end);
    ASSERT_EQ(moved.resource.slot.size(), 1u);
    EXPECT_EQ(moved.resource.slot[0].reference, "Slot/" + Clinic::slot_id(2));
    EXPECT_EQ(moved.resource.status, AppointmentStatus::booked);
    EXPECT_EQ(told.changes.at(0).kind, ChangeKind::moved);
    EXPECT_FALSE(clinic.search.shows_taken(Clinic::slot_id(1)));
    EXPECT_TRUE(clinic.search.shows_taken(Clinic::slot_id(2)));
    EXPECT_EQ(clinic.book(Clinic::wanted(2, "9990000026")).error().kind(), ErrorKind::slot_unavailable);
    EXPECT_TRUE(clinic.book(Clinic::wanted(1, "9990000026")));
    look();
    EXPECT_EQ(now(id).version, 2);
    EXPECT_TRUE(clinic.cancel(now(id))) << "by the practice's number, wherever it has gone";
}

TEST_F(NativeChanges, AMoveIntoASlotThatIsHeldForAnotherEndsTheHold)
{
    const auto id = book();
    auto hold_of = Clinic::wanted(2, "9990000026");
    hold_of.status = AppointmentStatus::pending;
    const auto hold = clinic.book(hold_of);
    ASSERT_TRUE(hold) << hold.error().sentence();
    row().slot = Clinic::slot_id(2);
    look();
    const auto ended = now(*hold->appointment.resource.id);
    EXPECT_EQ(ended.resource.status, AppointmentStatus::cancelled);
    EXPECT_EQ(ended.resource.cancelation_reason->text, "The practice has given the slot to somebody else");
    const auto claim =
        tests::run(*clinic.context, clinic.store->held_slot("A10001", {Clinic::slot_id(2)})).value();
    ASSERT_TRUE(claim);
    EXPECT_EQ(claim->appointment, id);
}

TEST_F(NativeChanges, AMoveIsSeenAlsoWhereAnAmendmentWasSentAfterIt)
{
    const auto id = book();
    row().slot = Clinic::slot_id(2);
    auto amended = now(id).resource;
    amended.description = "Ear pain, both";
    ASSERT_TRUE(clinic.update(now(id), std::move(amended)));
    look();
    EXPECT_EQ(now(id).resource.start, Clinic::slot(2).slot.start);
    EXPECT_EQ(now(id).resource.description, "Ear pain, both");
    EXPECT_EQ(told.changes.at(0).kind, ChangeKind::moved);
}

TEST_F(NativeChanges, AMoveWithinAPracticeThatNamesNoSlotsTakesTheNewTime)
{
    only_lists();
    practice.can.lists_slots = false;
    const auto id = book();
    row().slot = Clinic::slot_id(3);
    look();
    EXPECT_EQ(now(id).resource.start, Clinic::slot(3).slot.start);
    EXPECT_TRUE(now(id).resource.slot.empty()) << "which slot it is now, nobody says";
    look();
    EXPECT_EQ(now(id).version, 2);
}

TEST_F(NativeChanges, OtherTextsAreTakenOver)
{
    const auto id = book();
    row().description = "Ear pain, seen by the nurse first";
    look();
    EXPECT_EQ(now(id).resource.description, "Ear pain, seen by the nurse first");
    EXPECT_EQ(told.changes.at(0).kind, ChangeKind::amended);
}

TEST_F(NativeChanges, AListsOwnWordingIsNoChange)
{
    only_lists();
    const auto id = book();
    row().description = "Session: Morning surgery";
    look();
    EXPECT_EQ(now(id).version, 1);
}

TEST_F(NativeChanges, ALaterChangeOfTheConsumerIsNotMarkedAsThePractices)
{
    const auto id = book();
    row().description = "Ear pain, seen by the nurse first";
    look();
    const auto cancelled = clinic.cancel(now(id));
    ASSERT_TRUE(cancelled) << cancelled.error().sentence();
    EXPECT_TRUE(cancelled->appointment.resource.meta->tag.empty());
}

TEST_F(NativeChanges, OneMissingRowIsNoCancellation)
{
    only_lists();
    const auto id = book();
    row().cancelled = true; // gone from the list, and the slot is offered again
    look();
    EXPECT_EQ(status(id), AppointmentStatus::booked);
    look_again();
    EXPECT_EQ(status(id), AppointmentStatus::cancelled);
    EXPECT_EQ(told.changes.at(0).kind, ChangeKind::cancelled);
}

TEST_F(NativeChanges, WhileTheSlotIsNotOfferedAgainItTakesMoreLooks)
{
    only_lists();
    const auto id = book();
    practice.not_listed = {Clinic::slot_id(1)}; // the list lags: the appointment stands
    look();
    for (int again = 1; again < 4; ++again) {
        look_again();
        EXPECT_EQ(status(id), AppointmentStatus::booked);
    }
    look_again();
    EXPECT_EQ(status(id), AppointmentStatus::cancelled)
        << "five looks in a row, as for a cancellation asked for";
}

TEST_F(NativeChanges, ARowThatIsListedAgainEndsTheDoubt)
{
    only_lists();
    const auto id = book();
    practice.not_listed = {Clinic::slot_id(1)};
    for (int looks = 0; looks < 3; ++looks) {
        looks == 0 ? look() : look_again();
        looks == 0 ? look_again() : look_again();
        practice.not_listed.clear();
        look_again();
        practice.not_listed = {Clinic::slot_id(1)};
        look();
    }
    EXPECT_EQ(status(id), AppointmentStatus::booked);
}

TEST_F(NativeChanges, AReadThatFindsNothingCountsLikeAMissingRow)
{
    const auto id = book();
    practice.rows.clear();
    look();
    EXPECT_EQ(status(id), AppointmentStatus::booked);
    look_again();
    EXPECT_EQ(status(id), AppointmentStatus::cancelled);
}

TEST_F(NativeChanges, WhatIsOverMayLeaveTheBook)
{
    const auto id = book();
    clinic.clock.advance(std::chrono::hours(25));
    practice.rows.clear();
    look();
    for (int again = 0; again < 6; ++again)
        look_again();
    EXPECT_EQ(status(id), AppointmentStatus::booked);
}

TEST_F(NativeChanges, ARestoredCancellationIsANewAppointment)
{
    const auto old = book();
    row().cancelled = true;
    look();
    ASSERT_EQ(status(old), AppointmentStatus::cancelled);
    row().cancelled = false;
    look();
    EXPECT_EQ(told.changes.size(), 1u) << "once could be a list that lags";
    look_again();
    ASSERT_EQ(told.changes.size(), 2u);
    EXPECT_EQ(told.changes[1].kind, ChangeKind::restored);
    EXPECT_EQ(told.changes[1].restores, old);
    EXPECT_EQ(status(old), AppointmentStatus::cancelled);
    EXPECT_EQ(now(old).version, 2);
    const auto again = now(told.changes[1].appointment);
    EXPECT_EQ(again.version, 1);
    EXPECT_EQ(again.resource.status, AppointmentStatus::booked);
    ASSERT_EQ(again.resource.supporting_information.size(), 1u);
    EXPECT_EQ(again.resource.supporting_information[0].reference, "Appointment/" + old);
    EXPECT_EQ(clinic.book(Clinic::wanted(1, "9990000026")).error().kind(), ErrorKind::slot_unavailable);
    look();
    look();
    look_again();
    EXPECT_EQ(told.changes.size(), 2u) << "and only one";
    EXPECT_TRUE(clinic.cancel(again));
}

TEST_F(NativeChanges, WhatIsRestoredElsewhereStandsWhereThePracticeHasItNow)
{
    book();
    row().cancelled = true;
    look();
    row().cancelled = false;
    row().slot = Clinic::slot_id(2);
    look();
    look_again();
    ASSERT_EQ(told.changes.size(), 2u);
    ASSERT_EQ(told.changes[1].kind, ChangeKind::restored);
    const auto again = now(told.changes[1].appointment);
    EXPECT_EQ(again.resource.start, Clinic::slot(2).slot.start);
    ASSERT_EQ(again.resource.slot.size(), 1u);
    EXPECT_EQ(again.resource.slot[0].reference, "Slot/" + Clinic::slot_id(2));
    EXPECT_EQ(clinic.book(Clinic::wanted(2, "9990000026")).error().kind(), ErrorKind::slot_unavailable);
    EXPECT_TRUE(clinic.book(Clinic::wanted(1, "9990000026")));
}

TEST_F(NativeChanges, WhatWasBookedAnewThroughTheGatewayIsNotRestored)
{
    const auto old = book();
    ASSERT_TRUE(clinic.cancel(now(old)));
    practice.rows.clear(); // a practice whose numbers are those of its slots
    const auto again = book();
    ASSERT_NE(old, again);
    look();
    look_again();
    look();
    EXPECT_TRUE(told.changes.empty());
    EXPECT_EQ(status(old), AppointmentStatus::cancelled);
}

TEST_F(NativeChanges, AnAppointmentWhoseNumberNobodyKnewGetsIt)
{
    clinic.settings.attempts_allowed = 1;
    start();
    practice.write_faults = {Fault::cut_after};
    practice.read_faults.assign(3, Fault::cut_before);
    const auto pending = clinic.book();
    ASSERT_TRUE(pending);
    clinic.settle_fully();
    const auto intent = clinic.worklist().at(0).intent;
    practice.read_faults = {Fault::cut_before};
    ASSERT_TRUE(tests::run(
        *clinic.context, clinic.service->resolve({intent, Finding::booked, "A. Jones", "Seen", false, {}})));
    const auto id = pending->appointment.resource.id.value();
    EXPECT_FALSE(clinic.cancel(now(id)));
    look();
    EXPECT_EQ(told.changes.at(0).kind, ChangeKind::identified);
    EXPECT_TRUE(clinic.cancel(now(id)));
}

TEST_F(NativeChanges, AnOpenChangeIsLeftToTheSettler)
{
    practice.write_faults = {Fault::cut_after};
    practice.read_faults.assign(2, Fault::cut_before);
    const auto pending = clinic.book();
    ASSERT_TRUE(pending && pending->unresolved);
    practice.read_faults.clear();
    row().cancelled = true;
    look();
    EXPECT_TRUE(told.changes.empty());
    EXPECT_EQ(status(pending->appointment.resource.id.value()), AppointmentStatus::pending);
}

TEST_F(NativeChanges, EachPracticeIsLookedAtOnceInItsTime)
{
    book();
    EXPECT_EQ(look(), all);
    const int reads = practice.reads;
    clinic.clock.advance(every * 8 / 10);
    EXPECT_EQ(watch(*clinic.service), 0u);
    EXPECT_EQ(practice.reads, reads);
    clinic.clock.advance(every * 4 / 10);
    EXPECT_EQ(watch(*clinic.service), all);
    EXPECT_EQ(practice.reads, reads + 1);
}

TEST_F(NativeChanges, APracticeWithoutAppointmentsOfOursIsNotAsked)
{
    EXPECT_EQ(look(), all);
    EXPECT_EQ(practice.reads, 0);
}

TEST_F(NativeChanges, AnAdapterThatThrowsHidesNoOtherAppointment)
{
    only_lists();
    clinic.book(Clinic::wanted(1, "9990000018"));
    const auto other = clinic.book(Clinic::wanted(2, "9990000026"))->appointment.resource.id.value();
    practice.list_throws_for = "9990000018";
    row(2).cancelled = true;
    look(); // ends with what throws
    look();
    look_again();
    EXPECT_EQ(status(other), AppointmentStatus::cancelled);
}

TEST_F(NativeChanges, ZeroNeverLooks)
{
    clinic.settings.watch_every = std::chrono::milliseconds(0);
    start();
    book();
    clinic.clock.advance(std::chrono::hours(1));
    EXPECT_EQ(watch(*clinic.service), 0u);
    EXPECT_EQ(practice.reads, 0);
}

TEST_F(NativeChanges, FewCallsMakeItsTurnComeLaterNotNever)
{
    clinic.settings.watch_calls = 1;
    start();
    std::vector<std::string> ids;
    for (int slot = 1; slot <= 3; ++slot)
        ids.push_back(book(slot));
    for (auto& [key, each] : practice.rows)
        each.mark = AppointmentStatus::arrived;
    for (int looks = 1; looks <= 3; ++looks) {
        const int reads = practice.reads;
        look();
        EXPECT_EQ(practice.reads, reads + 1);
        EXPECT_EQ(told.changes.size(), static_cast<std::size_t>(looks));
    }
    for (const auto& id : ids)
        EXPECT_EQ(status(id), AppointmentStatus::arrived);
}

TEST_F(NativeChanges, OneListServesAllAppointmentsOfAPatient)
{
    only_lists();
    for (int slot = 1; slot <= 3; ++slot)
        book(slot);
    const int reads = practice.reads;
    look();
    EXPECT_EQ(practice.reads, reads + 1);
}

TEST_F(NativeChanges, APracticeThatDoesNotAnswerIsLeftAloneUntilItsNextTurn)
{
    for (int slot = 1; slot <= 3; ++slot)
        book(slot);
    practice.read_faults = {Fault::hang_before};
    const int reads = practice.reads;
    look();
    EXPECT_EQ(practice.reads, reads + 1);
    row(2).cancelled = true;
    look();
    EXPECT_EQ(told.changes.size(), 1u);
}

struct OpenBreaker : adapters::upstream::HttpsUpstream
{
    adapters::Awaitable<fhir::Result<fhir::rest::Response>> send(adapters::upstream::Call) override
    {
        co_return fhir::fail(ErrorKind::supplier_unavailable);
    }
    adapters::upstream::EndpointState state() const override
    {
        adapters::upstream::EndpointState now;
        now.breaker = breaker;
        return now;
    }
    adapters::upstream::EndpointState::Breaker breaker = adapters::upstream::EndpointState::Breaker::open;
};

TEST_F(NativeChanges, APracticeWhoseBreakerIsOpenIsSkipped)
{
    auto upstream = std::make_shared<OpenBreaker>();
    const auto practices = clinic.directory->practices();
    auto changed = std::make_shared<gateway::policy::Practice>(*practices.front());
    changed->upstream = upstream;
    clinic.directory = std::make_shared<gateway::policy::Directory>(
        std::vector<std::shared_ptr<const gateway::policy::Practice>>{changed},
        clinic.directory->sharing().agreed().federations);
    book();
    EXPECT_EQ(look(), 0u);
    upstream->breaker = adapters::upstream::EndpointState::Breaker::closed;
    EXPECT_EQ(look(), 1u);
}

TEST_F(NativeChanges, TwoNodesDoNotAskTheSamePracticeTwice)
{
    auto settings = clinic.settings;
    settings.node = "second";
    const auto second = make_service({*clinic.store, [this] { return clinic.directory; }, clinic.search,
                                      nullptr, clinic.clock, clinic.random, clinic.metrics},
                                     settings);
    watch(*second);
    const auto id = book();
    row().mark = AppointmentStatus::arrived;
    clinic.clock.advance(every * 12 / 10);
    const int reads = practice.reads;
    boost::asio::co_spawn(*clinic.context, clinic.service->watch_practices(),
                          [](std::exception_ptr, std::size_t) {});
    watch(*second);
    EXPECT_EQ(practice.reads, reads + 1);
    EXPECT_EQ(now(id).version, 2);
    watch(*second);
    watch(*clinic.service);
    EXPECT_EQ(practice.reads, reads + 1) << "nor right after the other has";
}

} // namespace
