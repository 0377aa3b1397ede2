// SPDX-License-Identifier: Apache-2.0
#include "gateway/notify/visibility.hpp"

#include "gateway/notify/topics.hpp"

namespace gateway::notify
{

using fhir::Result;

namespace
{

std::string id_in(const std::string& subject)
{
    return subject.substr(subject.find('/') + 1);
}

} // namespace

/// A practice knows its own patients.
bool Visibility::hidden(const std::string& patient, const std::string& practice,
                        const fhir::OdsCode& organisation) const
{
    const auto number = fhir::NhsNumber::parse(patient);
    const auto ods = fhir::OdsCode::parse(practice);
    return number && ods && *ods != organisation &&
           policy::hides(consents_, {.patient = *number, .practice = *ods, .asking = organisation});
}

Awaitable<Result<bool>> Visibility::may_read_appointment(fhir::OdsCode organisation, std::string id) const
{
    auto record = co_await store_.appointment(std::move(id));
    if (!record)
        co_return std::unexpected(record.error());
    const auto& found = *record;
    if (!found || (found->booked_by != organisation.text() && found->practice != organisation.text()))
        co_return false;
    co_return !hidden(found->patient, found->practice, organisation);
}

Awaitable<Result<bool>> Visibility::may_read_task(fhir::OdsCode organisation, std::string id) const
{
    auto record = co_await store_.task(std::move(id));
    if (!record)
        co_return std::unexpected(record.error());
    const auto& found = *record;
    if (!found || (found->owner != organisation.text() && found->requester != organisation.text()))
        co_return false;
    co_return !hidden(found->patient, found->owner, organisation);
}

Awaitable<Result<bool>> Visibility::may_hear(fhir::OdsCode organisation, store::OutboxEvent event) const
{
    if (event.topic == store::appointment_topic) {
        auto may = co_await may_read_appointment(std::move(organisation), id_in(event.subject));
        co_return may;
    }
    if (event.topic == store::task_topic) {
        auto may = co_await may_read_task(std::move(organisation), id_in(event.subject));
        co_return may;
    }
    const auto practice = fhir::OdsCode::parse(event.practice);
    co_return practice &&
        (*practice == organisation || directory_()->shares(*practice, organisation, clock_.now()));
}

} // namespace gateway::notify
