// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/wish.hpp"

#include "fhir/model/id.hpp"
#include "fhir/model/uk_time.hpp"
#include "gateway/booking/booking_rules.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace gateway::booking
{

using fhir::ErrorKind;
using fhir::Result;
using fhir::search::Prefix;
using fhir::search::ReferenceValue;
using fhir::search::TokenValue;

namespace
{

constexpr std::size_t max_periods = 8;

std::string period_path(std::size_t index)
{
    return "Appointment.requestedPeriod[" + std::to_string(index) + "]";
}

/// The moment after the last that a partial date covers; of a time, that moment.
fhir::Instant end_of(const fhir::DateTime& value)
{
    using Precision = fhir::DateTime::Precision;
    if (value.precision == Precision::day)
        return fhir::uk_day(fhir::uk_date(value.at)).end;
    return value.at;
}

Result<fhir::Interval> read_period(const fhir::Period& period, std::size_t index)
{
    using Precision = fhir::DateTime::Precision;
    for (const auto& [name, moment] : {std::pair{".start", &period.start}, std::pair{".end", &period.end}})
        if (!*moment || (*moment)->precision < Precision::day)
            return std::unexpected(
                fhir::Error(ErrorKind::required,
                            "A wanted period needs a start and an end, each at least a day.",
                            period_path(index) + name)
                    .advise("Write it as 2026-03-10 or 2026-03-10T09:00:00Z."));
    const fhir::Interval interval{period.start->at, end_of(*period.end)};
    if (interval.end <= interval.start)
        return fhir::fail(ErrorKind::invariant, "The wanted period ends before it begins.",
                          period_path(index) + ".end");
    return interval;
}

Result<void> read_periods(const fhir::Appointment& waiting, Wish& wish)
{
    if (waiting.requested_period.empty())
        return std::unexpected(
            fhir::Error(ErrorKind::required, "Who waits says for when.", "Appointment.requestedPeriod")
                .advise("Add requestedPeriod with start and end."));
    if (waiting.requested_period.size() > max_periods)
        return fhir::fail(ErrorKind::value_invalid, "At most 8 periods may be wanted.",
                          "Appointment.requestedPeriod");
    for (std::size_t i = 0; i < waiting.requested_period.size(); ++i) {
        auto period = read_period(waiting.requested_period[i], i);
        if (!period)
            return std::unexpected(period.error());
        wish.periods.push_back(*period);
    }
    return {};
}

Result<void> has_no_slot(const fhir::Appointment& waiting)
{
    const std::string path = !waiting.slot.empty() ? "Appointment.slot[0]"
                             : waiting.start       ? "Appointment.start"
                             : waiting.end         ? "Appointment.end"
                                                   : "";
    if (path.empty())
        return {};
    return std::unexpected(
        fhir::Error(ErrorKind::invariant, "Who waits has no slot yet.", path)
            .advise("Say when with requestedPeriod; or book the slot with status booked."));
}

/// Type and id of `Location/A11111.main`, where it is one that a schedule may name.
std::optional<ReferenceValue> actor_of(const fhir::Reference& actor)
{
    constexpr std::array<std::string_view, 4> types{"Practitioner", "PractitionerRole", "Location",
                                                    "HealthcareService"};
    const std::string text = actor.reference.value_or("");
    const auto slash = text.rfind('/');
    if (slash == std::string::npos || !fhir::PracticeId::parse(text.substr(slash + 1)))
        return std::nullopt;
    const std::string before = text.substr(0, slash);
    const std::string type = before.substr(before.rfind('/') + 1);
    if (std::ranges::find(types, type) == types.end())
        return std::nullopt;
    return ReferenceValue{type, text.substr(slash + 1), std::nullopt};
}

std::optional<fhir::OdsCode> practice_named(const fhir::Reference& actor)
{
    if (!actor.identifier || !(*actor.identifier)->system ||
        !fhir::same_system((*actor.identifier)->system->text, fhir::ods_organisation_system))
        return std::nullopt;
    return fhir::OdsCode::parse((*actor.identifier)->value.value_or(""));
}

Result<void> read_whereabouts(const fhir::Appointment& waiting, Wish& wish)
{
    const auto patient = patient_participant(waiting);
    std::vector<ReferenceValue> people, places;
    for (std::size_t i = 0; i < waiting.participant.size(); ++i) {
        if (i == patient || !waiting.participant[i].actor)
            continue;
        const fhir::Reference& actor = *waiting.participant[i].actor;
        if (const auto ods = practice_named(actor)) {
            wish.practices.push_back(*ods);
            wish.practice_participants.push_back(i);
        } else if (auto named = actor_of(actor)) {
            (named->type.starts_with("Practitioner") ? people : places).push_back(std::move(*named));
        } else {
            return std::unexpected(
                fhir::Error(ErrorKind::value_invalid,
                            "This names nobody and no place that could be waited for.",
                            "Appointment.participant[" + std::to_string(i) + "].actor")
                    .advise("Name a practice by its ODS code in actor.identifier, or a Location, "
                            "HealthcareService, Practitioner or PractitionerRole by the reference that a "
                            "search gave."));
        }
    }
    for (auto* group : {&people, &places})
        if (!group->empty())
            wish.actors.push_back(std::move(*group));
    return {};
}

void ask_codes(const std::vector<fhir::CodeableConcept>& concepts,
               std::vector<std::vector<TokenValue>>& query)
{
    std::vector<TokenValue> any;
    for (const fhir::CodeableConcept& item : concepts)
        for (const fhir::Coding& coding : item.coding)
            if (coding.code)
                any.push_back({coding.system ? std::optional(coding.system->text) : std::nullopt,
                               coding.code->text, false});
    if (!any.empty())
        query.push_back(std::move(any));
}

} // namespace

Result<Wish> read_wish(const fhir::Appointment& waiting)
{
    Wish wish;
    if (auto none = has_no_slot(waiting); !none)
        return std::unexpected(none.error());
    if (auto periods = read_periods(waiting, wish); !periods)
        return std::unexpected(periods.error());
    if (auto where = read_whereabouts(waiting, wish); !where)
        return std::unexpected(where.error());
    if (waiting.minutes_duration)
        wish.duration = std::chrono::minutes(waiting.minutes_duration->value);
    return wish;
}

bool is_open(const Wish& wish, fhir::Instant now)
{
    return std::ranges::any_of(wish.periods, [&](const fhir::Interval& period) { return period.end > now; });
}

std::optional<fhir::search::SlotQuery> query_for(const Wish& wish, const fhir::Appointment& waiting,
                                                 fhir::Instant earliest, fhir::Instant latest)
{
    fhir::Interval window{latest, earliest};
    for (const fhir::Interval& period : wish.periods) {
        window.start = std::min(window.start, std::max(period.start, earliest));
        window.end = std::max(window.end, std::min(period.end, latest));
    }
    if (window.start >= window.end)
        return std::nullopt;
    fhir::search::SlotQuery query;
    query.status = {{{std::nullopt, "free", false}}};
    query.start = {{Prefix::ge, {window.start, window.start + std::chrono::milliseconds(1)}, {}},
                   {Prefix::lt, {window.end, window.end + std::chrono::milliseconds(1)}, {}}};
    query.schedule_actor = wish.actors;
    if (!wish.practices.empty()) {
        fhir::search::SlotQuery::ActorChain chain{"HealthcareService", "organization.identifier", {}};
        for (const fhir::OdsCode& ods : wish.practices)
            chain.values.push_back({std::string(fhir::ods_organisation_system), ods.text(), false});
        query.actor_chains = {std::move(chain)};
    }
    ask_codes(waiting.service_type, query.service_type);
    ask_codes(waiting.service_category, query.service_category);
    ask_codes(waiting.specialty, query.specialty);
    if (waiting.appointment_type)
        ask_codes({*waiting.appointment_type}, query.appointment_type);
    const auto* channel = fhir::find_extension(waiting.extension, delivery_channel_url);
    if (const auto* held = channel ? std::get_if<fhir::CodeableConcept>(&channel->value) : nullptr)
        ask_codes({*held}, query.delivery_channel);
    return query;
}

bool fits(const Wish& wish, const fhir::Slot& slot, fhir::Instant earliest)
{
    return slot.status == fhir::SlotStatus::free && slot.start >= earliest &&
           slot.end - slot.start >= wish.duration &&
           std::ranges::any_of(wish.periods, [&](const fhir::Interval& period) {
               return period.start <= slot.start && slot.end <= period.end;
           });
}

std::uint32_t rank_of(const fhir::Appointment& waiting)
{
    const auto priority = waiting.priority ? static_cast<std::uint32_t>(waiting.priority->value) : 0;
    return priority == 0 ? std::numeric_limits<std::uint32_t>::max() : priority;
}

} // namespace gateway::booking
