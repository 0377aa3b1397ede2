// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/bars/slot_request.hpp"

#include "fhir/bars/names.hpp"
#include "fhir/search/values.hpp"
#include "gateway/faces/media_range.hpp"

#include <algorithm>
#include <array>

namespace gateway::faces::bars
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;
using fhir::search::DateValue;
using fhir::search::Prefix;

struct IncludeRow
{
    std::string_view text;
    Included what;
};
constexpr std::array<IncludeRow, 7> includes{{
    {"Slot:schedule", Included::schedule},
    {"Schedule:actor:HealthcareService", Included::service},
    {"Schedule:actor:Practitioner", Included::practitioner},
    {"Schedule:actor:PractitionerRole", Included::practitioner_role},
    {"HealthcareService:providedBy", Included::organisation},
    {"HealthcareService.providedBy", Included::organisation}, // as the guide has it in one place
    {"HealthcareService:location", Included::location},
}};
constexpr std::string_view everything = "Slot:*";
constexpr std::array<std::string_view, 5> statuses{"free", "busy", "busy-unavailable", "busy-tentative",
                                                   "entered-in-error"};

bool is_actor(std::string_view name)
{
    return name == "Schedule.actor:HealthcareService" || name == "Schedule:actor:HealthcareService" ||
           name == "schedule.actor:HealthcareService" || name == "Schedule.actor" || name == "Schedule:actor";
}

bool is_lower(Prefix prefix)
{
    return prefix == Prefix::ge || prefix == Prefix::gt;
}

bool is_upper(Prefix prefix)
{
    return prefix == Prefix::le || prefix == Prefix::lt;
}

/// Some senders write the offset in hours alone: `+00`. A `+` may have been decoded to a blank.
std::string with_whole_offset(std::string text)
{
    const auto sign = text.size() >= 3 ? text.size() - 3 : std::string::npos;
    const bool short_offset = sign != std::string::npos && text.find('T') != std::string::npos &&
                              (text[sign] == '+' || text[sign] == ' ' || text[sign] == '-') &&
                              text.find('T') < sign;
    return short_offset ? text + ":00" : text;
}

class Reader
{
public:
    explicit Reader(const Call& call) : call_(call) {}

    Result<SlotRequest> read()
    {
        for (const auto& [name, value] : call_.parameters)
            if (auto taken = take(name, value); !taken)
                return std::unexpected(taken.error());
        if (auto whole = check(); !whole)
            return std::unexpected(whole.error());
        ask_for_practices();
        return std::move(request_);
    }

private:
    Result<void> take(const std::string& name, const std::string& value)
    {
        if (name == "status")
            return take_status(value);
        if (name == "start")
            return take_bound(name, value);
        if (name == "end") // an upper bound, as one test tool writes it
            return take_bound(name, value);
        if (is_actor(name))
            return take_service(name, value);
        if (name == "_include")
            take_include(value);
        return {};
    }

    Result<void> take_status(const std::string& value)
    {
        for (const auto each : split_list(value, ',')) {
            if (std::ranges::find(statuses, each) == statuses.end())
                return fhir::fail(ErrorKind::value_invalid, "The status of a slot is free or busy.",
                                  "http.status");
            request_.free = request_.free || each == "free";
        }
        has_status_ = true;
        request_.honoured.push_back({"status", value});
        return {};
    }

    Result<void> take_bound(const std::string& name, const std::string& value)
    {
        auto date = fhir::search::parse_date_value(with_whole_offset(value), name);
        if (!date)
            return std::unexpected(date.error());
        if (!is_lower(date->prefix) && !is_upper(date->prefix))
            return fhir::fail(ErrorKind::value_invalid,
                              "start takes a lower bound (ge, gt) and an upper bound (le, lt).",
                              "http." + name);
        has_lower_ = has_lower_ || is_lower(date->prefix);
        has_upper_ = has_upper_ || is_upper(date->prefix);
        request_.honoured.push_back({name, date->text});
        request_.query.start.push_back(std::move(*date));
        return {};
    }

    Result<void> take_service(const std::string& name, const std::string& value)
    {
        const auto token = fhir::search::parse_token(value, name);
        const std::string system(fhir::bars::system::service_id);
        if (!token || !token->code || (token->system && !fhir::same_system(*token->system, system)) ||
            *token->code != call_.service->id)
            return fhir::fail(ErrorKind::value_invalid,
                              "The service searched for is not the target of the request.", "http." + name);
        request_.honoured.push_back({"Schedule.actor:HealthcareService", value});
        return {};
    }

    void take_include(const std::string& value)
    {
        const auto row = std::ranges::find(includes, value, &IncludeRow::text);
        if (row == includes.end() && value != everything)
            return;
        for (const IncludeRow& each : includes)
            if (value == everything || each.text == value)
                request_.includes.insert(each.what);
        request_.honoured.push_back({"_include", value});
    }

    Result<void> check() const
    {
        if (!has_status_)
            return fhir::fail(ErrorKind::required, "The parameter status is missing.", "http.status");
        if (!has_lower_ || !has_upper_)
            return fhir::fail(ErrorKind::required,
                              "The parameter start is needed twice, with a lower and an upper bound.",
                              "http.start");
        if (const auto window = request_.query.window(); window && window->end <= window->start)
            return fhir::fail(ErrorKind::value_invalid, "The bounds of start exclude each other.",
                              "http.start");
        if (!request_.includes.contains(Included::schedule) || !request_.includes.contains(Included::service))
            return fhir::fail(ErrorKind::required,
                              "The includes Slot:schedule and Schedule:actor:HealthcareService are needed.",
                              "http._include");
        return {};
    }

    void ask_for_practices()
    {
        fhir::search::SlotQuery::ActorChain chain{"HealthcareService", "organization.identifier", {}};
        for (const fhir::OdsCode& ods : call_.service->practices)
            chain.values.push_back({std::string(fhir::ods_organisation_system), ods.text(), false});
        request_.query.actor_chains = {std::move(chain)};
        request_.query.status = {{{std::nullopt, "free", false}}};
    }

    const Call& call_;
    SlotRequest request_;
    bool has_status_ = false, has_lower_ = false, has_upper_ = false;
};

} // namespace

Result<SlotRequest> read_slot_request(const Call& call)
{
    return Reader(call).read();
}

} // namespace gateway::faces::bars
