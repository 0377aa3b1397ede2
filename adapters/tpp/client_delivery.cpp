// SPDX-License-Identifier: Apache-2.0
#include "adapters/delivery_parts.hpp"
#include "adapters/refusals.hpp"
#include "adapters/tpp/client.hpp"
#include "adapters/tpp/wire_delivery.hpp"

#include <algorithm>

// Work for the practice: messages, and requests for repeat medicines. Whose record the account opens is seen
// to by Sessions.
namespace adapters::tpp
{

using fhir::ErrorKind;
using fhir::Result;

namespace
{

constexpr std::chrono::milliseconds look_for_receipt{1500};

Sessions::Speaker speaker_of(const Delivery& delivery)
{
    return {delivery.patient.link->credential, delivery.patient.number()};
}

} // namespace

Awaitable<Result<Receipt>> Client::deliver(Delivery delivery)
{
    if (!delivery.patient.link)
        co_return fhir::fail(ErrorKind::link_invalid);
    const Budget budget(write_limit_);
    const bool message = delivery.form == DeliveryForm::message;
    auto services = co_await sessions_.send(speaker_of(delivery), Operation::service_accesses, {}, budget);
    if (!services)
        co_return std::unexpected(services.error());
    if (message && !messaging_offered(services->document))
        co_return std::unexpected(messages_switched_off());
    if (!message && medicines_switched_off(services->document))
        co_return std::unexpected(prescribing_switched_off());
    auto sending =
        message ? send_message(std::move(delivery), budget) : request_medicines(std::move(delivery), budget);
    auto receipt = co_await std::move(sending);
    co_return receipt;
}

/// The reply names no message: the list does. A refusal in words that nobody knows is believed when the list
/// agrees.
Awaitable<Result<Receipt>> Client::send_message(Delivery delivery, Budget budget)
{
    auto listed = co_await sessions_.send(speaker_of(delivery), Operation::message_recipients, {}, budget);
    if (!listed)
        co_return std::unexpected(listed.error());
    const auto recipients = read_recipients(listed->document);
    std::vector<std::string> names;
    for (const WireRecipient& each : recipients)
        names.push_back(each.name);
    const auto place = recipient_for(names, delivery.team);
    if (!place)
        co_return std::unexpected(no_recipients());
    auto answer = co_await sessions_.send(speaker_of(delivery), Operation::create_message,
                                          message_attributes(recipients[*place], delivery.text), budget);
    if (!answer && !is_unclassified(answer.error()))
        co_return std::unexpected(answer.error());
    auto found =
        co_await find_message(std::move(delivery), answer ? budget.for_a_look(look_for_receipt) : budget);
    if (found && *found)
        co_return std::move(**found);
    if (answer)
        co_return Receipt{{}, clock_.now(), {}};
    if (found)
        co_return std::unexpected(refused_without_reason(answer.error()));
    co_return std::unexpected(unknown_outcome(answer.error().supplier_code()));
}

/// No list shows what was requested, so a refusal in words that nobody knows says nothing sure.
Awaitable<Result<Receipt>> Client::request_medicines(Delivery delivery, Budget budget)
{
    auto listed = co_await sessions_.send(speaker_of(delivery), Operation::repeat_medication, {}, budget);
    if (!listed)
        co_return std::unexpected(listed.error());
    const auto medications = read_medications(listed->document);
    std::vector<std::string> names;
    for (const WireMedication& each : medications)
        names.push_back(each.drug);
    const auto places = medicines_named(names, delivery.medicines);
    if (!places)
        co_return std::unexpected(places.error());
    std::vector<WireMedication> wanted;
    for (const std::size_t place : *places)
        wanted.push_back(medications[place]);
    auto answer = co_await sessions_.send(speaker_of(delivery), Operation::request_medication,
                                          medication_request(wanted, delivery.text), budget);
    if (!answer && is_unclassified(answer.error()))
        co_return std::unexpected(unknown_outcome(answer.error().supplier_code()));
    if (!answer)
        co_return std::unexpected(answer.error());
    co_return Receipt{{}, clock_.now(), {}};
}

Awaitable<Result<std::optional<Receipt>>> Client::find_delivered(Delivery delivery)
{
    if (delivery.form == DeliveryForm::prescription_request)
        co_return std::unexpected(
            not_offered("This practice's system does not show which medicines were requested."));
    if (!delivery.patient.link)
        co_return fhir::fail(ErrorKind::link_invalid);
    auto found = co_await find_message(std::move(delivery), Budget(read_limit_));
    co_return found;
}

/// A reply may quote what it answers, and proves the same.
Awaitable<Result<std::optional<Receipt>>> Client::find_message(Delivery delivery, Budget budget)
{
    auto answer = co_await sessions_.send(speaker_of(delivery), Operation::messages_view, {}, budget);
    if (!answer)
        co_return std::unexpected(answer.error());
    const auto listed = read_messages(answer->document);
    if (!listed)
        co_return std::unexpected(listed.error());
    const auto ours = std::ranges::find_if(*listed, [&](const WireMessage& each) {
        return each.text.find(delivery.reference) != std::string::npos;
    });
    if (ours == listed->end())
        co_return std::nullopt;
    Receipt receipt{ours->id, {}, {}};
    if (ours->sent)
        receipt.at = fhir::from_uk_local(*ours->sent).latest;
    co_return receipt;
}

} // namespace adapters::tpp
