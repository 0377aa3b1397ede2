// SPDX-License-Identifier: Apache-2.0
#include "adapters/microtest/wire_delivery.hpp"

#include "adapters/json_fields.hpp"
#include "fhir/codec/json_value.hpp"

#include <algorithm>

namespace adapters::microtest
{

using fhir::Result;
using fhir::codec::JsonValue;
using fhir::rest::Request;

namespace
{

constexpr std::string_view orders_path = "patient/prescriptions";
constexpr std::size_t date_length = sizeof "2026-11-23" - 1;

/// The objects of a list; the list itself must be there, and hold nothing else.
Result<std::vector<Fields>> listed(const fhir::codec::Document& reply, std::string_view name)
{
    const Fields fields(reply);
    const auto* list = fields.find(name);
    if (!list || !list->is_array())
        return std::unexpected(lacks(name));
    auto rows = fields.rows(name);
    if (rows.size() != static_cast<std::size_t>(std::ranges::distance(list->items())))
        return std::unexpected(lacks("rows in " + std::string(name)));
    return rows;
}

} // namespace

Result<std::vector<WireCourse>> read_courses(std::string_view body)
{
    const auto json = read_object(body);
    if (!json)
        return std::unexpected(json.error());
    const auto rows = listed(*json, "courses");
    if (!rows)
        return std::unexpected(rows.error());
    std::vector<WireCourse> courses;
    for (const Fields& row : *rows)
        if (auto id = row.text("id"); !id.empty())
            courses.push_back({std::move(id), row.text("name")});
    return courses;
}

Result<std::vector<WireOrder>> read_orders(std::string_view body)
{
    const auto json = read_object(body);
    if (!json)
        return std::unexpected(json.error());
    const auto rows = listed(*json, "courses");
    if (!rows)
        return std::unexpected(rows.error());
    std::vector<WireOrder> orders;
    for (const Fields& row : *rows) {
        const std::string text = row.text("orderDate");
        const auto day = fhir::parse_date(std::string_view(text).substr(0, date_length));
        if (!day)
            return std::unexpected(lacks("orderDate"));
        WireOrder order{row.text("name"), *day, std::nullopt};
        const auto moment = text.size() > date_length ? read_moment(text) : std::nullopt;
        // Midnight is how a day is written where a moment is wanted.
        if (moment && moment->latest != fhir::uk_day(*day).start)
            order.moment = moment->latest;
        orders.push_back(std::move(order));
    }
    return orders;
}

Result<std::vector<std::string>> read_not_taken(std::string_view body)
{
    const auto json = read_object(body);
    if (!json)
        return std::unexpected(json.error());
    const auto rows = listed(*json, "patientRequests");
    if (!rows)
        return std::unexpected(rows.error());
    std::vector<std::string> names;
    for (const Fields& row : *rows) {
        const std::string status = row.text("status");
        const bool taken = fhir::rest::equal_ignoring_case(status, "success");
        if (!taken && !fhir::rest::equal_ignoring_case(status, "failed"))
            return std::unexpected(lacks("status"));
        if (!taken)
            names.push_back(row.text("name"));
    }
    return names;
}

Request courses_request()
{
    Request request;
    request.target = "patient/courses";
    return request;
}

Request orders_request(fhir::Date from)
{
    Request request;
    request.target = std::string(orders_path) + "?from_date=" + fhir::to_text(from);
    return request;
}

Request prescription_request(const std::vector<std::string>& courses, const std::string& comment)
{
    auto ids = JsonValue::array();
    for (const std::string& each : courses)
        ids.items().push_back(each);
    auto body = JsonValue::object();
    body.set("courseIds", std::move(ids));
    body.set("specialRequestMessage", comment);
    Request request;
    request.method = "POST";
    request.target = orders_path;
    request.headers.set("Content-Type", "application/json; charset=utf-8");
    request.body = fhir::codec::to_json(body);
    return request;
}

} // namespace adapters::microtest
