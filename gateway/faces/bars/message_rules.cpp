// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/bars/message_rules.hpp"

#include "fhir/bars/names.hpp"
#include "fhir/model/organization.hpp"
#include "gateway/faces/bars/referral_rules.hpp"

#include <algorithm>

namespace gateway::faces::bars
{

namespace
{

using fhir::AppointmentStatus;
using fhir::ErrorKind;
using fhir::Result;
namespace words = fhir::bars;

constexpr std::string_view header_path = "Bundle.entry[0].resource";

std::unexpected<fhir::Error> broken(std::string sentence, std::string path)
{
    return fhir::fail(ErrorKind::invariant, std::move(sentence), std::move(path));
}

std::string at(std::string_view element)
{
    return std::string(header_path) + "." + std::string(element);
}

/// The service id of `system|value`, empty for another system.
std::string_view service_in(std::string_view endpoint)
{
    const auto bar = endpoint.find('|');
    if (bar == std::string_view::npos ||
        !fhir::same_system(endpoint.substr(0, bar), words::system::service_id))
        return {};
    return endpoint.substr(bar + 1);
}

Result<void> check_destination(const Call& call, const fhir::MessageHeader& header)
{
    if (header.destination.empty())
        return fhir::fail(ErrorKind::required, "The message has no destination.", at("destination"));
    if (service_in(header.destination.front().endpoint.text) == call.service->id)
        return {};
    return fhir::fail(ErrorKind::value_invalid,
                      "The destination of the message is not the target of the request.",
                      at("destination[0].endpoint"));
}

Result<const DefinitionRow*> find_definition(const Message& message)
{
    const std::string url = message.header().definition ? message.header().definition->text : std::string();
    if (const DefinitionRow* found = definition_named(url))
        return found;
    return broken("The definition of the message is not one that is known here.", at("definition"));
}

Result<void> check_counts(const Message& message, const DefinitionRow& definition)
{
    for (const FocusRow& row : definition.focus) {
        const std::size_t count = message.count(row.type);
        if (count < row.least || count > row.most)
            return broken("The message holds " + std::to_string(count) + " of " + std::string(row.type) +
                              "; its definition wants " +
                              (row.least == row.most ? ""
                               : count < row.least   ? "at least "
                                                     : "at most ") +
                              std::to_string(count < row.least ? row.least : row.most) + ".",
                          "Bundle.entry");
    }
    return {};
}

const fhir::Organization* organisation_with_ods(const Message& message,
                                                const std::optional<fhir::Reference>& reference)
{
    const auto* held = reference ? message.find<fhir::Organization>(*reference) : nullptr;
    return held && fhir::identifier_value(held->identifier, fhir::ods_organisation_system) ? held : nullptr;
}

Result<void> check_parties(const Call& call, const Message& message)
{
    const auto& header = message.header();
    if (!organisation_with_ods(message, header.destination.front().receiver))
        return broken("The receiver is not an organisation of the message with an ODS code.",
                      at("destination[0].receiver"));
    const auto* sender = organisation_with_ods(message, header.sender);
    if (!sender)
        return broken("The sender is not an organisation of the message with an ODS code.", at("sender"));
    if (*fhir::identifier_value(sender->identifier, fhir::ods_organisation_system) !=
        call.heading.organisation_ods)
        return broken("The sender is not the organisation of the header " +
                          std::string(words::header::organisation) + ".",
                      at("sender"));
    if (service_in(header.source.endpoint.text).empty())
        return broken("The source does not name its service id.", at("source.endpoint"));
    return {};
}

/// As far as the message says it: the header `use-context` is for the proxy alone.
Result<void> check_use_case(const Call& call, const std::vector<fhir::CodeableConcept>& categories,
                            std::string_view path)
{
    for (const fhir::CodeableConcept& category : categories)
        for (const fhir::Coding& coding : category.coding)
            if (coding.system && coding.code &&
                fhir::same_system(coding.system->text, words::system::use_case) &&
                !call.service->takes(coding.code->text))
                return fhir::fail(ErrorKind::not_supported_by_practice,
                                  "The service does not take messages of this use case.", std::string(path));
    return {};
}

bool cancels(AppointmentStatus status)
{
    return status == AppointmentStatus::cancelled || status == AppointmentStatus::entered_in_error;
}

/// Event, reason and status of a booking message (BaRS Core). A cancellation may carry any of the three
/// reasons, as the published material does.
Result<void> check_workflow(const Message& message, Purpose purpose)
{
    const auto reason = reason_of(message.header());
    const AppointmentStatus status = appointment_of(message).status;
    if (purpose == Purpose::booking && reason == "update" && status == AppointmentStatus::booked)
        return std::unexpected(
            fhir::Error(ErrorKind::invariant, "A booking is not amended by message.", at("reason"))
                .advise("Cancel it, then book anew."));
    const bool fits = purpose == Purpose::booking ? reason == "new" && status == AppointmentStatus::booked
                                                  : !reason.empty() && cancels(status);
    if (!fits)
        return broken("Definition, reason and status of the appointment do not go together.", at("reason"));
    return {};
}

/// A service is for bookings, for referrals, or for both.
Result<void> check_taken(const Call& call, const fhir::MessageHeader& header)
{
    const bool refers = event_of(header).starts_with(words::referral_events);
    if (refers ? call.service->referrals : call.service->bookings)
        return {};
    return fhir::fail(ErrorKind::not_supported_by_practice, "The service does not take such messages.",
                      at("eventCoding"));
}

Result<void> check_booking(const Call& call, const Message& message, Purpose purpose)
{
    const fhir::Appointment& appointment = appointment_of(message);
    if (auto use_case = check_use_case(call, appointment.service_category,
                                       "Bundle.entry.resource.ofType(Appointment).serviceCategory");
        !use_case)
        return use_case;
    return check_workflow(message, purpose);
}

Result<void> check_referral(const Call& call, const Message& message, Purpose purpose)
{
    if (auto use_case = check_use_case(call, referral_of(message).category,
                                       "Bundle.entry.resource.ofType(ServiceRequest).category");
        !use_case)
        return use_case;
    return check_referral_workflow(message, purpose);
}

} // namespace

std::string_view event_of(const fhir::MessageHeader& header)
{
    const auto* coding = std::get_if<fhir::Coding>(&header.event);
    return coding && coding->code ? std::string_view(coding->code->text) : std::string_view();
}

std::string_view reason_of(const fhir::MessageHeader& header)
{
    for (const fhir::Coding& coding : header.reason ? header.reason->coding : std::vector<fhir::Coding>())
        if (coding.code)
            return coding.code->text == "new"      ? "new"
                   : coding.code->text == "update" ? "update"
                   : coding.code->text == "delete" ? "delete"
                                                   : "";
    return {};
}

const fhir::Appointment& appointment_of(const Message& message)
{
    for (const fhir::Reference& focus : message.header().focus)
        if (const auto* found = message.find<fhir::Appointment>(focus))
            return *found;
    return *message.first<fhir::Appointment>();
}

Result<Purpose> check_message(const Call& call, const Message& message)
{
    if (auto destination = check_destination(call, message.header()); !destination)
        return std::unexpected(destination.error());
    if (auto taken = check_taken(call, message.header()); !taken)
        return std::unexpected(taken.error());
    auto definition = find_definition(message);
    if (!definition)
        return std::unexpected(definition.error());
    if (event_of(message.header()) != (*definition)->event)
        return broken("The event of the message is not that of its definition.", at("eventCoding"));
    if (auto counts = check_counts(message, **definition); !counts)
        return std::unexpected(counts.error());
    if (auto parties = check_parties(call, message); !parties)
        return std::unexpected(parties.error());
    const Purpose purpose = (*definition)->purpose;
    const bool refers = (*definition)->event != words::booking_event;
    if (auto fits = refers ? check_referral(call, message, purpose) : check_booking(call, message, purpose);
        !fits)
        return std::unexpected(fits.error());
    return purpose;
}

} // namespace gateway::faces::bars
