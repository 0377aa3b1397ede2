// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/bars/writes.hpp"

#include "fhir/bars/names.hpp"
#include "fhir/model/patient.hpp"
#include "fhir/model/slot.hpp"
#include "gateway/faces/bars/errors.hpp"
#include "gateway/faces/bars/message_rules.hpp"
#include "gateway/faces/bars/referral_write.hpp"
#include "gateway/identity/crypto.hpp"
#include "gateway/identity/scopes.hpp"

#include <algorithm>
#include <array>

namespace gateway::faces::bars
{

using fhir::ErrorKind;
using fhir::Result;

booking::WriteContext write_context(const Call& call, const Services& services)
{
    // What is left when the message has been read and looked up, less what it takes to send the answer.
    constexpr std::chrono::milliseconds to_answer{200}, least{500};
    const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - call.started);
    return {.caller = *call.caller,
            .request_id = call.heading.request_id,
            .idempotency_key = call.heading.message_key(),
            .request_hash = identity::to_hex(identity::sha256(call.request.body)),
            .user_id = call.heading.sds_user_id,
            .user_name = {},
            .answer_within = std::max(services.answer_limit - spent - to_answer, least)};
}

Result<void> check_outcome(const booking::WriteOutcome& outcome)
{
    if (outcome.unresolved && outcome.replayed)
        return std::unexpected(fhir::Error(ErrorKind::duplicate_in_flight,
                                           "The first message with these ids is still being worked on.",
                                           "http.X-Request-Id")
                                   .retry_in(std::chrono::seconds(2)));
    if (outcome.unresolved)
        return std::unexpected(*outcome.unresolved);
    if (outcome.replayed)
        return std::unexpected(already_processed());
    return {};
}

fhir::Bundle reply_to(const Message& message, const void* focus, fhir::AnyResource shown,
                      std::string_view patient_id)
{
    fhir::Bundle reply = message.bundle();
    if (!reply.meta)
        reply.meta.emplace();
    if (!reply.meta->version_id)
        reply.meta->version_id = std::string(fhir::bars::core_version);
    for (std::size_t i = 0; i < reply.entry.size(); ++i) {
        fhir::BundleEntry& entry = reply.entry[i];
        if (auto* header = entry.resource->as<fhir::MessageHeader>()) {
            header->response.emplace();
            header->response->identifier = message.thread();
        } else if (message.bundle().entry[i].resource->address() == focus) {
            entry.resource = std::move(shown);
        } else if (auto* patient = entry.resource->as<fhir::Patient>(); patient && !patient_id.empty()) {
            patient->id = std::string(patient_id);
        } else if (auto* slot = entry.resource->as<fhir::Slot>()) {
            slot->status = fhir::SlotStatus::busy;
        }
    }
    return reply;
}

namespace
{

using identity::Permission;

Result<void> check_scope(const Call& call, Permission permission, std::string_view type)
{
    if (call.by_proxy || call.caller->may(permission, type))
        return {};
    return fhir::fail(ErrorKind::scope_missing,
                      "The access token does not hold the scope " + identity::scope_name(permission, type) +
                          ".",
                      "http.Authorization");
}

/// What a message of each purpose does, and what a token must allow for it.
struct Work
{
    Purpose purpose;
    Permission permission;
    std::string_view type;
    Answered (*perform)(const Call&, const Services&, const Message&);
};

constexpr std::array works{
    Work{Purpose::booking, Permission::create, "Appointment", book},
    Work{Purpose::cancellation, Permission::update, "Appointment", cancel},
    Work{Purpose::referral, Permission::create, "ServiceRequest", refer},
    Work{Purpose::referral_cancellation, Permission::update, "ServiceRequest", take_back},
    Work{Purpose::feedback, Permission::update, "ServiceRequest", add_feedback},
};

/// Before anything is looked up for them: a sender who may send nothing here.
Result<void> check_any_scope(const Call& call)
{
    if (check_scope(call, Permission::create, "ServiceRequest"))
        return {};
    return check_scope(call, Permission::create, "Appointment");
}

/// Errors for a message whose ids were used before.
Awaitable<Result<void>> check_first(const Call& call, const Services& services)
{
    auto booked = co_await services.booking.booked_before(write_context(call, services));
    if (!booked)
        co_return std::unexpected(booked.error());
    if (*booked) {
        const auto known = check_outcome(**booked);
        co_return std::unexpected(known ? already_processed() : known.error());
    }
    auto referred = co_await services.tasks.done_before(task_write(call, services));
    if (!referred)
        co_return std::unexpected(referred.error());
    if (*referred)
        co_return std::unexpected(already_processed());
    co_return Result<void>();
}

} // namespace

/// Checks in the standard's order; who sends and what was sent under these ids before comes first.
Answered process_message(const Call& call, const Services& services)
{
    if (auto may = check_any_scope(call); !may)
        co_return std::unexpected(may.error());
    auto first = co_await check_first(call, services);
    if (!first)
        co_return std::unexpected(first.error());
    const auto message = Message::read(call.request.body, call.forms.body);
    if (!message)
        co_return std::unexpected(message.error());
    const auto purpose = check_message(call, *message);
    if (!purpose)
        co_return std::unexpected(purpose.error());
    const auto& work = *std::ranges::find(works, *purpose, &Work::purpose);
    if (auto may = check_scope(call, work.permission, work.type); !may)
        co_return std::unexpected(may.error());
    auto done = co_await work.perform(call, services, *message);
    co_return done;
}

} // namespace gateway::faces::bars
