// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/answer_memo.hpp"
#include "adapters/emis/mapping.hpp"
#include "adapters/emis/sessions.hpp"
#include "adapters/json_fields.hpp"
#include "adapters/last_read.hpp"
#include "adapters/plain_adapter.hpp"
#include "adapters/registry.hpp"

#include <mutex>
#include <optional>
#include <string>

namespace adapters::emis
{

/// The contract as EMIS can keep it. Three .cpp: client (settings, slots, patients), client_appointments and
/// client_delivery.
class Client : public PlainAdapter
{
public:
    Client(const PracticeConfig& practice, upstream::Upstream& upstream, const Clock& clock);

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

    Awaitable<Result<WireSettings>> settings(Budget budget);
    Awaitable<Result<fhir::rest::Response>> fetch_metadata(std::string credential, LocalWindow window,
                                                           Budget budget);
    Awaitable<Result<fhir::rest::Response>> fetch_slots(std::string credential, LocalWindow window,
                                                        Budget budget);
    Result<FoundSlots> translated(const Result<fhir::rest::Response>& slots,
                                  const Result<fhir::rest::Response>& metadata,
                                  const Result<WireSettings>& practice, fhir::Interval window);
    std::optional<WireSettings> kept_settings();
    Awaitable<Result<std::string>> check_patient(BookAppointment booking, bool telephone, Budget budget);
    Awaitable<fhir::Error> explain_conflict(BookAppointment booking, fhir::Error refusal, Budget budget);
    Awaitable<Result<WireAppointments>> fetch_appointments(std::string credential, fhir::Instant from,
                                                           Budget budget);
    Awaitable<Result<void>> opens_own_record(PatientContext patient, Budget budget);
    Awaitable<Result<void>> send_message(Delivery delivery, Budget budget);
    Awaitable<Result<void>> request_medicines(Delivery delivery, Budget budget);
    Awaitable<Result<std::vector<std::string>>> courses_of(Delivery delivery, Budget budget);
    Awaitable<Result<std::optional<Receipt>>> look_for(Delivery delivery, Budget budget);
    Awaitable<Result<std::optional<Receipt>>> find_message(Delivery delivery, Budget budget);
    Awaitable<Result<std::optional<Receipt>>> find_prescription_request(Delivery delivery, Budget budget);

    PracticeNames practice_;
    std::chrono::milliseconds read_limit_, write_limit_;
    std::string search_identity_, verification_token_;
    const Clock& clock_;
    Capabilities capabilities_;
    Calls calls_;
    Sessions sessions_;
    std::mutex mutex_;
    SlotMemo memo_;
    AnswerMemo answers_;
    LastRead<WireMetadata> metadata_;
    std::optional<WireSettings> settings_;
    fhir::Instant settings_seen_{};
};

/// The body of an answer, read.
template <class Wire>
fhir::Result<Wire> read_body(const fhir::Result<fhir::rest::Response>& answer,
                             fhir::Result<Wire> (*reader)(std::string_view))
{
    if (!answer)
        return std::unexpected(answer.error());
    const auto body = json_body(*answer);
    if (!body)
        return std::unexpected(body.error());
    return reader(*body);
}

} // namespace adapters::emis
