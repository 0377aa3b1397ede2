// SPDX-License-Identifier: Apache-2.0
#include "adapters/simulation/fault.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

namespace adapters::simulation
{

namespace
{

using fhir::codec::JsonValue;
using Kind = Fault::Kind;

struct KindName
{
    Kind kind;
    std::string_view name;
};

constexpr std::array kinds = {
    KindName{Kind::latency, "latency"},
    KindName{Kind::hang, "hang"},
    KindName{Kind::drop_before, "drop_before"},
    KindName{Kind::drop_after, "drop_after"},
    KindName{Kind::server_error, "server_error"},
    KindName{Kind::unavailable, "unavailable"},
    KindName{Kind::throttle, "throttle"},
    KindName{Kind::malformed, "malformed"},
    KindName{Kind::wrong_content_type, "wrong_content_type"},
    KindName{Kind::oversized, "oversized"},
    KindName{Kind::stale_session, "stale_session"},
    KindName{Kind::slot_stolen, "slot_stolen"},
    KindName{Kind::clock_skew, "clock_skew"},
};

constexpr std::array<std::string_view, 9> keys = {"kind",        "method",       "path_contains",
                                                  "writes_only", "times",        "latency_ms",
                                                  "jitter_ms",   "distribution", "skew_s"};

std::string kind_names()
{
    std::string names;
    for (const auto& row : kinds)
        names += (names.empty() ? "" : ", ") + std::string(row.name);
    return names;
}

std::string key_names()
{
    std::string names;
    for (const auto key : keys)
        names += (names.empty() ? "" : ", ") + std::string(key);
    return names;
}

fhir::Error wrong_type(const std::string& key, const std::string& expected)
{
    return fhir::Error(fhir::ErrorKind::value_invalid, "\"" + key + "\" must be " + expected + ".", key);
}

fhir::Result<std::int64_t> whole_number(const JsonValue& value, const std::string& key, std::int64_t smallest)
{
    constexpr std::int64_t largest = std::numeric_limits<std::int32_t>::max();
    const auto number = value.integer();
    if (!value.is_number() || !number || *number < smallest || *number > largest)
        return std::unexpected(wrong_type(key, "a whole number from " + std::to_string(smallest) + " to " +
                                                   std::to_string(largest)));
    return *number;
}

fhir::Result<void> read_kind(Fault& fault, const JsonValue& value)
{
    const auto kind = value.is_string() ? fault_kind(value.text()) : std::nullopt;
    if (!kind)
        return fhir::fail(fhir::ErrorKind::value_invalid, "\"kind\" must be one of " + kind_names() + ".",
                          "kind");
    fault.kind = *kind;
    return {};
}

fhir::Result<void> read_number(Fault& fault, const std::string& key, const JsonValue& value)
{
    const std::int64_t smallest = key == "skew_s"  ? -std::numeric_limits<std::int32_t>::max()
                                  : key == "times" ? 1
                                                   : 0;
    const auto number = whole_number(value, key, smallest);
    if (!number)
        return std::unexpected(number.error());
    if (key == "times")
        fault.times = static_cast<std::uint64_t>(*number);
    else if (key == "latency_ms")
        fault.latency = std::chrono::milliseconds(*number);
    else if (key == "jitter_ms")
        fault.jitter = std::chrono::milliseconds(*number);
    else
        fault.skew = std::chrono::seconds(*number);
    return {};
}

fhir::Result<void> read_member(Fault& fault, const std::string& key, const JsonValue& value)
{
    if (std::find(keys.begin(), keys.end(), key) == keys.end())
        return fhir::fail(fhir::ErrorKind::unknown_element,
                          "\"" + key + "\" is not known here; a fault has " + key_names() + ".", key);
    if (key == "kind")
        return read_kind(fault, value);
    if (key == "method" || key == "path_contains") {
        if (!value.is_string())
            return std::unexpected(wrong_type(key, "a string"));
        (key == "method" ? fault.method : fault.path_contains) = value.text();
        return {};
    }
    if (key == "distribution") {
        const bool known = value.is_string() && (value.text() == "uniform" || value.text() == "exponential");
        if (!known)
            return std::unexpected(wrong_type(key, "\"uniform\" or \"exponential\""));
        fault.long_tail = value.text() == "exponential";
        return {};
    }
    if (key == "writes_only") {
        if (!value.is_boolean())
            return std::unexpected(wrong_type(key, "true or false"));
        fault.writes_only = value.boolean();
        return {};
    }
    return read_number(fault, key, value);
}

fhir::Result<Fault> read_fault(const JsonValue& value)
{
    if (!value.is_object())
        return fhir::fail(fhir::ErrorKind::malformed, "A fault is a JSON object with " + key_names() + ".");
    if (!value.find("kind"))
        return fhir::fail(fhir::ErrorKind::required,
                          "\"kind\" is missing; it is one of " + kind_names() + ".", "kind");
    Fault fault;
    for (const auto& [key, member] : value.members()) {
        const auto read = read_member(fault, key, member);
        if (!read)
            return std::unexpected(read.error());
    }
    return fault;
}

/// Whether a fault decides what becomes of the request; the others only colour it.
bool decides(Kind kind)
{
    return kind != Kind::latency && kind != Kind::stale_session && kind != Kind::slot_stolen &&
           kind != Kind::clock_skew;
}

std::chrono::milliseconds delay_of(const Fault& fault, Random& random)
{
    if (fault.jitter.count() == 0)
        return fault.latency;
    const auto jitter = static_cast<std::uint64_t>(fault.jitter.count());
    if (!fault.long_tail)
        return fault.latency + std::chrono::milliseconds(random.next() % (jitter + 1));
    // 53 bits make a number in (0, 1]; one in a thousand waits about seven times the mean.
    const double share = (static_cast<double>(random.next() >> 11) + 1) / 9007199254740992.0;
    return fault.latency + std::chrono::milliseconds(
                               static_cast<std::int64_t>(-std::log(share) * static_cast<double>(jitter)));
}

} // namespace

std::string_view fault_name(Kind kind)
{
    return std::find_if(kinds.begin(), kinds.end(), [&](const KindName& row) { return row.kind == kind; })
        ->name;
}

std::optional<Kind> fault_kind(std::string_view name)
{
    const auto row =
        std::find_if(kinds.begin(), kinds.end(), [&](const KindName& each) { return each.name == name; });
    return row == kinds.end() ? std::nullopt : std::optional(row->kind);
}

fhir::Result<std::vector<Fault>> read_faults(std::string_view json)
{
    const auto parsed = fhir::codec::parse_json(json);
    if (!parsed)
        return std::unexpected(parsed.error());
    std::vector<JsonValue> single;
    if (!parsed->is_array())
        single.push_back(*parsed);
    std::vector<Fault> faults;
    for (const auto& item : parsed->is_array() ? parsed->items() : single) {
        auto fault = read_fault(item);
        if (!fault)
            return std::unexpected(fault.error());
        faults.push_back(std::move(*fault));
    }
    return faults;
}

JsonValue fault_json(const Fault& fault)
{
    auto json = JsonValue::object();
    json.set("kind", fault_name(fault.kind));
    json.set("method", fault.method);
    json.set("path_contains", fault.path_contains);
    json.set("writes_only", fault.writes_only);
    json.set("times", fault.times ? JsonValue(static_cast<std::int64_t>(*fault.times)) : JsonValue());
    json.set("latency_ms", std::int64_t{fault.latency.count()});
    json.set("jitter_ms", std::int64_t{fault.jitter.count()});
    json.set("distribution", fault.long_tail ? "exponential" : "uniform");
    json.set("skew_s", std::int64_t{fault.skew.count()});
    return json;
}

bool ActiveFault::applies(const Simulator& simulator, const fhir::rest::Request& request) const
{
    if (remaining && *remaining == 0)
        return false;
    if (!fault.method.empty() && fault.method != request.method)
        return false;
    if (!fault.path_contains.empty() && request.target.find(fault.path_contains) == std::string::npos)
        return false;
    if (fault.writes_only && !simulator.is_write(request))
        return false;
    return fault.kind != Kind::slot_stolen || !simulator.requested_slot(request).empty();
}

void ActiveFault::use()
{
    if (remaining)
        --*remaining;
}

Misfortune draw(std::vector<ActiveFault>& faults, const Simulator& simulator,
                const fhir::rest::Request& request, Random& random)
{
    Misfortune result;
    for (auto& active : faults) {
        if (!active.applies(simulator, request) || (result.fate && decides(active.fault.kind)))
            continue;
        active.use();
        if (decides(active.fault.kind))
            result.fate = active.fault.kind;
        if (active.fault.kind == Kind::clock_skew)
            result.skew += active.fault.skew;
        result.delay += delay_of(active.fault, random);
        result.forget_sessions |= active.fault.kind == Kind::stale_session;
        result.steal_slot |= active.fault.kind == Kind::slot_stolen;
    }
    return result;
}

} // namespace adapters::simulation
