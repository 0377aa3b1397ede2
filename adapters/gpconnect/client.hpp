// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/answer_memo.hpp"
#include "adapters/gpconnect/compose.hpp"
#include "adapters/gpconnect/exchange.hpp"
#include "adapters/gpconnect/gpconnect.hpp"

namespace adapters::gpconnect
{

/// The consumer: the sequence of interactions behind each operation of the contract.
class Client : public Adapter
{
public:
    Client(const PracticeConfig& practice, upstream::Upstream& upstream, const Clock& clock, Random& random);

    const Capabilities& capabilities() const override { return gpconnect::capabilities(); }
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
    /// An appointment as received, to be edited in place and put back.
    struct Held
    {
        JsonValue tree;
        wire::Appointment appointment;
        std::string etag;
    };

    Awaitable<fhir::Result<wire::Patient>> look_up(Provenance provenance, PatientContext patient);
    /// The same, and the details given must agree.
    Awaitable<fhir::Result<wire::Patient>> verify(Provenance provenance, PatientContext patient);
    Awaitable<wire::SlotBundle> fetch_missing(wire::SlotBundle bundle, Provenance provenance);
    Awaitable<fhir::Result<wire::Document>> fetch(Interaction interaction, std::string target,
                                                  Provenance provenance);
    Awaitable<fhir::Result<Held>> hold(std::string key, Provenance provenance);
    /// The same, and it must be this patient's.
    Awaitable<fhir::Result<Held>> hold_for(SupplierAppointment appointment, PatientContext patient,
                                           Provenance provenance);
    Awaitable<fhir::Result<SupplierAppointment>> put(Interaction interaction, Held before, JsonValue changed,
                                                     Provenance provenance);
    Awaitable<fhir::Error> explain(fhir::Error refusal, Held before, Provenance provenance);
    fhir::Result<SupplierAppointment> accepted(const fhir::rest::Response& response, const JsonValue& sent,
                                               Interaction interaction) const;
    std::string organisation_phone(const Provenance& provenance) const;

    const PracticeConfig practice_;
    const Clock& clock_;
    Ids ids_;
    Exchange exchange_;
    SlotMemo memo_;
    AnswerMemo answers_;
};

} // namespace adapters::gpconnect
