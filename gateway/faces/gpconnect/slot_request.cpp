// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/slot_request.hpp"

#include "fhir/model/uk_time.hpp"
#include "gateway/faces/gpconnect/names.hpp"

#include <algorithm>

namespace gateway::faces::gpconnect
{

namespace
{

constexpr std::chrono::days longest_window{14};
constexpr std::size_t date_size = 10; ///< `2027-03-26`

std::optional<fhir::Interval> covered(std::string text)
{
    if (text.size() == date_size) {
        const auto date = fhir::parse_date(text);
        return date ? std::optional(fhir::uk_day(*date)) : std::nullopt;
    }
    // The plus of an offset arrives as a blank where nobody encoded it.
    if (text.size() > 6 && text[text.size() - 6] == ' ')
        text[text.size() - 6] = '+';
    const auto moment = fhir::parse_instant(text);
    if (!moment)
        return std::nullopt;
    const std::string uk = fhir::to_uk_text(*moment);
    const bool uk_offset = text.ends_with('Z') || text.ends_with(uk.substr(uk.size() - 6));
    return uk_offset ? std::optional(fhir::Interval{*moment, *moment}) : std::nullopt;
}

Checked<fhir::Interval> only_bound(const Call& call, const std::string& name, std::string_view prefix)
{
    const auto values = call.values(name);
    if (values.size() != 1)
        return bad_request("Parameter " + name +
                           (values.empty() ? " is missing" : " is given more than once"));
    return read_bound(name, prefix, values.front());
}

Checked<void> check_fixed(const Call& call)
{
    const auto status = call.values("status");
    if (status.empty())
        return bad_request("Parameter status is missing");
    if (status.size() > 1 || status.front() != "free")
        return invalid_parameter("status must be free");
    const auto includes = call.values("_include");
    if (std::ranges::find(includes, "Slot:schedule") == includes.end())
        return bad_request("Parameter _include=Slot:schedule is missing");
    return {};
}

std::string filter(const Call& call, std::string_view system)
{
    for (const auto& value : call.values("searchFilter"))
        if (value.starts_with(std::string(system) + "|"))
            return value.substr(system.size() + 1);
    return {};
}

} // namespace

Checked<fhir::Interval> read_bound(std::string_view name, std::string_view prefix, std::string_view value)
{
    const std::string label(name);
    if (!value.starts_with(prefix))
        return invalid_parameter(label + " must begin with " + std::string(prefix));
    const auto range = covered(std::string(value.substr(prefix.size())));
    if (!range)
        return invalid_parameter(label + " must be a date, or a dateTime with the offset of UK time");
    return *range;
}

Checked<SlotRequest> read_slot_request(const Call& call)
{
    const auto start = only_bound(call, "start", "ge");
    if (!start)
        return std::unexpected(start.error());
    const auto end = only_bound(call, "end", "le");
    if (!end)
        return std::unexpected(end.error());
    if (const auto fixed = check_fixed(call); !fixed)
        return std::unexpected(fixed.error());
    if (end->start < start->start)
        return invalid_parameter("end must not be before start");
    if (std::chrono::floor<std::chrono::days>(end->start - start->start) > longest_window)
        return invalid_parameter("end must not be more than 14 days after start");
    const auto recursed = call.values("_include:recurse");
    const auto asked = [&](std::string_view include) {
        return std::ranges::find(recursed, include) != recursed.end();
    };
    return SlotRequest{start->start,
                       end->end,
                       filter(call, names::ods_system),
                       filter(call, names::organisation_type_system),
                       asked("Schedule:actor:Practitioner"),
                       asked("Schedule:actor:Location")};
}

} // namespace gateway::faces::gpconnect
