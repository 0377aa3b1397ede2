// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/mapping.hpp"

#include "adapters/slot_pattern.hpp"
#include "fhir/model/id.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace adapters::vision
{

namespace
{

using Names = std::map<std::string, std::string, std::less<>>;

/// Empty when it is not told.
std::string name_in(const Names& names, std::string_view id)
{
    const auto found = names.find(id);
    return found == names.end() ? std::string() : found->second;
}

/// None of the texts can hold the byte between.
std::string joined(std::initializer_list<std::string_view> texts)
{
    std::string all;
    for (const auto text : texts)
        all.append(text).append(1, '\0');
    return all;
}

/// A session's id may serve several clinicians and places (assumed), so all three make a schedule. A dash in
/// one of them would leave open where it ends.
std::string schedule_id(const PracticeNames& practice, const WireSlot& slot)
{
    const auto with = [&](const char* between) {
        return std::string(slot.session) + between + std::string(slot.owner) + between +
               std::string(slot.location);
    };
    const auto plain = with("-");
    const bool clear = std::count(plain.begin(), plain.end(), '-') == 2;
    return practice.id(fhir::local_id("ses-" + (clear ? plain : with("/"))));
}

std::string owner_id(const PracticeNames& practice, std::string_view owner)
{
    return practice.id(fhir::local_id("staff-" + std::string(owner)));
}

std::string location_id(const PracticeNames& practice, std::string_view location)
{
    return practice.id(fhir::local_id("loc-" + std::string(location)));
}

/// Collects what the shown slots refer to, each once. Whom and what the references leave out is left out
/// here.
class Surroundings
{
public:
    Surroundings(const PracticeNames& practice, const WireReferences& references,
                 const WireConfiguration& configuration, SlotMemo::Reading& reading, FoundSlots& found)
        : practice_(practice), references_(references), configuration_(configuration), reading_(reading),
          found_(found)
    {
        add_practice(practice, configuration.guidance, reading, found);
    }

    void use(const WireSlot& slot)
    {
        const Told names{name_in(references_.sessions, slot.session), name_in(references_.owners, slot.owner),
                         name_in(references_.locations, slot.location)};
        const auto key = joined({slot.session, slot.owner, slot.location});
        if (!seen_.insert(key).second)
            return;
        found_.schedules.push_back(
            reading_.resource<fhir::Schedule>(key + joined({names.session, names.owner, names.location}),
                                              [&] { return schedule_of(slot, names); }));
        if (!names.owner.empty() && seen_.insert(joined({"owner", slot.owner})).second)
            add_clinician(slot.owner, names.owner);
        if (!names.location.empty() && seen_.insert(joined({"location", slot.location})).second)
            found_.locations.push_back(
                reading_.resource<fhir::Location>(joined({slot.location, names.location}),
                                                  [&] { return place_of(slot.location, names.location); }));
    }

private:
    struct Told
    {
        std::string session, owner, location; ///< empty when not told
    };

    fhir::Schedule schedule_of(const WireSlot& slot, const Told& names) const
    {
        fhir::Schedule schedule;
        schedule.id = schedule_id(practice_, slot);
        schedule.identifier.push_back(fhir::identifier_of(practice_.system_of("session"), slot.session));
        schedule.active = true;
        if (!names.session.empty()) {
            schedule.comment = names.session;
            schedule.service_category.push_back(fhir::concept_text(names.session));
        }
        if (!names.owner.empty())
            schedule.actor.push_back(
                fhir::reference_to("Practitioner/" + owner_id(practice_, slot.owner), names.owner));
        if (!names.location.empty())
            schedule.actor.push_back(
                fhir::reference_to("Location/" + location_id(practice_, slot.location), names.location));
        schedule.actor.push_back(practice_.service());
        return schedule;
    }

    void add_clinician(std::string_view owner, const std::string& name)
    {
        const auto code = configuration_.genders.find(std::string(owner));
        const auto gender = code == configuration_.genders.end() ? std::string() : code->second;
        found_.practitioners.push_back(
            reading_.resource<fhir::Practitioner>(joined({owner, name, gender}), [&] {
                fhir::Practitioner practitioner;
                practitioner.id = owner_id(practice_, owner);
                fhir::HumanName human;
                human.text = name;
                practitioner.name.push_back(std::move(human));
                if (!gender.empty())
                    practitioner.gender = gender_from(gender);
                return practitioner;
            }));
    }

    fhir::Location place_of(std::string_view place, const std::string& name) const
    {
        fhir::Location location;
        location.id = location_id(practice_, place);
        location.name = name;
        location.managing_organization = practice_.organization();
        return location;
    }

    const PracticeNames& practice_;
    const WireReferences& references_;
    const WireConfiguration& configuration_;
    SlotMemo::Reading& reading_;
    FoundSlots& found_;
    std::set<std::string> seen_;
};

/// What is told of a slot by reference. Those of one session mostly come together.
struct Kind
{
    Kind(const WireSlot& wire, const WireReferences& references)
        : type(name_in(references.types, wire.type)), session(name_in(references.sessions, wire.session)),
          context(type + '\0' + session), example(wire)
    {}

    bool is_of(const WireSlot& wire) const
    {
        return wire.type == example.type && wire.session == example.session && wire.owner == example.owner &&
               wire.location == example.location;
    }

    std::string ids() const
    {
        return joined({example.type, example.session, example.owner, example.location});
    }

    std::string type, session;
    std::string context; ///< all that a slot's translation depends on beyond its row
    WireSlot example;
    bool used = false;
};

/// What slots of that kind have in common.
fhir::Slot common_slot(const PracticeNames& practice, const Kind& kind)
{
    auto slot = free_slot(practice, {}, schedule_id(practice, kind.example), {}, kind.type);
    if (!kind.session.empty())
        slot.service_category.push_back(fhir::concept_text(kind.session));
    return slot;
}

/// Nothing, and a warning, when the slot cannot be used.
SharedSlot offered_slot(const PracticeNames& practice, const WireSlot& wire, const Kind& kind,
                        SlotPatterns& patterns, std::vector<std::string>& warnings)
{
    const auto moments = moments_of(wire);
    if (kind.type.empty() || !moments) {
        warnings.push_back("Slot " + fhir::local_id(wire.id) + " is left out: " +
                           (kind.type.empty() ? "its slot type is not told." : "its times cannot be used."));
        return nullptr;
    }
    const auto& pattern = patterns.of(kind.ids(), [&] { return common_slot(practice, kind); });
    return share(pattern,
                 {slot_resource_id(practice, wire.id), std::string(wire.id), *moments, std::string(wire.id)});
}

} // namespace

WireDays days_of(fhir::Interval window)
{
    const auto last = std::max(window.start, window.end - std::chrono::milliseconds(1));
    return {fhir::uk_date(window.start), fhir::uk_date(last)};
}

std::optional<fhir::Interval> moments_of(const WireSlot& slot)
{
    const auto local = slot.start();
    const auto length = slot.length();
    if (!local || !length)
        return std::nullopt;
    const auto start = fhir::from_uk_local(*local);
    if (start.kind == fhir::LocalKind::non_existent)
        return std::nullopt;
    return fhir::Interval{start.latest, start.latest + *length};
}

FoundSlots map_slots(const PracticeNames& practice, std::span<const WireSlots> pages,
                     const WireConfiguration& configuration, fhir::Interval window, SlotMemo& memo)
{
    FoundSlots found;
    WireReferences references;
    for (const auto& page : pages)
        references.add(page.references);
    SlotMemo::Reading reading(memo);
    Surroundings around(practice, references, configuration, reading, found);
    std::size_t count = 0;
    for (const auto& page : pages)
        count += page.slots.size();
    found.slots.reserve(count);
    std::optional<Kind> kind;
    SlotPatterns patterns;
    for (const auto& page : pages) {
        for (const auto& wire : page.slots) {
            if (wire.id.empty())
                continue;
            if (!kind || !kind->is_of(wire))
                kind.emplace(wire, references);
            const auto note = wire.row.known ? std::string() : wire.note();
            // One that comes twice is shown once: pages shift when a slot is taken while they are turned.
            auto slot = reading.shown(
                kind->context, wire.row.source.empty() ? AnswerRow(note) : wire.row, window,
                [&] { return offered_slot(practice, wire, *kind, patterns, found.warnings); }, note);
            if (!slot)
                continue;
            if (!std::exchange(kind->used, true))
                around.use(wire);
            found.slots.push_back(std::move(slot));
        }
    }
    return found;
}

std::string slot_resource_id(const PracticeNames& practice, std::string_view slot_id)
{
    return practice.id(fhir::local_id(slot_id));
}

} // namespace adapters::vision
