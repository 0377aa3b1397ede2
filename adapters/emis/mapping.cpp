// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/mapping.hpp"

#include "adapters/emis/mapping_terms.hpp"
#include "adapters/slot_pattern.hpp"

#include <charconv>
#include <map>
#include <set>

namespace adapters::emis
{

using namespace std::chrono_literals;

namespace
{

/// Metadata by key, and what has been used of it, so that nothing unreferenced is handed on.
class Join
{
public:
    Join(const PracticeNames& practice, const WireMetadata& metadata) : practice_(practice)
    {
        for (const auto& clinic : metadata.clinics)
            clinics_.emplace(clinic.id, &clinic);
        for (const auto& holder : metadata.holders)
            holders_.emplace(holder.id, &holder);
        for (const auto& location : metadata.locations)
            locations_.emplace(location.id, &location);
    }

    const WireClinic* clinic(std::int64_t id) const
    {
        const auto found = clinics_.find(id);
        return found == clinics_.end() ? nullptr : found->second;
    }

    /// Adds the schedule of a clinic session, and all it refers to, once.
    void use(FoundSlots& found, std::int64_t clinic_id);

private:
    void use_holder(FoundSlots& found, fhir::Schedule& schedule, std::int64_t id);
    void use_location(FoundSlots& found, fhir::Schedule& schedule, std::int64_t id);

    const PracticeNames& practice_;
    std::map<std::int64_t, const WireClinic*> clinics_;
    std::map<std::int64_t, const WireHolder*> holders_;
    std::map<std::int64_t, const WireLocation*> locations_;
    std::set<std::int64_t> used_clinics_, used_holders_, used_locations_;
};

void Join::use_holder(FoundSlots& found, fhir::Schedule& schedule, std::int64_t id)
{
    const auto holder = holders_.find(id);
    if (holder == holders_.end())
        return;
    const auto& wire = *holder->second;
    auto role = practitioner_role_of(practice_, wire);
    schedule.actor.push_back(
        fhir::reference_to("Practitioner/" + clinician_id(practice_.ods, id), wire.display_name));
    if (role)
        schedule.actor.push_back(fhir::reference_to("PractitionerRole/" + *role->id, wire.job_role));
    if (!used_holders_.insert(id).second)
        return;
    found.practitioners.push_back(practitioner_of(practice_, wire));
    if (role)
        found.practitioner_roles.push_back(std::move(*role));
}

void Join::use_location(FoundSlots& found, fhir::Schedule& schedule, std::int64_t id)
{
    const auto location = locations_.find(id);
    if (location == locations_.end())
        return;
    schedule.actor.push_back(
        fhir::reference_to("Location/" + location_id(practice_.ods, id), location->second->name));
    if (used_locations_.insert(id).second)
        found.locations.push_back(location_of(practice_, *location->second));
}

void Join::use(FoundSlots& found, std::int64_t clinic_id)
{
    if (!used_clinics_.insert(clinic_id).second)
        return;
    const auto* wire = clinic(clinic_id);
    auto schedule = schedule_of(practice_, clinic_id, wire);
    if (wire) {
        for (const auto clinician : wire->clinicians)
            use_holder(found, schedule, clinician);
        if (wire->location)
            use_location(found, schedule, *wire->location);
    }
    schedule.actor.push_back(practice_.service());
    found.schedules.push_back(std::move(schedule));
}

std::string left_out(const WireSlot& slot, std::string_view why)
{
    return "Slot " + std::to_string(slot.id) + " is left out: " + std::string(why) + ".";
}

/// What slots of that session, type and channel have in common.
fhir::Slot common_slot(const PracticeNames& practice, const WireSlot& wire, const WireClinic* clinic)
{
    fhir::Slot slot;
    slot.identifier.push_back(fhir::identifier_of(practice.system_of("slot"), {}));
    slot.schedule = fhir::reference_to("Schedule/" + schedule_id(practice.ods, wire.clinic));
    slot.status = fhir::SlotStatus::free;
    slot.service_type.push_back(general_practice(wire.type_name));
    slot.appointment_type = fhir::concept_text(wire.type_name);
    if (clinic && !clinic->name.empty())
        slot.service_category.push_back(fhir::concept_text(clinic->name));
    if (auto channel = channel_extension(wire.channel))
        slot.extension.push_back(std::move(*channel));
    return slot;
}

std::string kind_of(const WireSlot& wire)
{
    return std::to_string(wire.clinic) + '/' + std::to_string(static_cast<int>(wire.channel)) +
           wire.type_name;
}

/// Nothing, and a warning, when the slot cannot be used.
SharedSlot offered(const PracticeNames& practice, const WireSlot& wire, const WireClinic* clinic,
                   SlotPatterns& patterns, std::vector<std::string>& warnings)
{
    const auto moments = moments_of(wire, clinic ? clinic->default_duration : std::nullopt);
    if (wire.type_name.empty()) {
        warnings.push_back(left_out(wire, "it has no slot type"));
        return nullptr;
    }
    if (!moments) {
        warnings.push_back(left_out(wire, "its times cannot be used"));
        return nullptr;
    }
    const SlotKey key{wire.id, wire.channel == WireChannel::telephone};
    const auto& pattern = patterns.of(kind_of(wire), [&] { return common_slot(practice, wire, clinic); });
    return share(pattern, {slot_id(practice.ods, wire.id), std::to_string(wire.id), *moments, key.text()});
}

/// A session that slots are of, mostly many of them in a row.
struct Clinic
{
    Clinic(std::int64_t its_id, const WireClinic* its_wire)
        : id(its_id), wire(its_wire), context(std::to_string(its_id) + (its_wire ? its_wire->source : ""))
    {}

    std::int64_t id;
    const WireClinic* wire;
    std::string context; ///< what else the translation of its slots depends on
    bool used = false;
};

} // namespace

LocalWindow local_window(fhir::Interval window)
{
    const auto hour_of = [](fhir::LocalTime local) { return std::chrono::floor<std::chrono::hours>(local); };
    LocalWindow local{fhir::to_uk_local(window.start), fhir::to_uk_local(window.end)};
    if (fhir::from_uk_local(local.from).kind == fhir::LocalKind::ambiguous)
        local.from = hour_of(local.from);
    if (fhir::from_uk_local(local.to).kind == fhir::LocalKind::ambiguous)
        local.to = hour_of(local.to) + 1h;
    return local;
}

std::string SlotKey::text() const
{
    return std::to_string(slot_id) + (telephone ? "/telephone" : "");
}

std::optional<SlotKey> SlotKey::parse(std::string_view text)
{
    SlotKey key;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), key.slot_id);
    const std::string_view rest(parsed.ptr, text.data() + text.size());
    if (parsed.ec != std::errc() || key.slot_id <= 0 || (!rest.empty() && rest != "/telephone"))
        return std::nullopt;
    key.telephone = !rest.empty();
    return key;
}

std::optional<fhir::Interval> moments_of(const WireSlot& slot, std::optional<std::int64_t> default_minutes)
{
    if (!slot.start)
        return std::nullopt;
    const auto start = fhir::from_uk_local(*slot.start);
    if (start.kind == fhir::LocalKind::non_existent)
        return std::nullopt;
    // EMIS cannot say which of two readings it means: the later one, as the reference client takes it
    // (assumed).
    const auto begin = start.latest;
    if (slot.end) {
        const auto end = fhir::from_uk_local(*slot.end);
        if (end.kind != fhir::LocalKind::non_existent && end.earliest > begin)
            return fhir::Interval{begin, end.earliest};
        if (end.kind == fhir::LocalKind::ambiguous && end.latest > begin)
            return fhir::Interval{begin, end.latest};
    }
    if (!default_minutes || *default_minutes <= 0 || *default_minutes > 24 * 60)
        return std::nullopt;
    return fhir::Interval{begin, begin + std::chrono::minutes(*default_minutes)};
}

FoundSlots map_slots(const PracticeNames& practice, const WireSlots& slots, const WireMetadata& metadata,
                     const std::optional<WireSettings>& settings, fhir::Interval window, SlotMemo& memo)
{
    FoundSlots found;
    found.warnings = slots.warnings;
    found.warnings.insert(found.warnings.end(), metadata.warnings.begin(), metadata.warnings.end());
    found.organizations.push_back(practice_organization(practice));
    found.healthcare_services.push_back(service_of(practice, settings));
    if (metadata.clinics.empty() && !slots.slots.empty()) {
        found.warnings.push_back(
            "The practice's system described no clinic session, so none of its slots is shown.");
        return found;
    }

    Join join(practice, metadata);
    SlotMemo::Reading reading(memo);
    SlotPatterns patterns;
    std::optional<Clinic> clinic;
    found.slots.reserve(slots.slots.size());
    for (const WireSlotRow& wire : slots.slots) {
        if (!clinic || clinic->id != wire.clinic)
            clinic.emplace(wire.clinic, join.clinic(wire.clinic));
        auto row = reading.shown(clinic->context, wire.row, window, [&] {
            return offered(practice, read_slot(wire), clinic->wire, patterns, found.warnings);
        });
        if (!row)
            continue;
        if (!std::exchange(clinic->used, true))
            join.use(found, wire.clinic);
        found.slots.push_back(std::move(row));
    }
    return found;
}

PracticeSettings map_settings(const WireSettings& settings)
{
    return {settings.appointments_supported, settings.booking_reason, settings.message};
}

} // namespace adapters::emis
