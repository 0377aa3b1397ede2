// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/answer_memo.hpp"
#include "adapters/fhir_r4/abilities.hpp"
#include "adapters/fhir_r4/compose.hpp"
#include "adapters/fhir_r4/exchange.hpp"
#include "adapters/fhir_r4/fhir_r4.hpp"

#include <set>

namespace adapters::fhir_r4
{

/// The sequence of requests behind each operation of the contract. Every operation starts from what the
/// server says it can do, which is asked for once in a quarter of an hour.
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
    /// An appointment as received, to be changed in place or by a patch.
    struct Held
    {
        JsonValue tree;
        SupplierAppointment appointment;
        std::string etag;
        std::string patient; ///< our reference to whom it is for; empty when it names none or several
    };
    /// The patient's id at the server and what the practice holds of them.
    struct Known
    {
        std::string id;
        fhir::Patient patient;
    };

    Awaitable<fhir::Result<Abilities>> abilities(Provenance provenance);
    /// Follows a search to its end.
    Awaitable<fhir::Result<wire::Collected>> collect(Message first, Provenance provenance);
    /// The same from its first answer on. `memo`: slots that it knows are not read.
    Awaitable<fhir::Result<wire::Collected>> follow(Message first, fhir::rest::Response response,
                                                    Provenance provenance, SlotMemo* memo = nullptr);
    /// Leaves out slots that appointments stand for, where the server does not mark them.
    Awaitable<fhir::Result<r4::SlotBundle>> without_taken(r4::SlotBundle bundle, fhir::Interval window,
                                                          Abilities can, Provenance provenance);
    Awaitable<fhir::Result<std::set<std::string>>> taken_slots(fhir::Interval window, Abilities can,
                                                               Provenance provenance);
    /// Many servers take any Appointment that is valid R4: whether the slots are still free is for us to see.
    Awaitable<fhir::Result<void>> check_free(std::vector<SlotKey> slots, Abilities can,
                                             Provenance provenance);
    Awaitable<fhir::Result<void>> check_unchanged(SlotKey slot, Provenance provenance);
    Awaitable<r4::SlotBundle> fetch_missing(r4::SlotBundle bundle, Provenance provenance);
    /// What the search for patients says of that one.
    fhir::Result<std::string> form_for(const PatientContext& patient, const Abilities& can) const;
    bool is_meant(const fhir::Patient& held, const PatientContext& patient) const;
    /// Also one who has left: their appointments can still be seen and cancelled.
    Awaitable<fhir::Result<Known>> look_up(Provenance provenance, PatientContext patient);
    /// The same, but active, and the details given must agree.
    Awaitable<fhir::Result<Known>> verify(Provenance provenance, PatientContext patient);
    Awaitable<fhir::Result<Held>> hold(std::string key, Provenance provenance);
    /// The appointment of a change, which must be that patient's.
    Awaitable<fhir::Result<Held>> hold_for(SupplierAppointment appointment, PatientContext patient,
                                           Provenance provenance);
    Awaitable<fhir::Result<SupplierAppointment>> change(Interaction interaction, Held before,
                                                        std::vector<Change> changes, Provenance provenance);
    fhir::Result<SupplierAppointment> booked(const fhir::rest::Response& response, JsonValue sent) const;
    fhir::Result<SupplierAppointment> changed(const fhir::rest::Response& response, const Held& before,
                                              const JsonValue& wanted, Interaction interaction) const;
    Message search(Interaction interaction, std::string_view type, std::string form,
                   std::string_view operation) const;
    std::string setting(const std::string& name) const;

    const PracticeConfig practice_;
    const Clock& clock_;
    Random& random_;
    Capabilities capabilities_;
    Ids ids_;
    Exchange exchange_;
    SlotMemo memo_;
    AnswerMemo answers_;
    std::mutex mutex_;
    std::optional<Abilities> abilities_;
    fhir::Instant abilities_until_{};
};

} // namespace adapters::fhir_r4
