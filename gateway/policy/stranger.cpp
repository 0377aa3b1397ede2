// SPDX-License-Identifier: Apache-2.0
#include "gateway/policy/stranger.hpp"

namespace gateway::policy
{

namespace
{

using adapters::Awaitable;
using fhir::ErrorKind;
using fhir::Result;

constexpr std::string_view name_of_nobody = "Nobody";

bool is_blank(const std::string& text)
{
    return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

/// What was sent with the values of nobody in it: a system that finds a detail missing still says so.
std::optional<fhir::Patient> details_of_nobody(const std::optional<fhir::Patient>& given)
{
    if (!given)
        return std::nullopt;
    fhir::Patient nobody;
    for (const fhir::HumanName& name : given->name) {
        fhir::HumanName& kept = nobody.name.emplace_back();
        kept.use = name.use;
        if (name.family)
            kept.family = is_blank(*name.family) ? std::string() : std::string(name_of_nobody);
        kept.given.assign(name.given.size(), std::string(name_of_nobody));
    }
    nobody.gender = given->gender;
    nobody.birth_date = given->birth_date;
    const auto year_1900 = fhir::parse_date_time("1900-01-01");
    if (nobody.birth_date && year_1900)
        nobody.birth_date->at = year_1900->at;
    return nobody;
}

adapters::PatientContext nobody_for(const adapters::PatientContext& patient)
{
    return {number_of_nobody(), std::nullopt, details_of_nobody(patient.demographics)};
}

/// In the words of GP Connect Foundations for somebody whom the national register does not show to others.
fhir::Error not_taken_on()
{
    return fhir::Error(ErrorKind::patient_ineligible,
                       "The practice's system could not confirm this patient with the national register.")
        .advise("Check the patient's details with them, or ring the practice.", fhir::Remedy::user);
}

class Stranger : public adapters::Adapter
{
public:
    explicit Stranger(std::shared_ptr<adapters::Adapter> system) : system_(std::move(system)) {}

    const adapters::Capabilities& capabilities() const override { return system_->capabilities(); }
    Awaitable<Result<adapters::PracticeSettings>> practice_settings(adapters::Provenance provenance) override
    {
        return system_->practice_settings(std::move(provenance));
    }
    Awaitable<Result<adapters::FoundSlots>> find_slots(adapters::FindSlots query) override
    {
        return system_->find_slots(std::move(query));
    }
    Awaitable<Result<fhir::Patient>> find_patient(adapters::FindPatient query) override
    {
        query.patient = nobody_for(query.patient);
        return unknown(system_->find_patient(std::move(query)));
    }
    Awaitable<Result<fhir::Patient>> register_patient(adapters::FindPatient) override
    {
        co_return std::unexpected(not_taken_on());
    }
    Awaitable<Result<adapters::PatientLink>> link_patient(adapters::FindPatient query) override
    {
        query.patient = nobody_for(query.patient);
        return unknown(system_->link_patient(std::move(query)));
    }
    Awaitable<Result<adapters::SupplierAppointment>> book(adapters::BookAppointment booking) override;
    Awaitable<Result<adapters::SupplierAppointment>> cancel(adapters::CancelAppointment cancellation) override
    {
        return system_->cancel(std::move(cancellation));
    }
    Awaitable<Result<adapters::SupplierAppointment>> amend(adapters::AmendAppointment amendment) override
    {
        return system_->amend(std::move(amendment));
    }
    Awaitable<Result<adapters::SupplierAppointment>>
    read_appointment(adapters::ReadAppointment query) override
    {
        return system_->read_appointment(std::move(query));
    }
    Awaitable<Result<std::vector<adapters::SupplierAppointment>>>
    list_appointments(adapters::ListAppointments query) override
    {
        query.patient = nobody_for(query.patient);
        return unknown(system_->list_appointments(std::move(query)));
    }

private:
    /// Whoever a system may have by that number, it is not the patient who was asked for.
    template <class T>
    static Awaitable<Result<T>> unknown(Awaitable<Result<T>> question)
    {
        auto answer = co_await std::move(question);
        if (answer)
            co_return fhir::fail(ErrorKind::patient_not_found);
        co_return std::unexpected(answer.error());
    }

    std::shared_ptr<adapters::Adapter> system_;
};

/// A system that books looks the patient up first; what it would say of one it does not know is all that is
/// asked for. Of a system that takes everybody nothing is asked.
Awaitable<Result<adapters::SupplierAppointment>> Stranger::book(adapters::BookAppointment booking)
{
    if (!capabilities().find_patient)
        co_return fhir::fail(ErrorKind::patient_not_found);
    adapters::FindPatient query{std::move(booking.provenance), std::move(booking.patient)};
    auto nobody = co_await find_patient(std::move(query));
    co_return std::unexpected(nobody.error());
}

} // namespace

const fhir::NhsNumber& number_of_nobody()
{
    static const fhir::NhsNumber number = *fhir::NhsNumber::parse("9999999980");
    return number;
}

std::shared_ptr<adapters::Adapter> make_stranger_adapter(std::shared_ptr<adapters::Adapter> system)
{
    return std::make_shared<Stranger>(std::move(system));
}

std::shared_ptr<const Practice> without_patient(const std::shared_ptr<const Practice>& practice)
{
    auto strange = std::make_shared<Practice>(*practice);
    strange->adapter =
        practice->for_strangers ? practice->for_strangers : make_stranger_adapter(practice->adapter);
    return strange;
}

} // namespace gateway::policy
