// SPDX-License-Identifier: Apache-2.0
#include "gateway/policy/consents.hpp"

#include "adapters/upstream/deadline.hpp"
#include "fhir/outcome/catalogue.hpp"
#include "gateway/observability/log.hpp"
#include "gateway/policy/consent_rules.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>

namespace gateway::policy
{

using fhir::ErrorKind;
using fhir::Result;

namespace
{

Result<Consent> from_record(const store::ConsentRecord& record)
{
    auto consent = read_consent(record.id, record.version, record.patient, record.body, record.at);
    if (!consent)
        return fhir::fail(ErrorKind::internal, "A stored consent cannot be read.");
    return std::move(*consent);
}

Result<std::vector<Consent>> from_records(const Result<std::vector<store::ConsentRecord>>& records)
{
    if (!records)
        return std::unexpected(records.error());
    std::vector<Consent> consents;
    for (const store::ConsentRecord& record : *records) {
        auto consent = from_record(record);
        if (!consent)
            return std::unexpected(consent.error());
        consents.push_back(std::move(*consent));
    }
    return consents;
}

std::unexpected<fhir::Error> no_such_consent()
{
    return fhir::fail(ErrorKind::not_found, "There is no such consent, or it is not yours to see.");
}

} // namespace

Awaitable<Result<void>> Consents::open()
{
    auto kept = co_await parts_.store.consents();
    auto consents = from_records(kept);
    if (!consents)
        co_return std::unexpected(consents.error());
    auto table = std::make_shared<Table>();
    for (Consent& consent : *consents)
        if (consent.status == ConsentStatus::active)
            (*table)[consent.patient.digits()].push_back(std::move(consent));
    const std::lock_guard lock(mutex_);
    any_ = !table->empty();
    table_ = std::move(table);
    co_return Result<void>();
}

std::shared_ptr<const Consents::Table> Consents::table() const
{
    const std::lock_guard lock(mutex_);
    return table_;
}

std::size_t Consents::in_force() const
{
    return table()->size();
}

/// Copied, changed, swapped: questions never wait for more than the swap.
void Consents::put(const Consent& consent)
{
    const std::lock_guard lock(mutex_);
    auto next = std::make_shared<Table>(*table_);
    auto& of_patient = (*next)[consent.patient.digits()];
    std::erase_if(of_patient, [&](const Consent& each) { return each.id == consent.id; });
    if (consent.status == ConsentStatus::active)
        of_patient.push_back(consent);
    if (of_patient.empty())
        next->erase(consent.patient.digits());
    any_ = !next->empty();
    table_ = std::move(next);
}

const Consent* Consents::hiding_now(const Table& table, const ConsentQuestion& question) const
{
    const auto found = table.find(question.patient.digits());
    if (found == table.end())
        return nullptr;
    return hiding(found->second, parts_.directory()->sharing(), question.practice, question.asking,
                  parts_.clock.now());
}

bool Consents::hides(const ConsentQuestion& question) const
{
    return any_ && hiding_now(*table(), question) != nullptr;
}

bool Consents::silences(const fhir::NhsNumber& patient, const BookedAt& about) const
{
    if (!any_)
        return false;
    const auto held = table();
    const auto found = held->find(patient.digits());
    return found != held->end() &&
           silencing(found->second, parts_.directory()->sharing(), about, parts_.clock.now());
}

/// When the answer is on its way: it must not leave later than that about an unknown patient.
Awaitable<void> Consents::write_refusal(ConsentQuestion question) const
{
    if (parts_.audit == nullptr)
        co_return;
    auto executor = co_await boost::asio::this_coro::executor;
    boost::asio::co_spawn(executor, write_refusal_later(std::move(question)), [](std::exception_ptr failure) {
        if (failure)
            observability::log(observability::Level::error, "consent_refusal_unrecorded", {});
    });
}

Awaitable<void> Consents::write_refusal_later(ConsentQuestion question) const
{
    auto executor = co_await boost::asio::this_coro::executor;
    co_await boost::asio::post(executor, adapters::use_awaitable);
    const auto now = table();
    const Consent* why = hiding_now(*now, question);
    if (why == nullptr)
        co_return; // ended since
    audit::Note note;
    note.patient = question.patient.digits();
    note.record.event = audit::Event::decision;
    note.record.outcome = audit::Outcome::refused;
    note.record.via = "policy";
    note.record.action = "consent " + std::string(to_text(why->kind));
    note.record.reason = fhir::catalogue_row(ErrorKind::patient_not_found).code;
    note.record.client = question.asking.text();
    note.record.type = "Consent";
    note.record.id = why->id;
    note.record.version = std::to_string(why->version);
    note.record.practice = question.practice.text();
    note.record.request = question.request_id;
    auto recorded = co_await parts_.audit->record(std::move(note));
    static_cast<void>(recorded); // told in the log, and kept until the store can
}

Awaitable<Result<std::vector<Consent>>> Consents::of_patient(fhir::NhsNumber patient) const
{
    auto records = co_await parts_.store.consents_of(patient.digits());
    co_return from_records(records);
}

Awaitable<Result<std::vector<Consent>>> Consents::history(std::string id) const
{
    auto records = co_await parts_.store.consent_history(std::move(id));
    auto versions = from_records(records);
    if (versions && versions->empty())
        co_return no_such_consent();
    co_return versions;
}

Awaitable<Result<Consent>> Consents::read(std::string id) const
{
    auto versions = co_await history(std::move(id));
    if (!versions)
        co_return std::unexpected(versions.error());
    co_return std::move(versions->front());
}

/// One that says the same already: a repeated request finds it.
Awaitable<Result<std::optional<Consent>>> Consents::standing(Consent wanted) const
{
    auto known = co_await of_patient(wanted.patient);
    if (!known)
        co_return std::unexpected(known.error());
    for (Consent& each : *known)
        if (each.says_the_same(wanted))
            co_return std::optional(std::move(each));
    co_return std::optional<Consent>();
}

Awaitable<Result<Consent>> Consents::basis_of(ConsentChange change) const
{
    auto before = co_await read(change.wanted.id);
    if (!before)
        co_return before;
    if (change.writer && before->custodian != change.writer)
        co_return no_such_consent();
    if (before->version != change.wanted.version)
        co_return std::unexpected(fhir::Error(ErrorKind::version_conflict).at("http.If-Match"));
    if (auto same = check_same_decision(*before, change.wanted); !same)
        co_return std::unexpected(same.error());
    co_return before;
}

/// Who is no practice has to have had to do with the patient.
Awaitable<Result<void>> Consents::check_writer(ConsentChange change) const
{
    if (!change.writer || parts_.directory()->practice(*change.writer))
        co_return Result<void>();
    Result<bool> booked = false;
    if (parts_.has_booked)
        booked = co_await parts_.has_booked(*change.writer, change.wanted.patient);
    if (!booked)
        co_return std::unexpected(booked.error());
    if (!*booked)
        co_return std::unexpected(
            fhir::Error(ErrorKind::organisation_not_allowed,
                        "Your organisation has booked no appointment for this patient here.",
                        "Consent.patient")
                .advise("Ask the patient's practice to record it.", fhir::Remedy::caller));
    co_return Result<void>();
}

Awaitable<Result<ConsentWritten>> Consents::write(ConsentChange change)
{
    auto done = co_await write_checked(change);
    co_await write_down(std::move(change), done);
    co_return done;
}

Awaitable<Result<ConsentWritten>> Consents::write_checked(ConsentChange change)
{
    Consent next = change.wanted;
    next.at = parts_.clock.now();
    next.author = change.author;
    if (!next.id.empty()) { // whose it is comes first: others hear that there is none
        auto before = co_await basis_of(change);
        if (!before)
            co_return std::unexpected(before.error());
        next.recorded_by = before->recorded_by;
        next.since = before->since;
    }
    if (auto right = check_consent(change, *parts_.directory()); !right)
        co_return std::unexpected(right.error());
    const bool fresh = next.id.empty();
    if (fresh) {
        auto booked = co_await check_writer(change);
        if (!booked)
            co_return std::unexpected(booked.error());
        auto known = co_await standing(next);
        if (!known)
            co_return std::unexpected(known.error());
        if (*known)
            co_return ConsentWritten{std::move(**known), false};
        next.id = adapters::new_uuid(parts_.clock, parts_.random);
        next.version = 0;
        next.recorded_by = change.writer;
        next.since = next.at;
    }
    auto written = co_await parts_.store.write_consent(
        {next.id, next.version, next.patient.digits(), body_of(next), next.at});
    if (!written)
        co_return std::unexpected(written.error());
    if (!*written)
        co_return std::unexpected(fhir::Error(ErrorKind::version_conflict).at("http.If-Match"));
    next.version = **written;
    put(next);
    co_return ConsentWritten{std::move(next), fresh};
}

/// Of an operator; what comes over a face its own record tells.
Awaitable<void> Consents::write_down(ConsentChange change, Result<ConsentWritten> done) const
{
    if (parts_.audit == nullptr || change.writer)
        co_return;
    audit::Note note;
    note.patient = change.wanted.patient.digits();
    note.record.event = audit::Event::configuration;
    note.record.via = change.via;
    note.record.action = change.wanted.id.empty() ? "create consent" : "change consent";
    note.record.user = change.author;
    note.record.type = "Consent";
    note.record.id = done ? done->consent.id : change.wanted.id;
    note.record.practice = change.wanted.custodian ? change.wanted.custodian->text() : std::string();
    note.record.request = change.request_id;
    if (done) {
        note.record.version = std::to_string(done->consent.version);
    } else {
        note.record.outcome = audit::Outcome::refused;
        note.record.reason = fhir::catalogue_row(done.error().kind()).code;
    }
    auto recorded = co_await parts_.audit->record(std::move(note));
    static_cast<void>(recorded);
}

} // namespace gateway::policy
