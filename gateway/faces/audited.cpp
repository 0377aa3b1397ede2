// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/audited.hpp"

#include "fhir/outcome/catalogue.hpp"
#include "gateway/booking/booking_rules.hpp"
#include "gateway/booking/override.hpp"
#include "gateway/booking/service.hpp"
#include "gateway/workflow/service.hpp"

#include <algorithm>

namespace gateway::faces
{

namespace
{

bool is_one_of(std::string_view reason, std::initializer_list<fhir::ErrorKind> kinds)
{
    return std::ranges::any_of(kinds, [&](auto kind) { return fhir::catalogue_row(kind).code == reason; });
}

} // namespace

void Audited::saw(const booking::StoredAppointment& stored)
{
    const auto number = booking::named_number(stored.resource);
    entities.push_back({"Appointment", stored.resource.id.value_or(""), std::to_string(stored.version),
                        stored.practice_ods, number ? std::string(number->digits()) : std::string()});
}

void Audited::saw(const workflow::StoredTask& stored)
{
    entities.push_back({"Task", stored.resource.id.value_or(""), std::to_string(stored.version), stored.owner,
                        patient_number(stored)});
}

void Audited::booked(const booking::StoredAppointment& stored)
{
    saw(stored);
    overrode = booking::names_override(stored.resource);
}

void Audited::saw_patient(std::string_view digits, std::string_view ods)
{
    entities.push_back({"Patient", {}, {}, std::string(ods), std::string(digits)});
}

void Audited::searched(std::size_t books, std::string_view only_practice)
{
    practices = static_cast<std::int64_t>(books);
    practice = only_practice;
}

void judge(audit::AuditRecord& record, unsigned status, std::string_view reason)
{
    using enum fhir::ErrorKind;
    record.status = status;
    record.reason = reason;
    if (is_one_of(reason, {outcome_unknown}))
        record.outcome = audit::Outcome::unknown;
    else if (status >= 500)
        record.outcome = audit::Outcome::failed;
    else if (status >= 400)
        record.outcome = audit::Outcome::refused;
    if (is_one_of(reason, {login_required, token_invalid, token_expired}))
        record.event = audit::Event::login_failure;
    else if (is_one_of(reason, {scope_missing, organisation_not_allowed}))
        record.event = audit::Event::decision;
}

void name_agent(audit::AuditRecord& record, const std::optional<identity::Caller>& caller)
{
    if (!caller)
        return;
    record.agent = caller->ods.text();
    record.client = caller->client_id;
    if (caller->staff)
        record.user = caller->staff->role_id;
}

Awaitable<fhir::Result<void>> hand_in(audit::Recorder* recorder, audit::AuditRecord record, Audited about)
{
    if (recorder == nullptr)
        co_return fhir::Result<void>();
    record.practices = about.practices;
    record.override_used = about.overrode;
    if (record.practice.empty())
        record.practice = about.practice;
    if (about.entities.empty()) {
        auto done = co_await recorder->record({std::move(record), {}});
        co_return done;
    }
    for (auto& entity : about.entities) {
        audit::Note note{record, std::move(entity.patient)};
        note.record.type = std::move(entity.type);
        note.record.id = std::move(entity.id);
        note.record.version = std::move(entity.version);
        if (!entity.practice.empty())
            note.record.practice = std::move(entity.practice);
        auto done = co_await recorder->record(std::move(note));
        if (!done)
            co_return done;
    }
    co_return fhir::Result<void>();
}

bool may_leave(audit::Event event)
{
    return event == audit::Event::write;
}

} // namespace gateway::faces
