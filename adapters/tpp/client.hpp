// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/plain_adapter.hpp"
#include "adapters/registry.hpp"
#include "adapters/tpp/mapping.hpp"
#include "adapters/tpp/sessions.hpp"

#include <mutex>
#include <optional>
#include <string>

namespace adapters::tpp
{

/// The contract as TPP can keep it. Four .cpp: client (settings, slots, patients), client_appointments,
/// client_link, client_delivery.
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
    Awaitable<fhir::Result<Receipt>> deliver(Delivery delivery) override;
    Awaitable<fhir::Result<std::optional<Receipt>>> find_delivered(Delivery delivery) override;

private:
    template <class T>
    using Result = fhir::Result<T>;
    struct Future
    {
        std::vector<WireAppointment> appointments;
        WirePerson record;
    };

    Awaitable<Result<std::string>> guidance(std::string credential, Budget budget);
    std::optional<std::string> kept_guidance();
    Awaitable<Result<Future>> view(Sessions::Speaker speaker, bool future, Budget budget);
    Awaitable<Result<SupplierAppointment>> identify(BookAppointment booking, SlotKey key,
                                                    std::optional<fhir::Error> refusal, Budget budget);
    Awaitable<fhir::Error> explain(CancelAppointment cancellation, fhir::Error refusal, Budget budget);
    Awaitable<Result<Receipt>> send_message(Delivery delivery, Budget budget);
    Awaitable<Result<Receipt>> request_medicines(Delivery delivery, Budget budget);
    Awaitable<Result<std::optional<Receipt>>> find_message(Delivery delivery, Budget budget);

    PracticeNames practice_;
    std::chrono::milliseconds read_limit_, write_limit_;
    std::string search_identity_;
    const Clock& clock_;
    Capabilities capabilities_;
    Calls calls_;
    Sessions sessions_;
    SlotMemo memo_;
    std::mutex mutex_;
    std::optional<std::string> guidance_;
    fhir::Instant guidance_seen_{};
};

} // namespace adapters::tpp
