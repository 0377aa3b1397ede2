// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/bars/bars.hpp"
#include "adapters/bars/compose.hpp"
#include "adapters/bars/discovery.hpp"
#include "adapters/bars/exchange.hpp"
#include "adapters/bars/mapping.hpp"

#include <map>
#include <mutex>

namespace adapters::bars
{

/// The sequence of requests behind each operation of the contract: discovery (kept for twelve hours), slots
/// (always live), messages.
class Client : public Adapter
{
public:
    Client(const PracticeConfig& practice, upstream::Upstream& upstream, const Clock& clock, Random& random);

    const Capabilities& capabilities() const override { return capabilities_; }
    Awaitable<fhir::Result<PracticeSettings>> practice_settings(Provenance provenance) override;
    Awaitable<fhir::Result<FoundSlots>> find_slots(FindSlots query) override;
    Awaitable<fhir::Result<fhir::Patient>> find_patient(FindPatient query) override;
    Awaitable<fhir::Result<fhir::Patient>> register_patient(FindPatient query) override;
    Awaitable<fhir::Result<PatientLink>> link_patient(FindPatient query) override;
    Awaitable<fhir::Result<SupplierAppointment>> book(BookAppointment booking) override;
    Awaitable<fhir::Result<SupplierAppointment>> cancel(CancelAppointment cancellation) override;
    Awaitable<fhir::Result<SupplierAppointment>> amend(AmendAppointment amendment) override;
    Awaitable<fhir::Result<SupplierAppointment>> read_appointment(ReadAppointment query) override;
    Awaitable<fhir::Result<std::vector<SupplierAppointment>>>
    list_appointments(ListAppointments query) override;

private:
    /// An appointment as the receiver has it.
    struct Held
    {
        JsonValue tree;
        SupplierAppointment appointment;
    };
    /// What a reply must be about.
    struct Expected
    {
        std::string service;
        std::string thread;
        fhir::Interval times;
        std::string slot; ///< empty: none need be named
        std::string id;   ///< of a known appointment
        fhir::AppointmentStatus status = fhir::AppointmentStatus::booked;
    };

    Awaitable<fhir::Result<Offer>> offer(std::string service, Provenance provenance);
    Awaitable<fhir::Result<Offer>> discover(std::string service, Provenance provenance);
    /// A refusal that says the receiver is not what it was: it is asked anew next time.
    fhir::Error reconsidered(fhir::Error error, const std::string& service);
    /// Narrower and narrower where the receiver finds a window too wide.
    Awaitable<fhir::Result<FoundSlots>> find_in(std::string service, FindSlots query);
    Awaitable<fhir::Result<fhir::rest::Response>> ask_for_slots(std::string service, fhir::Interval window,
                                                                Provenance provenance, std::string thread);
    fhir::Result<FoundSlots> found_in(const fhir::rest::Response& response, const fhir::Interval& window,
                                      const std::string& service);
    Awaitable<fhir::Result<std::vector<SupplierAppointment>>>
    list_of(std::string service, PatientContext patient, Provenance provenance);
    Awaitable<fhir::Result<Held>> hold(AppointmentKey key, PatientContext patient, Provenance provenance);
    Awaitable<fhir::Result<SupplierAppointment>> send_booking(BookAppointment booking, SlotKey key);
    /// A booking that the receiver says it has already.
    Awaitable<fhir::Result<SupplierAppointment>> booked_before(BookAppointment booking, Expected expected);
    Awaitable<fhir::Result<SupplierAppointment>> send_cancellation(CancelAppointment cancellation, Held held,
                                                                   AppointmentKey key);
    Awaitable<fhir::Result<SupplierAppointment>> cancelled_before(CancelAppointment cancellation,
                                                                  AppointmentKey key);
    fhir::Result<SupplierAppointment> concluded(const fhir::rest::Response& response,
                                                const Expected& expected, const PatientContext& patient,
                                                Interaction interaction) const;
    Envelope envelope_of(const std::string& thread, const std::string& service, const Provenance& provenance,
                         fhir::Instant moment) const;
    std::string use_context(std::string_view status, std::string_view reason) const;

    const PracticeConfig practice_;
    const Clock& clock_;
    Random& random_;
    const Capabilities capabilities_;
    const wire::Place place_;
    const Sender sender_;
    const std::vector<std::string> services_;
    const std::string use_case_;
    Exchange exchange_;
    SlotMemo memo_;

    struct Kept
    {
        Offer offer;
        fhir::Instant until{};
    };
    std::mutex mutex_;
    std::map<std::string, Kept> offers_; ///< by service
};

} // namespace adapters::bars
