// SPDX-License-Identifier: Apache-2.0
#include "adapters/delivery_parts.hpp"
#include "adapters/emis/client.hpp"
#include "adapters/emis/wire_delivery.hpp"
#include "adapters/refusals.hpp"

#include <algorithm>

// Work for the practice: messages, and requests for repeat medicines.
namespace adapters::emis
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::Result;

namespace
{

/// The supplier's clock is not ours.
constexpr std::chrono::minutes clock_doubt{5};
/// What was sent is on its way, whatever a look at the list says.
constexpr std::chrono::milliseconds look_for_receipt{1500};

/// The reference must not be what a limit cuts off.
std::string subject_of(const Delivery& delivery)
{
    const std::string mark = " (" + delivery.reference + ")";
    std::string subject = delivery.subject.substr(0, max_subject - mark.size());
    while (!subject.empty() && (subject.back() & 0xC0) == 0x80) // not in the middle of a character
        subject.pop_back();
    if (!subject.empty() && subject.size() < delivery.subject.size() && (subject.back() & 0x80) != 0)
        subject.pop_back();
    return subject + mark;
}

/// Of the write itself.
Error explained(const Error& refusal)
{
    const bool surely = !refusal.effect_possible() && refusal.kind() == ErrorKind::supplier_error;
    return surely ? refused_without_reason(refusal) : refusal;
}

/// Trimmed, each once, in order of their text.
std::vector<std::string> in_order(std::vector<std::string> names)
{
    for (std::string& name : names)
        name = trimmed(name);
    std::ranges::sort(names);
    const auto twice = std::ranges::unique(names);
    names.erase(twice.begin(), twice.end());
    return names;
}

/// As `read_body`, of a call that may answer 200 with an error document.
template <class Wire>
Result<Wire> read_checked(Operation operation, const Result<fhir::rest::Response>& answer,
                          Result<Wire> (*reader)(std::string_view))
{
    if (answer)
        if (auto error = error_inside(operation, *answer))
            return std::unexpected(std::move(*error));
    return read_body(answer, reader);
}

} // namespace

/// What is written about a patient must not come into another one's record. A record that may not be read is
/// compared by nobody: the link stands for the patient.
Awaitable<Result<void>> Client::opens_own_record(PatientContext patient, Budget budget)
{
    auto answer = co_await sessions_.send(patient.link->credential, Operation::demographics,
                                          demographics_request, budget);
    const auto record = read_body(answer, read_demographics);
    if (!record && record.error().kind() != ErrorKind::access_denied &&
        record.error().kind() != ErrorKind::service_disabled)
        co_return std::unexpected(record.error());
    if (record && record->nhs_number != patient.number())
        co_return fhir::fail(ErrorKind::link_invalid);
    co_return Result<void>();
}

Awaitable<Result<Receipt>> Client::deliver(Delivery delivery)
{
    if (!delivery.patient.link)
        co_return fhir::fail(ErrorKind::link_invalid);
    const Budget budget(write_limit_);
    const bool message = delivery.form == DeliveryForm::message;
    auto practice = co_await settings(budget);
    if (!practice)
        co_return std::unexpected(practice.error());
    if (message && !practice->messages_supported)
        co_return std::unexpected(messages_switched_off());
    if (!message && !practice->prescribing_supported)
        co_return std::unexpected(prescribing_switched_off());
    auto own = co_await opens_own_record(delivery.patient, budget);
    if (!own)
        co_return std::unexpected(own.error());
    auto sending = message ? send_message(delivery, budget) : request_medicines(delivery, budget);
    auto sent = co_await std::move(sending);
    if (!sent)
        co_return std::unexpected(sent.error());
    // The answer names nothing; the list does.
    auto listed = co_await look_for(std::move(delivery), budget.for_a_look(look_for_receipt));
    if (listed && *listed)
        co_return std::move(**listed);
    co_return Receipt{{}, clock_.now(), {}};
}

Awaitable<Result<void>> Client::send_message(Delivery delivery, Budget budget)
{
    const std::string credential = delivery.patient.link->credential;
    auto answer =
        co_await sessions_.send(credential, Operation::message_recipients, recipients_request, budget);
    const auto recipients = read_checked(Operation::message_recipients, answer, read_recipients);
    if (!recipients)
        co_return std::unexpected(recipients.error());
    std::vector<std::string> names;
    for (const WireRecipient& each : *recipients)
        names.push_back(each.name);
    const auto place = recipient_for(names, delivery.team);
    if (!place)
        co_return std::unexpected(no_recipients());
    const WireNewMessage wire{(*recipients)[*place].id, subject_of(delivery), delivery.text};
    Sessions::MakeRequest make = [wire](const std::string& token) {
        return send_message_request(token, wire);
    };
    answer = co_await sessions_.send(credential, Operation::send_message, std::move(make), budget);
    if (!answer)
        co_return std::unexpected(explained(answer.error()));
    if (auto error = error_inside(Operation::send_message, *answer))
        co_return std::unexpected(std::move(*error));
    const auto sent = read_body(answer, read_message_sent);
    if (!sent || !*sent)
        co_return std::unexpected(unknown_outcome(std::to_string(answer->status) + " without MessageSent"));
    co_return Result<void>();
}

/// The practice's ids of the medicines.
Awaitable<Result<std::vector<std::string>>> Client::courses_of(Delivery delivery, Budget budget)
{
    auto answer = co_await sessions_.send(delivery.patient.link->credential, Operation::courses,
                                          courses_request, budget);
    const auto courses = read_checked(Operation::courses, answer, read_courses);
    if (!courses)
        co_return std::unexpected(courses.error());
    std::vector<std::string> names;
    for (const WireCourse& each : *courses)
        names.push_back(each.name);
    const auto places = medicines_named(names, delivery.medicines);
    if (!places)
        co_return std::unexpected(places.error());
    std::vector<std::string> ids;
    for (const std::size_t place : *places)
        ids.push_back((*courses)[place].id);
    co_return ids;
}

Awaitable<Result<void>> Client::request_medicines(Delivery delivery, Budget budget)
{
    const std::string credential = delivery.patient.link->credential;
    auto settings_answer =
        co_await sessions_.send(credential, Operation::patient_settings, patient_settings_request, budget);
    const auto enabled =
        read_checked(Operation::patient_settings, settings_answer, read_prescribing_effective);
    if (!enabled)
        co_return std::unexpected(enabled.error());
    if (!*enabled)
        co_return std::unexpected(prescribing_switched_off());
    auto courses = co_await courses_of(delivery, budget);
    if (!courses)
        co_return std::unexpected(courses.error());
    const auto kept = kept_settings();
    const bool commented = !kept || kept->prescribing_comment != Necessity::not_requested;
    const std::string comment = commented ? delivery.text : std::string();
    Sessions::MakeRequest make = [ids = *courses, comment](const std::string& token) {
        return prescription_request(token, ids, comment);
    };
    auto answer =
        co_await sessions_.send(credential, Operation::request_prescription, std::move(make), budget);
    if (!answer)
        co_return std::unexpected(explained(answer.error()));
    // A request that was taken answers with an empty object; a body that nobody can read says nothing sure.
    if (auto error = error_inside(Operation::request_prescription, *answer))
        co_return std::unexpected(std::move(*error));
    if (!answer->body.view().empty() && !read_object(answer->body.view()))
        co_return std::unexpected(unknown_outcome(std::to_string(answer->status) + " not understood"));
    co_return Result<void>();
}

Awaitable<Result<std::optional<Receipt>>> Client::find_delivered(Delivery delivery)
{
    if (!delivery.patient.link)
        co_return fhir::fail(ErrorKind::link_invalid);
    const Budget budget(read_limit_);
    auto own = co_await opens_own_record(delivery.patient, budget);
    if (!own)
        co_return std::unexpected(own.error());
    auto found = co_await look_for(std::move(delivery), budget);
    co_return found;
}

Awaitable<Result<std::optional<Receipt>>> Client::look_for(Delivery delivery, Budget budget)
{
    return delivery.form == DeliveryForm::message ? find_message(std::move(delivery), budget)
                                                  : find_prescription_request(std::move(delivery), budget);
}

Awaitable<Result<std::optional<Receipt>>> Client::find_message(Delivery delivery, Budget budget)
{
    auto answer = co_await sessions_.send(delivery.patient.link->credential, Operation::messages,
                                          messages_request, budget);
    const auto listed = read_checked(Operation::messages, answer, read_messages);
    if (!listed)
        co_return std::unexpected(listed.error());
    const auto ours = std::ranges::find_if(*listed, [&](const WireMessage& each) {
        return each.subject.find(delivery.reference) != std::string::npos;
    });
    if (ours == listed->end())
        co_return std::nullopt;
    Receipt receipt{std::to_string(ours->id), {}, {}};
    if (ours->sent)
        receipt.at = fhir::from_uk_local(*ours->sent).latest;
    co_return receipt;
}

/// The list does not show the comment: the same medicines, asked for since, are what was sent. Nobody else
/// can have had them requested besides, for a second request within the month is refused.
Awaitable<Result<std::optional<Receipt>>> Client::find_prescription_request(Delivery delivery, Budget budget)
{
    const fhir::Instant from = delivery.sent - clock_doubt;
    Sessions::MakeRequest make = [from](const std::string& token) {
        return prescription_requests_request(token, from);
    };
    auto answer = co_await sessions_.send(delivery.patient.link->credential, Operation::prescription_requests,
                                          std::move(make), budget);
    const auto listed = read_checked(Operation::prescription_requests, answer, read_prescription_requests);
    if (!listed)
        co_return std::unexpected(listed.error());
    const auto wanted = in_order(std::move(delivery.medicines));
    const auto ours = std::ranges::find_if(*listed, [&](const WirePrescriptionRequest& each) {
        return *each.requested >= from && each.medicines == wanted;
    });
    if (ours == listed->end())
        co_return std::nullopt;
    co_return Receipt{{}, ours->requested, {}};
}

} // namespace adapters::emis
