// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/bars/writes.hpp"

#include "fhir/bars/names.hpp"
#include "fhir/model/patient.hpp"
#include "fhir/model/slot.hpp"
#include "gateway/faces/bars/errors.hpp"
#include "gateway/faces/bars/message_rules.hpp"
#include "gateway/identity/crypto.hpp"

#include <algorithm>

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

fhir::Bundle reply_to(const Message& message, const fhir::Appointment& shown, std::string_view patient_id)
{
    fhir::Bundle reply = message.bundle();
    if (!reply.meta)
        reply.meta.emplace();
    if (!reply.meta->version_id)
        reply.meta->version_id = std::string(fhir::bars::core_version);
    const std::string focus = message.url_of(&appointment_of(message));
    for (fhir::BundleEntry& entry : reply.entry) {
        if (auto* header = entry.resource->as<fhir::MessageHeader>()) {
            header->response.emplace();
            header->response->identifier = message.thread();
        } else if (entry.resource->as<fhir::Appointment>() && entry.full_url &&
                   entry.full_url->text == focus) {
            entry.resource = fhir::AnyResource(shown);
        } else if (auto* patient = entry.resource->as<fhir::Patient>(); patient && !patient_id.empty()) {
            patient->id = std::string(patient_id);
        } else if (auto* slot = entry.resource->as<fhir::Slot>()) {
            slot->status = fhir::SlotStatus::busy;
        }
    }
    return reply;
}

/// Checks in the standard's order; who sends and what was sent under these ids before comes first.
Answered process_message(const Call& call, const Services& services)
{
    auto before = co_await services.booking.booked_before(write_context(call, services));
    if (!before)
        co_return std::unexpected(before.error());
    if (*before) {
        const auto known = check_outcome(**before);
        co_return std::unexpected(known ? already_processed() : known.error());
    }
    const auto message = Message::read(call.request.body, call.forms.body);
    if (!message)
        co_return std::unexpected(message.error());
    const auto purpose = check_message(call, *message);
    if (!purpose)
        co_return std::unexpected(purpose.error());
    if (*purpose == Purpose::booking) {
        auto booked = co_await book(call, services, *message);
        co_return booked;
    }
    if (!call.by_proxy && !call.caller->may(identity::Permission::update, "Appointment"))
        co_return fhir::fail(ErrorKind::scope_missing,
                             "The access token does not hold the scope system/Appointment.u.",
                             "http.Authorization");
    auto cancelled = co_await cancel(call, services, *message);
    co_return cancelled;
}

} // namespace gateway::faces::bars
