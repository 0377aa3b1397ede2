// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/answer_memo.hpp"
#include "adapters/budget.hpp"
#include "adapters/microtest/mapping.hpp"
#include "adapters/plain_adapter.hpp"
#include "adapters/registry.hpp"

#include <set>
#include <string>
#include <vector>

namespace adapters::microtest
{

/// The contract as Microtest can keep it. Every call stands alone: no session, no log-in. Three .cpp:
/// client (slots, patients), client_appointments, client_delivery.
class Client : public PlainAdapter
{
public:
    Client(const PracticeConfig& practice, upstream::Upstream& upstream, const Clock& clock, Random& random);

    const Capabilities& capabilities() const override { return capabilities_; }
    Awaitable<fhir::Result<PracticeSettings>> practice_settings(Provenance provenance) override;
    Awaitable<fhir::Result<FoundSlots>> find_slots(FindSlots query) override;
    Awaitable<fhir::Result<fhir::Patient>> find_patient(FindPatient query) override;
    Awaitable<fhir::Result<SupplierAppointment>> book(BookAppointment booking) override;
    Awaitable<fhir::Result<SupplierAppointment>> cancel(CancelAppointment cancellation) override;
    Awaitable<fhir::Result<std::vector<SupplierAppointment>>>
    list_appointments(ListAppointments query) override;
    Awaitable<fhir::Result<Receipt>> deliver(Delivery delivery) override;
    Awaitable<fhir::Result<std::optional<Receipt>>> find_delivered(Delivery delivery) override;

private:
    template <class T>
    using Result = fhir::Result<T>;
    using Held = std::vector<WireSlot>;
    using Ids = std::set<std::string>;

    Awaitable<Result<fhir::rest::Response>> send(Operation operation, fhir::rest::Request request,
                                                 fhir::NhsNumber patient, Budget budget);
    Result<FoundSlots> translated(std::string_view body, fhir::Interval window);
    Awaitable<Result<WirePatient>> record_of(fhir::NhsNumber patient, Budget budget);
    Awaitable<Result<Held>> held_by(fhir::NhsNumber patient, fhir::Instant from, Budget budget);
    Awaitable<Result<Ids>> look_before(BookAppointment booking, Budget budget);
    Awaitable<Result<SupplierAppointment>> identify(BookAppointment booking, Ids before, Budget budget);
    Awaitable<fhir::Error> explain(CancelAppointment cancellation, fhir::Error refusal, Budget budget);

    PracticeNames practice_;
    std::chrono::milliseconds read_limit_, write_limit_;
    std::string search_identity_;
    upstream::Upstream& upstream_;
    const Clock& clock_;
    const std::string
        patient_salt_; ///< the system has no patient ids, and a bare hash of ten digits is soon undone
    Capabilities capabilities_;
    SlotMemo memo_;
    AnswerMemo answers_;
};

} // namespace adapters::microtest
