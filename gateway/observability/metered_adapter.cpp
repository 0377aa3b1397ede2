// SPDX-License-Identifier: Apache-2.0
#include "gateway/observability/metered_adapter.hpp"

#include "fhir/outcome/catalogue.hpp"
#include "gateway/observability/log.hpp"

#include <chrono>

namespace gateway::observability
{
namespace
{

using adapters::Awaitable;
using fhir::Result;
using SteadyClock = std::chrono::steady_clock;

class MeteredAdapter : public adapters::Adapter
{
public:
    MeteredAdapter(std::unique_ptr<adapters::Adapter> inner, std::string system, std::string practice,
                   Metrics& metrics)
        : inner_(std::move(inner)), system_(std::move(system)), practice_(std::move(practice)),
          metrics_(metrics)
    {}

    const adapters::Capabilities& capabilities() const override { return inner_->capabilities(); }

    Awaitable<Result<adapters::PracticeSettings>> practice_settings(adapters::Provenance provenance) override
    {
        auto id = provenance.request_id;
        return metered("practice_settings", std::move(id), inner_->practice_settings(std::move(provenance)));
    }
    Awaitable<Result<adapters::FoundSlots>> find_slots(adapters::FindSlots query) override
    {
        auto id = query.provenance.request_id;
        return metered("find_slots", std::move(id), inner_->find_slots(std::move(query)));
    }
    Awaitable<Result<fhir::Patient>> find_patient(adapters::FindPatient query) override
    {
        auto id = query.provenance.request_id;
        return metered("find_patient", std::move(id), inner_->find_patient(std::move(query)));
    }
    Awaitable<Result<fhir::Patient>> register_patient(adapters::FindPatient query) override
    {
        auto id = query.provenance.request_id;
        return metered("register_patient", std::move(id), inner_->register_patient(std::move(query)));
    }
    Awaitable<Result<adapters::PatientLink>> link_patient(adapters::FindPatient query) override
    {
        auto id = query.provenance.request_id;
        return metered("link_patient", std::move(id), inner_->link_patient(std::move(query)));
    }
    Awaitable<Result<adapters::SupplierAppointment>> book(adapters::BookAppointment booking) override
    {
        auto id = booking.provenance.request_id;
        return metered("book", std::move(id), inner_->book(std::move(booking)));
    }
    Awaitable<Result<adapters::SupplierAppointment>> cancel(adapters::CancelAppointment cancellation) override
    {
        auto id = cancellation.provenance.request_id;
        return metered("cancel", std::move(id), inner_->cancel(std::move(cancellation)));
    }
    Awaitable<Result<adapters::SupplierAppointment>> amend(adapters::AmendAppointment amendment) override
    {
        auto id = amendment.provenance.request_id;
        return metered("amend", std::move(id), inner_->amend(std::move(amendment)));
    }
    Awaitable<Result<adapters::SupplierAppointment>>
    read_appointment(adapters::ReadAppointment query) override
    {
        auto id = query.provenance.request_id;
        return metered("read_appointment", std::move(id), inner_->read_appointment(std::move(query)));
    }
    Awaitable<Result<std::vector<adapters::SupplierAppointment>>>
    list_appointments(adapters::ListAppointments query) override
    {
        auto id = query.provenance.request_id;
        return metered("list_appointments", std::move(id), inner_->list_appointments(std::move(query)));
    }
    Awaitable<Result<adapters::Receipt>> deliver(adapters::Delivery delivery) override
    {
        const bool message = delivery.form == adapters::DeliveryForm::message;
        auto id = delivery.provenance.request_id;
        return metered(message ? "deliver_message" : "deliver_prescription_request", std::move(id),
                       inner_->deliver(std::move(delivery)));
    }
    Awaitable<Result<std::optional<adapters::Receipt>>> find_delivered(adapters::Delivery delivery) override
    {
        const bool message = delivery.form == adapters::DeliveryForm::message;
        auto id = delivery.provenance.request_id;
        return metered(message ? "find_message" : "find_prescription_request", std::move(id),
                       inner_->find_delivered(std::move(delivery)));
    }

private:
    template <class T>
    Awaitable<Result<T>> metered(std::string_view operation, std::string request_id,
                                 Awaitable<Result<T>> call)
    {
        const auto began = SteadyClock::now();
        auto result = co_await std::move(call);
        record(operation, request_id, SteadyClock::now() - began, result ? nullptr : &result.error());
        co_return result;
    }

    void record(std::string_view operation, const std::string& request_id, std::chrono::nanoseconds took,
                const fhir::Error* error) const
    {
        const std::string_view outcome = error ? fhir::catalogue_row(error->kind()).code : "ok";
        metrics_.supplier_call(system_, operation, outcome, took);
        const auto milliseconds = std::chrono::duration<double, std::milli>(took).count();
        log(error ? Level::warning : Level::info, "supplier_call",
            {{"system", system_},
             {"practice", practice_},
             {"operation", std::string(operation)},
             {"outcome", std::string(outcome)},
             {"supplier_code", error ? error->supplier_code() : std::string()},
             {"effect_possible", error && error->effect_possible()},
             {"duration_ms", milliseconds},
             {"request_id", request_id}});
    }

    std::unique_ptr<adapters::Adapter> inner_;
    std::string system_;
    std::string practice_;
    Metrics& metrics_;
};

} // namespace

std::unique_ptr<adapters::Adapter> make_metered_adapter(std::unique_ptr<adapters::Adapter> adapter,
                                                        std::string system, std::string practice,
                                                        Metrics& metrics)
{
    return std::make_unique<MeteredAdapter>(std::move(adapter), std::move(system), std::move(practice),
                                            metrics);
}

} // namespace gateway::observability
