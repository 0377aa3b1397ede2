// SPDX-License-Identifier: Apache-2.0
#include "adapters/acme/acme.hpp"
#include "adapters/acme/mapping.hpp"
#include "adapters/appointment_parts.hpp"
#include "adapters/budget.hpp"
#include "adapters/demographics.hpp"
#include "adapters/plain_adapter.hpp"
#include "adapters/refusals.hpp"
#include "adapters/trimmed.hpp"

#include <array>

namespace adapters::acme
{

using fhir::Result;
using fhir::codec::Document;
using upstream::Effect;

namespace
{

constexpr std::array acme_setting_keys = {
    SettingKey{"api_key", "The key that Acme gave out for this practice.", true, true},
};

Capabilities acme_capabilities()
{
    Capabilities can;
    can.find_patient = true;
    can.cancel_reason = true;
    can.booking_reason = true;
    can.sees_moves = true;
    can.max_description = max_reason;
    return can;
}

/// Every call stands alone: no session, no log-in.
class Client : public PlainAdapter
{
public:
    Client(const PracticeConfig& practice, upstream::Upstream& upstream)
        : practice_{practice.ods, practice.name, practice.identifier_base}, read_limit_(practice.read_limit),
          write_limit_(practice.write_limit), api_key_(practice.settings.at("api_key")), upstream_(upstream)
    {}

    const Capabilities& capabilities() const override { return capabilities_; }
    Awaitable<Result<PracticeSettings>> practice_settings(Provenance) override
    {
        co_return PracticeSettings{}; // there is no call that tells
    }
    Awaitable<Result<FoundSlots>> find_slots(FindSlots query) override;
    Awaitable<Result<fhir::Patient>> find_patient(FindPatient query) override;
    Awaitable<Result<SupplierAppointment>> book(BookAppointment booking) override;
    Awaitable<Result<SupplierAppointment>> cancel(CancelAppointment cancellation) override;
    Awaitable<Result<std::vector<SupplierAppointment>>> list_appointments(ListAppointments query) override;

private:
    Awaitable<Result<Document>> send(std::string operation, Effect effect, fhir::rest::Request request,
                                     Budget budget);
    Awaitable<Result<fhir::Patient>> record_of(fhir::NhsNumber patient, Budget budget);

    PracticeNames practice_;
    std::chrono::milliseconds read_limit_, write_limit_;
    std::string api_key_;
    upstream::Upstream& upstream_;
    Capabilities capabilities_ = acme_capabilities();
    SlotMemo memo_;
};

Awaitable<Result<Document>> Client::send(std::string operation, Effect effect, fhir::rest::Request request,
                                         Budget budget)
{
    request.headers.set("Authorization", "Bearer " + api_key_);
    upstream::Call call{std::move(request), effect, budget.left(), std::move(operation)};
    auto answer = co_await upstream_.send(std::move(call));
    if (!answer)
        co_return std::unexpected(settle_later(answer.error()));
    co_return read_answer(*answer, effect);
}

Awaitable<Result<FoundSlots>> Client::find_slots(FindSlots query)
{
    auto answer = co_await send("find_slots", Effect::read, slots_request(query.window), Budget(read_limit_));
    if (!answer)
        co_return std::unexpected(answer.error());
    const auto wire = read_slots(std::move(*answer));
    if (!wire)
        co_return std::unexpected(wire.error());
    co_return map_slots(practice_, *wire, query.window, memo_);
}

Awaitable<Result<fhir::Patient>> Client::record_of(fhir::NhsNumber patient, Budget budget)
{
    auto answer = co_await send("find_patient", Effect::read, patient_request(patient), budget);
    if (!answer)
        co_return std::unexpected(answer.error());
    const auto wire = read_patient(*answer, patient);
    if (!wire)
        co_return std::unexpected(wire.error());
    co_return map_patient(practice_, *wire);
}

Awaitable<Result<fhir::Patient>> Client::find_patient(FindPatient query)
{
    co_return co_await record_of(query.patient.number(), Budget(read_limit_));
}

/// The practice must mean the same person before anything is written.
Awaitable<Result<SupplierAppointment>> Client::book(BookAppointment booking)
{
    if (auto objection = objection_to_slots(booking))
        co_return std::unexpected(std::move(*objection));
    if (auto objection = objection_to_texts(booking, max_reason))
        co_return std::unexpected(std::move(*objection));
    const auto patient = booking.patient.number();
    const Budget budget(write_limit_);
    auto held = co_await record_of(patient, budget.for_a_look(read_limit_));
    if (!held)
        co_return std::unexpected(held.error());
    if (auto differs = mismatch(booking.patient.demographics, *held))
        co_return std::unexpected(std::move(*differs));
    auto request = book_request(patient, booking.slots[0].supplier_key, trimmed(booking.description));
    auto answer = co_await send("book", Effect::write, std::move(request), budget);
    if (!answer)
        co_return std::unexpected(answer.error());
    const auto id = read_booked(*answer);
    if (!id)
        co_return std::unexpected(id.error());
    co_return booked_appointment(booking, *id);
}

Awaitable<Result<SupplierAppointment>> Client::cancel(CancelAppointment cancellation)
{
    auto request =
        cancel_request(cancellation.patient.number(), cancellation.appointment.key, cancellation.reason);
    auto answer = co_await send("cancel", Effect::write, std::move(request), Budget(write_limit_));
    if (!answer)
        co_return std::unexpected(answer.error());
    co_return cancelled_appointment(cancellation);
}

Awaitable<Result<std::vector<SupplierAppointment>>> Client::list_appointments(ListAppointments query)
{
    auto request = appointments_request(query.patient.number());
    auto answer = co_await send("list_appointments", Effect::read, std::move(request), Budget(read_limit_));
    if (!answer)
        co_return std::unexpected(answer.error());
    const auto wire = read_appointments(*answer);
    if (!wire)
        co_return std::unexpected(wire.error());
    co_return map_appointments(practice_, *wire, query.patient, query.window);
}

} // namespace

std::unique_ptr<Adapter> make_adapter(const PracticeConfig& practice, upstream::Upstream& upstream,
                                      const Clock&, Random&)
{
    return std::make_unique<Client>(practice, upstream);
}

SupplierSystem supplier_system()
{
    return {"acme",       "Acme (an example)", acme_setting_keys, acme_capabilities(),
            make_adapter, make_simulator,      "/acme/"};
}

} // namespace adapters::acme
