// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/appointment_filter.hpp"
#include "gateway/booking/engine.hpp"
#include "gateway/booking/resource_shape.hpp"

namespace gateway::booking
{

using fhir::ErrorKind;
using fhir::Result;

namespace
{

/// More rows than this are not looked through for one search.
constexpr std::size_t scan_limit = 5000;

} // namespace

Awaitable<Result<StoredAppointment>> Engine::read(identity::Caller caller, std::string id)
{
    auto record = co_await visible_record(std::move(caller), std::move(id));
    if (!record)
        co_return std::unexpected(record.error());
    co_return to_stored(*record);
}

Awaitable<Result<StoredAppointment>> Engine::read_version(identity::Caller caller, std::string id,
                                                          std::int64_t version)
{
    auto record = co_await parts_.store.appointment_version(std::move(id), version);
    if (!record)
        co_return std::unexpected(record.error());
    if (!*record || !visible(caller, **record))
        co_return fhir::fail(ErrorKind::not_found,
                             "There is no such version of an appointment that you may see.");
    co_return to_stored(**record);
}

Awaitable<Result<std::vector<StoredAppointment>>> Engine::history(identity::Caller caller, std::string id)
{
    auto records = co_await parts_.store.history(std::move(id));
    if (!records)
        co_return std::unexpected(records.error());
    if (records->empty() || !visible(caller, records->front()))
        co_return fhir::fail(ErrorKind::not_found,
                             "There is no such appointment, or it is not yours to see.");
    std::vector<StoredAppointment> versions;
    for (const store::AppointmentRecord& record : *records) {
        auto stored = to_stored(record);
        if (!stored)
            co_return std::unexpected(stored.error());
        versions.push_back(std::move(*stored));
    }
    co_return versions;
}

/// A reference that a search for the patient gave stands for their NHS number: by that every booking names
/// them.
void Engine::name_patients(const identity::Caller& caller, fhir::search::AppointmentQuery& query) const
{
    if (!parts_.patients)
        return;
    for (auto& group : query.patient)
        for (fhir::search::ReferenceValue& value : group) {
            const auto number =
                value.identifier ? std::nullopt : parts_.patients->remembered(caller.ods, value.id);
            if (!number)
                continue;
            value.identifier.emplace();
            value.identifier->system = fhir::nhs_number_system;
            value.identifier->code = number->digits();
        }
}

Awaitable<Result<std::vector<StoredAppointment>>>
Engine::search(identity::Caller caller, fhir::search::AppointmentQuery query, std::size_t limit)
{
    name_patients(caller, query);
    auto filter = store_filter(query);
    filter.visible_to = caller.ods.text();
    filter.limit = scan_limit + 1;
    if (caller.patient)
        filter.patients = {caller.patient->digits()}; // and whatever the query asks for, below
    auto records = co_await parts_.store.find(std::move(filter));
    if (!records)
        co_return std::unexpected(records.error());
    std::vector<StoredAppointment> found;
    for (const store::AppointmentRecord& record : *records) {
        if (!visible(caller, record))
            continue;
        auto stored = to_stored(record);
        if (!stored)
            co_return std::unexpected(stored.error());
        if (!matches(query, stored->resource, stored->last_updated))
            continue;
        found.push_back(std::move(*stored));
        if (found.size() == limit)
            co_return found;
    }
    if (records->size() > scan_limit)
        co_return fhir::fail(
            ErrorKind::too_costly,
            "The search would look through too many appointments; narrow it by date or patient.",
            "http.date");
    co_return found;
}

} // namespace gateway::booking
