// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/practice_patients.hpp"

#include "adapters/upstream/deadline.hpp"
#include "gateway/policy/stranger.hpp"

namespace gateway::search
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;

adapters::FindPatient asked_by(const identity::Caller& caller, const fhir::NhsNumber& number,
                               std::string request_id)
{
    adapters::FindPatient query{.provenance = {}, .patient = {number, std::nullopt, std::nullopt}};
    query.provenance.organisation_ods = caller.ods.text();
    query.provenance.organisation_name = caller.name;
    query.provenance.organisation_type = caller.organisation_type;
    query.provenance.organisation_phone = caller.organisation_phone;
    query.provenance.request_id = std::move(request_id);
    return query;
}

} // namespace

Awaitable<Result<fhir::Patient>> PracticePatients::find(identity::Caller caller,
                                                        std::shared_ptr<const policy::Practice> practice,
                                                        fhir::NhsNumber number, std::string request_id) const
{
    policy::ConsentQuestion question{number, practice->ods, caller.ods, request_id};
    const bool hidden = policy::hides(consents_, question);
    if (hidden)
        practice = policy::without_patient(practice);
    auto found =
        co_await find_at(std::move(caller), std::move(practice), number, std::move(request_id), hidden);
    if (hidden)
        co_await consents_->write_refusal(std::move(question));
    co_return found;
}

/// `hidden`: a link that is kept is none that this caller may use.
Awaitable<Result<fhir::Patient>> PracticePatients::find_at(identity::Caller caller,
                                                           std::shared_ptr<const policy::Practice> practice,
                                                           fhir::NhsNumber number, std::string request_id,
                                                           bool hidden) const
{
    const adapters::Capabilities& can = practice->adapter->capabilities();
    auto query = asked_by(caller, number, std::move(request_id));
    if (!can.find_patient)
        co_return fhir::fail(ErrorKind::patient_not_found);
    if (can.needs_patient_link) {
        auto link = co_await links_.find(practice->ods.text(), number.digits());
        if (!link)
            co_return std::unexpected(link.error());
        if (!*link || hidden)
            co_return fhir::fail(ErrorKind::patient_not_found);
        query.patient.link = adapters::PatientLink{std::move(**link)};
    }
    auto found = co_await adapters::within(limit_, practice->adapter->find_patient(std::move(query)));
    co_return found;
}

Awaitable<Result<fhir::Patient>> PracticePatients::add(identity::Caller caller,
                                                       std::shared_ptr<const policy::Practice> practice,
                                                       fhir::NhsNumber number, fhir::Patient details,
                                                       std::string request_id) const
{
    const adapters::Capabilities& can = practice->adapter->capabilities();
    if (!can.register_patient && !can.needs_patient_link)
        co_return fhir::fail(ErrorKind::not_implemented,
                             "This practice's system registers no patients through the gateway.");
    auto known = co_await find(caller, practice, number, request_id);
    if (known)
        co_return fhir::fail(ErrorKind::already_linked, "The patient is already registered and active.");
    if (known.error().kind() != ErrorKind::patient_not_found)
        co_return known;
    if (policy::hides(consents_, {number, practice->ods, caller.ods, request_id}))
        practice = policy::without_patient(practice);
    auto query = asked_by(caller, number, std::move(request_id));
    query.patient.demographics = std::move(details);
    if (!can.register_patient) {
        auto linked = co_await link(std::move(practice), std::move(query));
        co_return linked;
    }
    auto registered =
        co_await adapters::within(limit_, practice->adapter->register_patient(std::move(query)));
    co_return registered;
}

Awaitable<Result<fhir::Patient>> PracticePatients::link(std::shared_ptr<const policy::Practice> practice,
                                                        adapters::FindPatient query) const
{
    auto link = co_await adapters::within(limit_, practice->adapter->link_patient(query));
    if (!link)
        co_return std::unexpected(link.error());
    auto kept = co_await links_.keep(practice->ods.text(), query.patient.number().digits(), link->credential);
    if (!kept)
        co_return std::unexpected(kept.error());
    query.patient.link = std::move(*link);
    auto found = co_await adapters::within(limit_, practice->adapter->find_patient(std::move(query)));
    co_return found;
}

} // namespace gateway::search
