// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/format.hpp"
#include "fhir/model/id.hpp"
#include "fhir/model/nhs_number.hpp"
#include "gateway/faces/bars/appointment_shape.hpp"
#include "gateway/faces/bars/errors.hpp"
#include "gateway/faces/bars/ids.hpp"
#include "gateway/faces/bars/message_rules.hpp"
#include "gateway/faces/bars/referral_rules.hpp"
#include "gateway/faces/bars/referral_shape.hpp"
#include "gateway/faces/bars/referral_write.hpp"
#include "gateway/faces/bars/writes.hpp"
#include "gateway/faces/bars/written.hpp"
#include "gateway/identity/crypto.hpp"
#include "gateway/policy/directory.hpp"

#include <algorithm>

namespace gateway::faces::bars
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;
using workflow::StoredTask;

constexpr std::string_view request_path = "Bundle.entry.resource.ofType(ServiceRequest).";

std::unexpected<fhir::Error> unknown_referral(std::string path)
{
    return std::unexpected(
        fhir::Error(ErrorKind::not_found, "The service has no such referral of yours.", std::move(path))
            .advise("Check the id; it came with the answer to the referral.", fhir::Remedy::caller));
}

/// As for bookings: an agreement lets an organisation send work there, or none does.
Result<void> check_shared(const Call& call, fhir::Instant now)
{
    const bool shared = std::ranges::any_of(call.service->practices, [&](const fhir::OdsCode& practice) {
        return call.directory->terms(practice, call.caller->ods, policy::Use::task, now).allowed();
    });
    return shared ? Result<void>() : Result<void>(fhir::fail(ErrorKind::organisation_not_allowed));
}

Awaitable<Result<std::vector<StoredTask>>> own_referrals(const Call& call, const Services& services,
                                                         fhir::search::RawParameter criterion)
{
    auto query = fhir::search::parse_task_query(
        {std::move(criterion), {"requester:identifier", call.caller->ods.text()}, {"code", "referral"}},
        fhir::search::Handling::strict, nullptr);
    if (!query)
        co_return std::unexpected(query.error());
    auto found = co_await services.tasks.search(*call.caller, std::move(*query), 100);
    if (found)
        std::erase_if(*found, [&](const StoredTask& each) { return referral_id(call, each).empty(); });
    co_return found;
}

/// By the thread of messages that began it.
Awaitable<Result<StoredTask>> referral_of_thread(const Call& call, const Services& services,
                                                 std::string thread, std::string path)
{
    // Commas and bars separate values in a search, and no thread that was kept has one.
    if (thread.find_first_of(",|$\\") != std::string::npos)
        co_return unknown_referral(std::move(path));
    auto found =
        co_await own_referrals(call, services, {"identifier", thread_system(call.origin) + "|" + thread});
    if (!found)
        co_return std::unexpected(found.error());
    if (found->empty())
        co_return unknown_referral(std::move(path));
    if (found->size() > 1)
        co_return std::unexpected(
            fhir::Error(ErrorKind::version_conflict, "Several referrals fit; the message names none by id.",
                        std::move(path))
                .advise("Send the id of the referral that is meant.", fhir::Remedy::caller));
    co_return std::move(found->front());
}

Awaitable<Result<StoredTask>> named_referral(const Call& call, const Services& services,
                                             const Message& message)
{
    const auto& id = referral_of(message).id;
    if (id) {
        auto found = co_await referral_with_id(call, services, *id);
        co_return found;
    }
    auto found =
        co_await referral_of_thread(call, services, message.thread(), std::string(request_path) + "id");
    co_return found;
}

/// Whatever the message says of its patient must be of the patient of the referral.
Result<void> check_same_patient(const Message& message, const StoredTask& task)
{
    const auto number =
        fhir::identifier_value(message.first<fhir::Patient>()->identifier, fhir::nhs_number_system);
    const std::string known = patient_number(task);
    if (!number || known.empty() || known == *number)
        return {};
    return fhir::fail(ErrorKind::invariant, "The referral is another patient's.",
                      "Bundle.entry.resource.ofType(Patient).identifier");
}

/// Whoever works on referrals for a practice and from whom the patient is hidden there does not get this one:
/// the practice does. The sender hears the same.
Awaitable<void> keep_from(const Call& call, const Services& services, workflow::NewTask& wanted)
{
    const auto owner = fhir::OdsCode::parse(wanted.owner);
    if (!owner || !wanted.patient || call.service->covers(*owner))
        co_return;
    for (const fhir::OdsCode& practice : call.service->practices) {
        policy::ConsentQuestion question{*wanted.patient, practice, *owner, call.ids.request_id};
        const auto known = call.directory->practice(practice);
        if (!known || !policy::hides(services.consents, question))
            continue;
        wanted.owner = practice.text();
        wanted.owner_name = known->name;
        co_await services.consents->write_refusal(std::move(question));
        co_return;
    }
}

Result<std::string> reply(const Call& call, const Message& message,
                          const Result<workflow::TaskOutcome>& outcome)
{
    if (!outcome)
        return std::unexpected(outcome.error());
    if (outcome->replayed)
        return std::unexpected(already_processed());
    call.audited.saw(outcome->task);
    const fhir::ServiceRequest& sent = referral_of(message);
    const std::string& task = outcome->task.resource.id.value_or("");
    return written(reply_to(message, &sent, answered_referral(sent, outcome->task), patient_uuid(task)));
}

} // namespace

workflow::TaskWrite task_write(const Call& call, const Services& services)
{
    return {*call.caller, call.heading.message_key(), identity::to_hex(identity::sha256(call.request.body)),
            workflow::Received{std::string(fhir::codec::media_type(call.forms.body)), call.request.body,
                               services.clock.now()}};
}

Awaitable<Result<StoredTask>> referral_with_id(const Call& call, const Services& services, std::string id)
{
    if (!fhir::is_uuid(id))
        co_return unknown_referral(std::string(request_path) + "id");
    auto found = co_await own_referrals(call, services, {"focus", "ServiceRequest/" + id});
    if (!found)
        co_return std::unexpected(found.error());
    if (found->empty())
        co_return unknown_referral(std::string(request_path) + "id");
    co_return std::move(found->front());
}

Awaitable<Result<void>> check_based_on(const Call& call, const Services& services, const Message& message,
                                       const fhir::Patient& patient)
{
    constexpr std::string_view type = "ServiceRequest/",
                               path = "Bundle.entry.resource.ofType(Appointment).basedOn";
    for (const fhir::Reference& basis : appointment_of(message).based_on) {
        const std::string_view named = basis.reference ? std::string_view(*basis.reference) : "";
        // A service that takes no referrals cannot know those that went elsewhere.
        if (!call.service->referrals || !named.starts_with(type) || message.find<fhir::ServiceRequest>(basis))
            continue;
        auto found = co_await referral_with_id(call, services, std::string(named.substr(type.size())));
        if (!found)
            co_return std::unexpected(fhir::Error(found.error()).at(std::string(path)));
        const auto number = fhir::identifier_value(patient.identifier, fhir::nhs_number_system);
        const std::string known = patient_number(*found);
        if (number && !known.empty() && known != *number)
            co_return fhir::fail(ErrorKind::invariant, "The referral is another patient's.",
                                 std::string(path));
        const auto status = shown_referral(*found).status;
        if (status == fhir::RequestStatus::revoked || status == fhir::RequestStatus::entered_in_error)
            co_return std::unexpected(fhir::Error(ErrorKind::transition_not_allowed,
                                                  "The referral has been refused or taken back.",
                                                  std::string(path))
                                          .advise("Book without it, or refer again.", fhir::Remedy::user));
    }
    co_return Result<void>();
}

Answered refer(const Call& call, const Services& services, const Message& message)
{
    if (auto shared = check_shared(call, services.clock.now()); !shared)
        co_return std::unexpected(shared.error());
    auto wanted = task_for(call, message, adapters::new_uuid(services.clock, services.random));
    if (!wanted)
        co_return std::unexpected(wanted.error());
    co_await keep_from(call, services, *wanted);
    auto outcome = co_await services.tasks.create(task_write(call, services), std::move(*wanted));
    co_return reply(call, message, outcome);
}

Answered take_back(const Call& call, const Services& services, const Message& message)
{
    auto task = co_await named_referral(call, services, message);
    if (!task)
        co_return std::unexpected(task.error());
    if (auto same = check_same_patient(message, *task); !same)
        co_return std::unexpected(same.error());
    const fhir::ServiceRequest& sent = referral_of(message);
    const bool mistake = sent.status == fhir::RequestStatus::entered_in_error;
    auto outcome = co_await services.tasks.remark(
        task_write(call, services), task->resource.id.value_or(""),
        remark_of(sent, mistake ? "Sent by mistake." : "Taken back by its sender."),
        mistake ? fhir::TaskStatus::entered_in_error : fhir::TaskStatus::cancelled);
    if (!outcome && outcome.error().kind() == ErrorKind::transition_not_allowed)
        co_return std::unexpected(
            fhir::Error(ErrorKind::transition_not_allowed,
                        "The referral is being worked on, or has come to its end.",
                        std::string(request_path) + "status")
                .advise("Read the referral; telephone the practice if it must be stopped.",
                        fhir::Remedy::user));
    co_return reply(call, message, outcome);
}

Answered add_feedback(const Call& call, const Services& services, const Message& message)
{
    auto task = co_await referral_of_thread(call, services, message.header().response->identifier,
                                            "Bundle.entry[0].resource.response.identifier");
    if (!task)
        co_return std::unexpected(task.error());
    if (auto same = check_same_patient(message, *task); !same)
        co_return std::unexpected(same.error());
    const std::string text = remark_of(referral_of(message), "Feedback was received on this referral.");
    auto outcome = co_await services.tasks.remark(task_write(call, services), task->resource.id.value_or(""),
                                                  text, std::nullopt);
    co_return reply(call, message, outcome);
}

} // namespace gateway::faces::bars
