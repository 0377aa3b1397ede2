// SPDX-License-Identifier: Apache-2.0
#include "adapters/tpp/mapping.hpp"

#include "fhir/model/id.hpp"

#include <set>
#include <unordered_set>

namespace adapters::tpp
{

using namespace std::chrono_literals;

namespace
{

std::string session_resource_id(const PracticeNames& practice, const WireClinic& clinic)
{
    return practice.id(fhir::local_id("ses" + clinic.id));
}

fhir::Practitioner clinician_of(const PracticeNames& practice, const std::string& text)
{
    auto practitioner = named_clinician(practice, text);
    if (text.ends_with("(Female)"))
        practitioner.gender = fhir::Gender::female;
    else if (text.ends_with("(Male)"))
        practitioner.gender = fhir::Gender::male;
    return practitioner;
}

/// Collects what the shown slots refer to, each once.
class Surroundings
{
public:
    Surroundings(const PracticeNames& practice, const WireSlots& wire, fhir::Instant now, FoundSlots& found)
        : practice_(practice), found_(found)
    {
        if (!wire.bookable_days)
            return;
        horizon_.emplace();
        horizon_->start = fhir::uk_date_time(now);
        const auto last = fhir::uk_date(now + std::chrono::days(*wire.bookable_days));
        horizon_->end = fhir::parse_date_time(fhir::to_text(last));
    }

    void use(const WireClinic& clinic)
    {
        fhir::Schedule schedule;
        schedule.id = session_resource_id(practice_, clinic);
        if (!seen_.insert(*schedule.id).second)
            return;
        schedule.identifier.push_back(fhir::identifier_of(practice_.system_of("session"), clinic.id));
        schedule.active = true;
        if (!clinic.type.empty()) {
            schedule.comment = clinic.type;
            schedule.service_category.push_back(fhir::concept_text(clinic.type));
        }
        schedule.planning_horizon = horizon_;
        add_actors(schedule, clinic);
        found_.schedules.push_back(std::move(schedule));
    }

private:
    void add_actors(fhir::Schedule& schedule, const WireClinic& clinic)
    {
        if (!clinic.staff.empty()) {
            auto clinician = clinician_of(practice_, clinic.staff);
            schedule.actor.push_back(fhir::reference_to("Practitioner/" + *clinician.id, clinic.staff));
            if (seen_.insert(*clinician.id).second)
                found_.practitioners.push_back(std::move(clinician));
        }
        if (!clinic.location.empty()) {
            auto place = named_location(practice_, clinic.location);
            schedule.actor.push_back(fhir::reference_to("Location/" + *place.id, clinic.location));
            if (seen_.insert(*place.id).second)
                found_.locations.push_back(std::move(place));
        }
        schedule.actor.push_back(practice_.service());
    }

    const PracticeNames& practice_;
    FoundSlots& found_;
    std::optional<fhir::Period> horizon_;
    std::set<std::string> seen_;
};

/// Nothing, and a warning, when the slot cannot be used.
std::optional<OfferedSlot> offered_slot(const PracticeNames& practice, const WireClinic& clinic,
                                        const WireSlotRow& row, std::vector<std::string>& warnings)
{
    const auto wire = read_slot(row);
    const auto moments = moments_of(wire.start, wire.end);
    if (wire.type.empty() || !moments) {
        warnings.push_back("A slot of session " + fhir::local_id(clinic.id) + " is left out: " +
                           (wire.type.empty() ? "it has no slot type." : "its times cannot be used."));
        return std::nullopt;
    }
    const SlotKey key{clinic.id, *wire.start, *wire.end};
    auto slot = free_slot(practice, key.name(), session_resource_id(practice, clinic), *moments,
                          std::string(wire.type));
    if (!clinic.type.empty())
        slot.service_category.push_back(fhir::concept_text(clinic.type));
    return OfferedSlot{std::move(slot), key.text()};
}

/// The row's own bytes are no longer there once it is read; its three values, which are all of it, are.
std::string_view source_of(const WireSlotRow& row, std::string& room)
{
    room.assign(row.start).append(1, '\0').append(row.end).append(1, '\0').append(row.type);
    return room;
}

} // namespace

std::string SlotKey::text() const
{
    return session_id + "/" + fhir::to_text(start) + "/" + fhir::to_text(end);
}

std::optional<SlotKey> SlotKey::parse(std::string_view text)
{
    constexpr std::size_t time_size = 19;
    constexpr std::size_t times_size = 2 * time_size + 2;
    if (text.size() <= times_size)
        return std::nullopt;
    const auto times = text.substr(text.size() - times_size);
    const auto start = read_time(times.substr(1, time_size));
    const auto end = read_time(times.substr(time_size + 2));
    if (times[0] != '/' || times[time_size + 1] != '/' || !start || !end || *start >= *end)
        return std::nullopt;
    return SlotKey{std::string(text.substr(0, text.size() - times_size)), *start, *end};
}

std::string SlotKey::name() const
{
    std::string digits;
    for (const char c : fhir::to_text(start).substr(0, 16))
        if (c != '-' && c != ':')
            digits += c;
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(end - start).count();
    return session_id + "-" + digits + "-" + std::to_string(minutes);
}

std::optional<fhir::Interval> moments_of(const std::optional<fhir::LocalTime>& start,
                                         const std::optional<fhir::LocalTime>& end)
{
    if (!start || !end || *end <= *start)
        return std::nullopt;
    const auto first = fhir::from_uk_local(*start);
    const auto last = fhir::from_uk_local(*end);
    if (first.kind == fhir::LocalKind::non_existent || last.kind == fhir::LocalKind::non_existent)
        return std::nullopt;
    const auto begin = first.latest;
    return fhir::Interval{begin, last.earliest > begin ? last.earliest : last.latest};
}

LocalWindow local_window(fhir::Interval window)
{
    const auto hour_of = [](fhir::LocalTime local) { return std::chrono::floor<std::chrono::hours>(local); };
    auto from = fhir::to_uk_local(window.start);
    auto to = fhir::to_uk_local(window.end) + 1s;
    if (fhir::from_uk_local(from).kind == fhir::LocalKind::ambiguous)
        from = hour_of(from);
    if (fhir::from_uk_local(to).kind == fhir::LocalKind::ambiguous)
        to = hour_of(to) + 1h;
    const auto days = std::chrono::ceil<std::chrono::days>(to - from).count();
    return {from, std::max(1, static_cast<int>(days))};
}

FoundSlots map_slots(const PracticeNames& practice, const WireSlots& wire, const std::string& guidance,
                     fhir::Interval window, fhir::Instant now, SlotMemo& memo)
{
    FoundSlots found;
    found.warnings = wire.warnings;
    found.organizations.push_back(practice_organization(practice));
    found.healthcare_services.push_back(practice_service(practice, guidance));
    Surroundings around(practice, wire, now, found);
    SlotMemo::Reading reading(memo);
    std::string room;
    const std::string nul(1, '\0');             // occurs in no text of XML
    std::unordered_set<std::string_view> shown; // two slots alike in all three parts are one to the supplier
    for (const auto& clinic : wire.clinics) {
        bool used = false;
        const auto context = clinic.id + nul + clinic.type + nul + clinic.staff + nul + clinic.location;
        for (const auto& row : clinic.slots) {
            auto slot = reading.row(context, source_of(row, room),
                                    [&] { return offered_slot(practice, clinic, row, found.warnings); });
            if (!slot || !window.contains(slot->slot.start) || !shown.insert(*slot->slot.id).second)
                continue;
            if (!std::exchange(used, true))
                around.use(clinic);
            found.slots.push_back(std::move(slot));
        }
    }
    return found;
}

} // namespace adapters::tpp
