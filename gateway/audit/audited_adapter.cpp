// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/audited_adapter.hpp"

#include "fhir/outcome/catalogue.hpp"

namespace gateway::audit
{
namespace
{

using adapters::Awaitable;
using fhir::Result;

bool is_message(const adapters::Delivery& delivery)
{
    return delivery.form == adapters::DeliveryForm::message;
}

class AuditedAdapter : public adapters::Adapter
{
public:
    AuditedAdapter(std::shared_ptr<adapters::Adapter> inner, std::string system, std::string practice,
                   Recorder& recorder)
        : inner_(std::move(inner)), system_(std::move(system)), practice_(std::move(practice)),
          recorder_(recorder)
    {}

    const adapters::Capabilities& capabilities() const override { return inner_->capabilities(); }

    Awaitable<Result<adapters::PracticeSettings>> practice_settings(adapters::Provenance provenance) override
    {
        auto note = note_of("practice_settings", provenance);
        return audited(std::move(note), inner_->practice_settings(std::move(provenance)));
    }
    Awaitable<Result<adapters::FoundSlots>> find_slots(adapters::FindSlots query) override
    {
        auto note = note_of("find_slots", query.provenance);
        return audited(std::move(note), inner_->find_slots(std::move(query)));
    }
    Awaitable<Result<fhir::Patient>> find_patient(adapters::FindPatient query) override
    {
        auto note = note_about("find_patient", query);
        return audited(std::move(note), inner_->find_patient(std::move(query)));
    }
    Awaitable<Result<fhir::Patient>> register_patient(adapters::FindPatient query) override
    {
        auto note = note_about("register_patient", query);
        return audited(std::move(note), inner_->register_patient(std::move(query)));
    }
    Awaitable<Result<adapters::PatientLink>> link_patient(adapters::FindPatient query) override
    {
        auto note = note_about("link_patient", query);
        return audited(std::move(note), inner_->link_patient(std::move(query)));
    }
    Awaitable<Result<adapters::SupplierAppointment>> book(adapters::BookAppointment booking) override
    {
        auto note = note_about("book", booking);
        return audited(std::move(note), inner_->book(std::move(booking)));
    }
    Awaitable<Result<adapters::SupplierAppointment>> cancel(adapters::CancelAppointment cancellation) override
    {
        auto note = note_about("cancel", cancellation);
        return audited(std::move(note), inner_->cancel(std::move(cancellation)));
    }
    Awaitable<Result<adapters::SupplierAppointment>> amend(adapters::AmendAppointment amendment) override
    {
        auto note = note_about("amend", amendment);
        return audited(std::move(note), inner_->amend(std::move(amendment)));
    }
    Awaitable<Result<adapters::SupplierAppointment>>
    read_appointment(adapters::ReadAppointment query) override
    {
        auto note = note_about("read_appointment", query);
        return audited(std::move(note), inner_->read_appointment(std::move(query)));
    }
    Awaitable<Result<std::vector<adapters::SupplierAppointment>>>
    list_appointments(adapters::ListAppointments query) override
    {
        auto note = note_about("list_appointments", query);
        return audited(std::move(note), inner_->list_appointments(std::move(query)));
    }
    Awaitable<Result<adapters::Receipt>> deliver(adapters::Delivery delivery) override
    {
        auto note =
            note_about(is_message(delivery) ? "deliver_message" : "deliver_prescription_request", delivery);
        return audited(std::move(note), inner_->deliver(std::move(delivery)));
    }
    Awaitable<Result<std::optional<adapters::Receipt>>> find_delivered(adapters::Delivery delivery) override
    {
        auto note = note_about(is_message(delivery) ? "find_message" : "find_prescription_request", delivery);
        return audited(std::move(note), inner_->find_delivered(std::move(delivery)));
    }

private:
    Note note_of(std::string_view operation, const adapters::Provenance& provenance) const
    {
        Note note;
        note.record.event = Event::supplier_call;
        note.record.via = system_;
        note.record.action = operation;
        note.record.agent = provenance.organisation_ods;
        note.record.user = provenance.sds_user_id;
        note.record.practice = practice_;
        note.record.request = provenance.request_id;
        return note;
    }

    template <class Query>
    Note note_about(std::string_view operation, const Query& query) const
    {
        Note note = note_of(operation, query.provenance);
        if (query.patient.nhs_number)
            note.patient = query.patient.nhs_number->digits();
        return note;
    }

    /// The call's own result is what counts: it is told even where its record has to wait for the store.
    template <class T>
    Awaitable<Result<T>> audited(Note note, Awaitable<Result<T>> call)
    {
        auto result = co_await std::move(call);
        if (!result) {
            note.record.reason = fhir::catalogue_row(result.error().kind()).code;
            note.record.outcome = result.error().effect_possible() ? Outcome::unknown : Outcome::failed;
        }
        auto recorded = co_await recorder_.record(std::move(note));
        static_cast<void>(recorded); // told in the log, and kept until the store can
        co_return result;
    }

    std::shared_ptr<adapters::Adapter> inner_;
    std::string system_;
    std::string practice_;
    Recorder& recorder_;
};

} // namespace

std::unique_ptr<adapters::Adapter> make_audited_adapter(std::shared_ptr<adapters::Adapter> adapter,
                                                        std::string system, std::string practice,
                                                        Recorder& recorder)
{
    return std::make_unique<AuditedAdapter>(std::move(adapter), std::move(system), std::move(practice),
                                            recorder);
}

} // namespace gateway::audit
