// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/mapping.hpp"

#include "fhir/model/id.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_set>

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

/// A session's id may serve several clinicians and places (assumed), so all three make a schedule. A dash in
/// one of them would leave open where it ends.
std::string schedule_id(const PracticeNames& practice, const WireSlot& slot)
{
    const auto joined = [&](const char* between) {
        return std::string(slot.session) + between + std::string(slot.owner) + between +
               std::string(slot.location);
    };
    const auto plain = joined("-");
    const bool clear = std::count(plain.begin(), plain.end(), '-') == 2;
    return practice.id(fhir::local_id("ses-" + (clear ? plain : joined("/"))));
}

std::string owner_id(const PracticeNames& practice, std::string_view owner)
{
    return practice.id(fhir::local_id("staff-" + std::string(owner)));
}

std::string location_id(const PracticeNames& practice, std::string_view location)
{
    return practice.id(fhir::local_id("loc-" + std::string(location)));
}

/// Collects what the shown slots refer to, each once.
class Surroundings
{
public:
    Surroundings(const PracticeNames& practice, const WireReferences& references,
                 const WireConfiguration& configuration, FoundSlots& found)
        : practice_(practice), references_(references), configuration_(configuration), found_(found)
    {
        found.organizations.push_back(practice_organization(practice));
        found.healthcare_services.push_back(practice_service(practice, configuration.guidance));
    }

    void use(const WireSlot& slot)
    {
        fhir::Schedule schedule;
        schedule.id = schedule_id(practice_, slot);
        if (!seen_.insert(*schedule.id).second)
            return;
        schedule.identifier.push_back(fhir::identifier_of(practice_.system_of("session"), slot.session));
        schedule.active = true;
        if (const auto name = name_in(references_.sessions, slot.session); !name.empty()) {
            schedule.comment = name;
            schedule.service_category.push_back(fhir::concept_text(name));
        }
        add_clinician(schedule, slot.owner);
        add_place(schedule, slot.location);
        schedule.actor.push_back(practice_.service());
        found_.schedules.push_back(std::move(schedule));
    }

private:
    /// One whom the references leave out is left out here.
    void add_clinician(fhir::Schedule& schedule, std::string_view owner)
    {
        const auto name = name_in(references_.owners, owner);
        if (name.empty())
            return;
        fhir::Practitioner practitioner;
        practitioner.id = owner_id(practice_, owner);
        schedule.actor.push_back(fhir::reference_to("Practitioner/" + *practitioner.id, name));
        if (!seen_.insert(*practitioner.id).second)
            return;
        fhir::HumanName human;
        human.text = name;
        practitioner.name.push_back(std::move(human));
        if (const auto code = configuration_.genders.find(std::string(owner));
            code != configuration_.genders.end())
            practitioner.gender = gender_from(code->second);
        found_.practitioners.push_back(std::move(practitioner));
    }

    void add_place(fhir::Schedule& schedule, std::string_view place)
    {
        const auto name = name_in(references_.locations, place);
        if (name.empty())
            return;
        fhir::Location location;
        location.id = location_id(practice_, place);
        schedule.actor.push_back(fhir::reference_to("Location/" + *location.id, name));
        if (!seen_.insert(*location.id).second)
            return;
        location.name = name;
        location.managing_organization = practice_.organization();
        found_.locations.push_back(std::move(location));
    }

    const PracticeNames& practice_;
    const WireReferences& references_;
    const WireConfiguration& configuration_;
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

    std::string type, session;
    std::string context; ///< all that a slot's translation depends on beyond its row
    WireSlot example;
    bool used = false;
};

/// Nothing, and a warning, when the slot cannot be used.
std::optional<OfferedSlot> offered_slot(const PracticeNames& practice, const WireSlot& wire,
                                        const std::string& type, const std::string& session,
                                        std::vector<std::string>& warnings)
{
    const auto moments = moments_of(wire);
    if (type.empty() || !moments) {
        warnings.push_back("Slot " + fhir::local_id(wire.id) + " is left out: " +
                           (type.empty() ? "its slot type is not told." : "its times cannot be used."));
        return std::nullopt;
    }
    auto slot = free_slot(practice, wire.id, schedule_id(practice, wire), *moments, std::string(type));
    if (!session.empty())
        slot.service_category.push_back(fhir::concept_text(session));
    return OfferedSlot{std::move(slot), std::string(wire.id)};
}

/// All that the row says; none of it can hold the byte between.
std::string_view source_of(const WireSlot& slot, std::string& room)
{
    room.clear();
    for (const auto part :
         {slot.id, slot.date_time, slot.duration, slot.owner, slot.location, slot.type, slot.session})
        room.append(part).append(1, '\0');
    return room;
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
    Surroundings around(practice, references, configuration, found);
    SlotMemo::Reading reading(memo);
    std::string room;
    std::optional<Kind> kind;
    std::unordered_set<std::string_view> shown; // pages shift when a slot is taken while they are turned
    for (const auto& page : pages) {
        for (const auto& wire : page.slots) {
            if (wire.id.empty() || !shown.insert(wire.id).second)
                continue;
            if (!kind || !kind->is_of(wire))
                kind.emplace(wire, references);
            auto slot = reading.row(kind->context, source_of(wire, room), [&] {
                return offered_slot(practice, wire, kind->type, kind->session, found.warnings);
            });
            if (!slot || !window.contains(slot->slot.start))
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
