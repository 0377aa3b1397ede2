// SPDX-License-Identifier: Apache-2.0
#include "adapters/delivery_parts.hpp"
#include "adapters/microtest/client.hpp"
#include "adapters/microtest/wire_delivery.hpp"
#include "adapters/refusals.hpp"
#include "adapters/trimmed.hpp"

#include <algorithm>

// Requests for repeat medicines; the system takes no messages.
namespace adapters::microtest
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::Result;

namespace
{

/// The supplier's clock is not ours.
constexpr std::chrono::minutes clock_doubt{5};

/// Of the write itself: a refusal that no row of the table knows.
Error explained(const Error& refusal)
{
    const bool surely = !refusal.effect_possible() && refusal.kind() == ErrorKind::supplier_error;
    return surely ? refused_without_reason(refusal) : refusal;
}

Error cannot_tell()
{
    return not_offered("This practice's system does not tell at what time medicines were requested.");
}

} // namespace

/// Any NHS number opens its record, so the record is read first: nothing is written into another one's.
Awaitable<Result<Receipt>> Client::deliver(Delivery delivery)
{
    if (delivery.form != DeliveryForm::prescription_request)
        co_return std::unexpected(not_offered("This practice's system takes no messages."));
    const Budget budget(write_limit_);
    const auto patient = delivery.patient.number();
    auto record = co_await record_of(patient, budget);
    if (!record)
        co_return std::unexpected(record.error());
    auto answer = co_await send(Operation::courses, courses_request(), patient, budget);
    if (!answer)
        co_return std::unexpected(answer.error());
    const auto courses = read_courses(answer->body.view());
    if (!courses)
        co_return std::unexpected(courses.error());
    std::vector<std::string> names, ids;
    for (const WireCourse& each : *courses)
        names.push_back(each.name);
    const auto places = medicines_named(names, delivery.medicines);
    if (!places)
        co_return std::unexpected(places.error());
    for (const std::size_t place : *places)
        ids.push_back((*courses)[place].id);
    answer = co_await send(Operation::request_prescription, prescription_request(ids, delivery.text), patient,
                           budget);
    if (!answer)
        co_return std::unexpected(explained(answer.error()));
    Receipt receipt{{}, clock_.now(), {}};
    if (answer->status == 202) { // some were not taken
        auto not_taken = read_not_taken(answer->body.view());
        if (!not_taken)
            co_return std::unexpected(unknown_outcome("202 not understood"));
        if (not_taken->size() >= ids.size())
            co_return std::unexpected(not_to_be_requested());
        receipt.refused = std::move(*not_taken);
    }
    co_return receipt;
}

/// Each medicine that was asked for since then is taken for what was sent; where only the day of an order is
/// told, nobody can say whose it is.
Awaitable<Result<std::optional<Receipt>>> Client::find_delivered(Delivery delivery)
{
    if (delivery.form != DeliveryForm::prescription_request)
        co_return std::unexpected(not_offered("This practice's system takes no messages."));
    const fhir::Instant from = delivery.sent - clock_doubt;
    auto answer = co_await send(Operation::prescriptions, orders_request(fhir::uk_date(from)),
                                delivery.patient.number(), Budget(read_limit_));
    if (!answer)
        co_return std::unexpected(answer.error());
    const auto orders = read_orders(answer->body.view());
    if (!orders)
        co_return std::unexpected(orders.error());
    Receipt receipt;
    for (const std::string& medicine : delivery.medicines) {
        const auto is_it = [&](const WireOrder& order) {
            return order.name == trimmed(medicine) &&
                   (order.moment ? *order.moment >= from : order.day >= fhir::uk_date(from));
        };
        const auto order = std::ranges::find_if(*orders, is_it);
        if (order == orders->end())
            receipt.refused.push_back(medicine);
        else if (!order->moment)
            co_return std::unexpected(cannot_tell());
        else
            receipt.at = order->moment;
    }
    if (!receipt.at)
        co_return std::nullopt;
    co_return receipt;
}

} // namespace adapters::microtest
