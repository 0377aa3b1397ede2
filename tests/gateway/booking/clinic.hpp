// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/booking/service_factory.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_adapter.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_recorder.hpp"
#include "tests/support/fake_search.hpp"
#include "tests/support/sqlite_fixture.hpp"

#include <memory>
#include <string>

namespace tests
{

inline constexpr std::string_view nhs_system = fhir::nhs_number_system;

inline gateway::identity::Caller hub(std::string ods = "HUB01")
{
    return {"client-" + ods, *fhir::OdsCode::parse(ods), "Hub " + ods, {}, "0113 496 0000", {}, {}};
}

/// One practice, another one to move to, one federation, one database, and a booking service in front that
/// can be thrown away and started again. Members are destroyed before the context they run on.
class Clinic
{
public:
    using Outcome = fhir::Result<gateway::booking::WriteOutcome>;

    Clinic()
    {
        for (int i = 1; i <= 3; ++i)
            search.offer(slot(i));
        for (int i = 1; i <= 3; ++i)
            adapter->offered.push_back(slot(i));
        for (int i = 1; i <= 3; ++i) {
            search.offer(far_slot(i));
            far->offered.push_back(far_slot(i));
        }
        search.now = [this] { return clock.now(); };
        settings.public_base = "https://apptgw.example/fhir/R4";
        settings.answer_limit = std::chrono::milliseconds(600);
        settings.read_back_limit = std::chrono::milliseconds(150);
        settings.settle_delays = {std::chrono::seconds(1), std::chrono::seconds(5), std::chrono::seconds(10)};
        start();
    }

    /// A new process on the same database.
    void start()
    {
        store = database.open(gate);
        auto practice = std::make_shared<gateway::policy::Practice>(gateway::policy::Practice{
            *fhir::OdsCode::parse("A10001"), "Invented Surgery", "emis", "", std::nullopt, nullptr, adapter});
        auto other = std::make_shared<gateway::policy::Practice>(gateway::policy::Practice{
            *fhir::OdsCode::parse("B20002"), "Another Surgery", "tpp", "", std::nullopt, nullptr, far});
        directory = std::make_shared<gateway::policy::Directory>(
            std::vector<std::shared_ptr<const gateway::policy::Practice>>{practice, other},
            std::vector<gateway::policy::Federation>{
                {"north", {practice->ods, other->ods}, {hub().ods, hub("HUB02").ods}},
                {"south", {practice->ods}, {hub("HUB03").ods}}});
        service = gateway::booking::make_service({*store, [this] { return directory; }, search, nullptr,
                                                  clock, random, metrics, nullptr, consents, &recorded},
                                                 settings);
    }
    /// The process dies where it stands: coroutines are dropped, not finished.
    void crash()
    {
        store.reset(); // its writer still finishes what had reached it
        context = std::make_unique<boost::asio::io_context>(1);
        service.reset();
    }
    void restart()
    {
        crash();
        start();
        recover();
    }

    /// For tests that ask much at once: no request is given up because this machine is slow.
    void never_give_up()
    {
        settings.answer_limit = std::chrono::minutes(5);
        crash();
        start();
    }

    static adapters::OfferedSlot slot(int number)
    {
        adapters::OfferedSlot offered;
        offered.slot.id = slot_id(number);
        offered.slot.schedule = fhir::reference_to("Schedule/A10001.s1");
        offered.slot.start =
            FakeClock::default_start + std::chrono::hours(24) + std::chrono::minutes(10 * number);
        offered.slot.end = offered.slot.start + std::chrono::minutes(10);
        offered.supplier_key = "key-" + std::to_string(number);
        return offered;
    }
    /// Of the other practice, an hour later.
    static adapters::OfferedSlot far_slot(int number)
    {
        adapters::OfferedSlot offered = slot(number);
        offered.slot.id = far_slot_id(number);
        offered.slot.schedule = fhir::reference_to("Schedule/B20002.s1");
        offered.slot.start += std::chrono::hours(1);
        offered.slot.end += std::chrono::hours(1);
        offered.supplier_key = "far-" + std::to_string(number);
        return offered;
    }
    static std::string far_slot_id(int number) { return "B20002." + std::to_string(number); }
    static std::string slot_id(int number) { return "A10001." + std::to_string(number); }

    static fhir::Appointment wanted(int number = 1, std::string nhs_number = "9990000018")
    {
        fhir::Appointment appointment;
        appointment.status = fhir::AppointmentStatus::booked;
        appointment.description = "Ear pain";
        appointment.slot = {fhir::reference_to("Slot/" + slot_id(number))};
        appointment.start = slot(number).slot.start;
        appointment.end = slot(number).slot.end;
        fhir::AppointmentParticipant patient;
        patient.actor.emplace();
        patient.actor->type = fhir::Uri("Patient");
        patient.actor->identifier = fhir::Box(fhir::identifier_of(nhs_system, nhs_number));
        appointment.participant = {patient};
        return appointment;
    }
    static fhir::Appointment with_demographics(fhir::Appointment appointment)
    {
        fhir::Patient patient;
        patient.id = "p";
        patient.identifier = {fhir::identifier_of(nhs_system, "9990000018")};
        patient.name.emplace_back();
        patient.name[0].family = "Fairlamb";
        appointment.contained.emplace_back(std::move(patient));
        appointment.participant[0].actor->reference = "#p";
        return appointment;
    }

    static gateway::booking::WriteContext from(std::string key = {}, std::string hash = "hash",
                                               std::string ods = "HUB01")
    {
        return {hub(std::move(ods)), "request", std::move(key), std::move(hash), "user", "A. Receptionist"};
    }

    Outcome book(fhir::Appointment appointment = wanted(), gateway::booking::WriteContext caller = from(),
                 std::optional<fhir::search::TokenValue> if_none_exist = std::nullopt)
    {
        return run(*context,
                   service->book(std::move(caller), std::move(appointment), std::move(if_none_exist)));
    }
    Outcome update(const gateway::booking::StoredAppointment& current, fhir::Appointment next,
                   gateway::booking::WriteContext caller = from())
    {
        return run(*context, service->update(std::move(caller), *current.resource.id, current.version,
                                             std::move(next)));
    }
    Outcome cancel(const gateway::booking::StoredAppointment& current,
                   gateway::booking::WriteContext caller = from())
    {
        auto next = current.resource;
        next.status = fhir::AppointmentStatus::cancelled;
        next.cancelation_reason = fhir::concept_text("Feels better");
        return update(current, std::move(next), std::move(caller));
    }
    static gateway::booking::Move to(std::string slot)
    {
        gateway::booking::Move wanted;
        wanted.slots = {fhir::reference_to("Slot/" + std::move(slot))};
        return wanted;
    }
    Outcome move(const gateway::booking::StoredAppointment& current, gateway::booking::Move wanted,
                 gateway::booking::WriteContext caller = from())
    {
        return run(*context, service->reschedule(std::move(caller), *current.resource.id, current.version,
                                                 std::move(wanted)));
    }
    fhir::Result<gateway::booking::StoredAppointment> read(const std::string& id)
    {
        return run(*context, service->read(hub(), id));
    }
    void recover()
    {
        run<int>(*context, [](gateway::booking::SettlingService& service_) -> gateway::Awaitable<int> {
            co_await service_.recover();
            co_return 0;
        }(*service));
    }
    std::size_t settle() { return run(*context, service->settle_due()); }
    /// Lets time pass until nothing is left to look at.
    void settle_fully()
    {
        for (int round = 0; round < 50; ++round) {
            clock.advance(std::chrono::minutes(10));
            if (settle() == 0)
                return;
        }
    }
    std::vector<gateway::booking::OpenIntent> worklist()
    {
        return run(*context, service->worklist()).value();
    }

    std::unique_ptr<boost::asio::io_context> context = std::make_unique<boost::asio::io_context>(1);
    FakeClock clock;
    FakeRandom random;
    gateway::observability::Metrics metrics;
    FakeRecorder recorded;
    FakeSearch search;
    std::shared_ptr<FakeAdapter> adapter = std::make_shared<FakeAdapter>();
    std::shared_ptr<FakeAdapter> far = std::make_shared<FakeAdapter>();
    SqliteFixture database;
    gateway::store::StoreGate* gate = nullptr; ///< of the next start
    gateway::booking::ServiceSettings settings;
    const gateway::policy::Consents* consents = nullptr; ///< of the next start
    std::shared_ptr<const gateway::policy::Directory> directory;
    std::unique_ptr<gateway::store::Store> store;
    std::unique_ptr<gateway::booking::SettlingService> service;
};

} // namespace tests
