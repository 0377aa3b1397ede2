// SPDX-License-Identifier: Apache-2.0
#include "adapters/tpp/mapping.hpp"

#include "adapters/slot_pattern.hpp"
#include "fhir/model/id.hpp"
#include "fhir/model/text_scan.hpp"

#include <set>

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

/// `2026-06-15T09:20:00`.
std::string_view local_text(fhir::LocalTime local, fhir::TextFill& out)
{
    fhir::DateTime moment;
    moment.at = fhir::Instant(local.time_since_epoch());
    return fhir::text_of(moment, out).substr(0, 19);
}

/// Collects what the shown slots refer to, each once.
class Surroundings
{
public:
    Surroundings(const PracticeNames& practice, const WireSlots& wire, fhir::Instant now,
                 SlotMemo::Reading& reading, FoundSlots& found)
        : practice_(practice), reading_(reading), found_(found)
    {
        if (!wire.bookable_days)
            return;
        // Whole days: a schedule stays the same for as long as it means the same.
        const auto first = fhir::to_text(fhir::uk_date(now));
        const auto last = fhir::to_text(fhir::uk_date(now + std::chrono::days(*wire.bookable_days)));
        horizon_.emplace();
        horizon_->start = fhir::parse_date_time(first);
        horizon_->end = fhir::parse_date_time(last);
        horizon_text_ = first + last;
    }

    /// `context`: all that the session tells of itself.
    void use(const WireClinic& clinic, const std::string& context)
    {
        if (!seen_.insert("session " + clinic.id).second)
            return;
        if (clinic.staff != staff_)
            use_staff(clinic.staff);
        if (clinic.location != location_)
            use_location(clinic.location);
        found_.schedules.push_back(
            reading_.resource<fhir::Schedule>(context + horizon_text_, [&] { return schedule_of(clinic); }));
    }

private:
    void use_staff(const std::string& staff)
    {
        staff_ = staff;
        if (staff.empty())
            return;
        const auto made =
            reading_.resource<fhir::Practitioner>(staff, [&] { return clinician_of(practice_, staff); });
        staff_reference_ = "Practitioner/" + *made->id;
        if (seen_.insert("staff " + staff).second)
            found_.practitioners.push_back(made);
    }

    void use_location(const std::string& location)
    {
        location_ = location;
        if (location.empty())
            return;
        const auto made =
            reading_.resource<fhir::Location>(location, [&] { return named_location(practice_, location); });
        location_reference_ = "Location/" + *made->id;
        if (seen_.insert("location " + location).second)
            found_.locations.push_back(made);
    }

    fhir::Schedule schedule_of(const WireClinic& clinic) const
    {
        fhir::Schedule schedule;
        schedule.id = session_resource_id(practice_, clinic);
        schedule.identifier.push_back(fhir::identifier_of(practice_.system_of("session"), clinic.id));
        schedule.active = true;
        if (!clinic.type.empty()) {
            schedule.comment = clinic.type;
            schedule.service_category.push_back(fhir::concept_text(clinic.type));
        }
        schedule.planning_horizon = horizon_;
        if (!clinic.staff.empty())
            schedule.actor.push_back(fhir::reference_to(staff_reference_, clinic.staff));
        if (!clinic.location.empty())
            schedule.actor.push_back(fhir::reference_to(location_reference_, clinic.location));
        schedule.actor.push_back(practice_.service());
        return schedule;
    }

    const PracticeNames& practice_;
    SlotMemo::Reading& reading_;
    FoundSlots& found_;
    std::optional<fhir::Period> horizon_;
    std::string horizon_text_;
    std::string staff_, location_; ///< of the last session: most name the same
    std::string staff_reference_, location_reference_;
    std::set<std::string> seen_;
};

/// What slots of that session and type have in common.
fhir::Slot common_slot(const PracticeNames& practice, const WireClinic& clinic, const std::string& type)
{
    auto slot = free_slot(practice, {}, session_resource_id(practice, clinic), {}, type);
    if (!clinic.type.empty())
        slot.service_category.push_back(fhir::concept_text(clinic.type));
    return slot;
}

/// Nothing, and a warning, when the slot cannot be used.
SharedSlot offered_slot(const PracticeNames& practice, const WireClinic& clinic, const WireSlotRow& row,
                        SlotPatterns& patterns, std::vector<std::string>& warnings)
{
    const auto wire = read_slot(row);
    const auto moments = moments_of(wire.start, wire.end);
    if (wire.type.empty() || !moments) {
        warnings.push_back("A slot of session " + fhir::local_id(clinic.id) + " is left out: " +
                           (wire.type.empty() ? "it has no slot type." : "its times cannot be used."));
        return nullptr;
    }
    const SlotKey key{clinic.id, *wire.start, *wire.end};
    const auto& pattern = patterns.of(wire.type, [&] { return common_slot(practice, clinic, wire.type); });
    auto name = key.name();
    return share(pattern, {practice.id(fhir::local_id(name)), name, *moments, key.text()});
}

} // namespace

std::string SlotKey::text() const
{
    fhir::TextFill from, to;
    std::string text;
    text.reserve(session_id.size() + 40);
    text.append(session_id).append("/").append(local_text(start, from));
    return text.append("/").append(local_text(end, to));
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
    fhir::TextFill from;
    std::string name;
    name.reserve(session_id.size() + 20);
    name.append(session_id).append("-");
    for (const char c : local_text(start, from).substr(0, 16))
        if (c != '-' && c != ':')
            name += c;
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(end - start).count();
    return name.append("-").append(std::to_string(minutes));
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
    SlotMemo::Reading reading(memo);
    add_practice(practice, guidance, reading, found);
    Surroundings around(practice, wire, now, reading, found);
    const std::string nul(1, '\0'); // occurs in no text of XML
    for (const auto& clinic : wire.clinics) {
        bool used = false;
        SlotPatterns patterns;
        const auto context = clinic.id + nul + clinic.type + nul + clinic.staff + nul + clinic.location;
        for (const auto& row : clinic.slots) {
            // Two slots alike in all three parts are one to the supplier.
            const auto note = row.row.known ? std::string() : row.note();
            auto slot = reading.shown(
                context, row.row.source.empty() ? AnswerRow(note) : row.row, window,
                [&] { return offered_slot(practice, clinic, row, patterns, found.warnings); }, note);
            if (!slot)
                continue;
            if (!std::exchange(used, true))
                around.use(clinic, context);
            found.slots.push_back(std::move(slot));
        }
    }
    return found;
}

} // namespace adapters::tpp
