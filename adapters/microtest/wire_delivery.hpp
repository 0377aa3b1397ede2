// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/microtest/wire.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Requests for repeat medicines on the Microtest wire (Microtest Evolution, back-office). Pure. The names of
/// members are those that a public consumer of the interface reads and writes.
namespace adapters::microtest
{

struct WireCourse
{
    std::string id, name;
};

/// One medicine that was asked for.
struct WireOrder
{
    std::string name;
    fhir::Date day{};
    std::optional<fhir::Instant> moment; ///< where it is told; otherwise only the day is known
};

/// Those without an id are left out.
fhir::Result<std::vector<WireCourse>> read_courses(std::string_view body);
/// All or nothing: one overlooked could be taken for one never made.
fhir::Result<std::vector<WireOrder>> read_orders(std::string_view body);
/// What a 202 says was not taken, by name; `supplier_malformed` when it cannot be read, so that nobody knows.
fhir::Result<std::vector<std::string>> read_not_taken(std::string_view body);

fhir::rest::Request courses_request();
/// Orders from that day on.
fhir::rest::Request orders_request(fhir::Date from);
fhir::rest::Request prescription_request(const std::vector<std::string>& courses, const std::string& comment);

} // namespace adapters::microtest
