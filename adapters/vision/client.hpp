// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/plain_adapter.hpp"
#include "adapters/registry.hpp"
#include "adapters/vision/accounts.hpp"
#include "adapters/vision/mapping.hpp"

#include <string>

namespace adapters::vision
{

/// The contract as Vision can keep it. Three .cpp: client (settings, slots, patients), client_appointments,
/// client_link.
class Client : public PlainAdapter
{
public:
    Client(const PracticeConfig& practice, upstream::Upstream& upstream, const Clock& clock, Random& random);

    const Capabilities& capabilities() const override { return capabilities_; }
    Awaitable<fhir::Result<PracticeSettings>> practice_settings(Provenance provenance) override;
    Awaitable<fhir::Result<FoundSlots>> find_slots(FindSlots query) override;
    Awaitable<fhir::Result<fhir::Patient>> find_patient(FindPatient query) override;
    Awaitable<fhir::Result<PatientLink>> link_patient(FindPatient query) override;
    Awaitable<fhir::Result<SupplierAppointment>> book(BookAppointment booking) override;
    Awaitable<fhir::Result<SupplierAppointment>> cancel(CancelAppointment cancellation) override;
    Awaitable<fhir::Result<std::vector<SupplierAppointment>>>
    list_appointments(ListAppointments query) override;

private:
    template <class T>
    using Result = fhir::Result<T>;
    struct Pages
    {
        std::vector<WireSlots> all;
        bool complete = true;
    };

    Awaitable<Result<Pages>> pages(Speaker speaker, std::vector<std::string> locations, WireDays days,
                                   Budget budget);
    Awaitable<Result<WireAppointments>> appointments(Speaker speaker, Budget budget);
    Awaitable<Result<fhir::Patient>> record(Speaker speaker, Budget budget);
    Awaitable<std::optional<fhir::Error>> objection_to(BookAppointment booking, Budget budget);
    Awaitable<Result<SupplierAppointment>> explain_booking(BookAppointment booking, fhir::Error refusal,
                                                           Budget budget);
    Awaitable<fhir::Error> explain_cancellation(CancelAppointment cancellation, fhir::Error refusal,
                                                Budget budget);
    Awaitable<bool> is_offered(Speaker speaker, OfferedSlot slot, Budget budget);
    Awaitable<Result<WireLinkage>> linkage_for(Applicant applicant, fhir::NhsNumber patient, Budget budget);

    PracticeNames practice_;
    std::chrono::milliseconds read_limit_, write_limit_;
    std::string search_identity_, linkage_path_;
    int slots_per_page_;
    const Clock& clock_;
    Capabilities capabilities_;
    Calls calls_;
    Accounts accounts_;
    SlotMemo memo_;
};

} // namespace adapters::vision
