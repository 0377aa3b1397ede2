// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/book.hpp"

#include "gateway/policy/slot_kind.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace gateway::search
{

namespace
{

template <class T>
void add_all(BookResources<T>& to, std::vector<adapters::Shared<T>> resources)
{
    for (auto& resource : resources)
        if (resource->id)
            to.insert_or_assign(*resource->id, std::move(resource));
}

void append_codes(std::string& key, const fhir::CodeableConcept& concept_)
{
    for (const fhir::Coding& coding : concept_.coding) {
        key += coding.system ? coding.system->text : "";
        key += '|';
        key += coding.code ? coding.code->text : "";
        key += ',';
    }
}

void append_codes(std::string& key, const std::vector<fhir::CodeableConcept>& concepts)
{
    for (const fhir::CodeableConcept& concept_ : concepts)
        append_codes(key, concept_);
    key += ';';
}

/// What tells one kind of slot from another, as searches see it.
void kind_of(const fhir::Slot& slot, std::string& key)
{
    key.clear();
    append_codes(key, slot.service_type);
    append_codes(key, slot.service_category);
    append_codes(key, slot.specialty);
    if (slot.appointment_type)
        append_codes(key, *slot.appointment_type);
    key += ';';
    if (const fhir::CodeableConcept* channel = policy::delivery_channel(slot))
        append_codes(key, *channel);
}

/// Numbers distinct texts in order of first appearance.
class Numbering
{
public:
    std::pair<std::uint32_t, bool> number(const std::string& text)
    {
        if (const auto known = numbers_.find(text); known != numbers_.end())
            return {known->second, false};
        return {numbers_.emplace(text, static_cast<std::uint32_t>(numbers_.size())).first->second, true};
    }

private:
    std::unordered_map<std::string, std::uint32_t> numbers_;
};

/// The usable slots by start, then id.
std::vector<adapters::SharedSlot> in_order(std::vector<adapters::SharedSlot> offered, fhir::Interval window)
{
    std::erase_if(offered, [&](const adapters::SharedSlot& each) {
        return each->id().empty() || !window.contains(each->start());
    });
    std::ranges::sort(offered, [](const adapters::SharedSlot& a, const adapters::SharedSlot& b) {
        return std::pair<fhir::Instant, std::string_view>(a->start(), a->id()) <
               std::pair<fhir::Instant, std::string_view>(b->start(), b->id());
    });
    return offered;
}

template <class T>
const fhir::codec::Written* written_in(const BookResources<T>& resources, std::string_view id)
{
    const auto found = resources.find(id);
    return found == resources.end() ? nullptr : &found->second.json();
}

} // namespace

Book::Book(const fhir::OdsCode& practice, fhir::Interval asked, fhir::Instant answered,
           adapters::FoundSlots found, std::string_view public_base)
    : ods(practice), window(asked), seen(answered), slots(in_order(std::move(found.slots), asked)),
      public_base_(public_base), slot_stamp_("Slot", practice, answered, public_base)
{
    add_all(schedules, std::move(found.schedules));
    add_all(practitioners, std::move(found.practitioners));
    add_all(practitioner_roles, std::move(found.practitioner_roles));
    add_all(locations, std::move(found.locations));
    add_all(healthcare_services, std::move(found.healthcare_services));
    add_all(organizations, std::move(found.organizations));
    index_slots();
}

void Book::index_slots()
{
    Numbering references;
    const std::string none;
    keys.reserve(slots.size());
    for (const adapters::SharedSlot& row : slots) {
        const fhir::Slot& slot = row->common();
        const std::string& reference = slot.schedule.reference ? *slot.schedule.reference : none;
        const auto [schedule, is_new] = references.number(reference);
        if (is_new)
            schedule_references.push_back(reference);
        keys.push_back({row->start(), schedule, static_cast<std::uint8_t>(slot.status)});
        all_free = all_free && slot.status == fhir::SlotStatus::free;
    }
    by_id_.resize(slots.size());
    std::iota(by_id_.begin(), by_id_.end(), 0U);
    std::ranges::sort(by_id_, {}, [&](std::uint32_t i) -> const std::string& { return slots[i]->id(); });
}

const SlotKinds& Book::kinds() const
{
    std::call_once(kinds_once_, [&] {
        Numbering numbers;
        std::string key;
        for (std::uint32_t i = 0; i < slots.size(); ++i) {
            kind_of(slots[i]->common(), key);
            const auto [kind, is_new] = numbers.number(key);
            if (is_new)
                kinds_.examples.push_back(i);
            kinds_.of_slot.push_back(static_cast<std::uint16_t>(kind));
        }
    });
    return kinds_;
}

std::optional<std::uint32_t> Book::position_of(std::string_view slot_id) const
{
    const auto id_at = [&](std::uint32_t i) { return std::string_view(slots[i]->id()); };
    const auto found = std::ranges::lower_bound(by_id_, slot_id, {}, id_at);
    return found != by_id_.end() && id_at(*found) == slot_id ? std::optional(*found) : std::nullopt;
}

const adapters::SlotRow* Book::slot(std::string_view id) const
{
    const auto position = position_of(id);
    return position ? slots[*position].get() : nullptr;
}

std::shared_ptr<const Book> Book::without(const std::vector<std::string>& hidden_schedules) const
{
    const auto all_of = [](const auto& resources, auto& to) {
        for (const auto& [id, resource] : resources)
            to.push_back(resource);
    };
    adapters::FoundSlots found;
    for (const auto& [id, schedule] : schedules)
        if (std::ranges::find(hidden_schedules, id) == hidden_schedules.end())
            found.schedules.push_back(schedule);
    all_of(practitioners, found.practitioners);
    all_of(practitioner_roles, found.practitioner_roles);
    all_of(locations, found.locations);
    all_of(healthcare_services, found.healthcare_services);
    all_of(organizations, found.organizations);
    return std::make_shared<const Book>(ods, window, seen, std::move(found), public_base_);
}

std::shared_ptr<const Book> Book::excerpt(std::string_view slot_id) const
{
    const auto position = position_of(slot_id);
    if (!position)
        return nullptr;
    const adapters::SharedSlot& row = slots[*position];
    adapters::FoundSlots found;
    found.slots.push_back(row);
    const std::string reference = row->common().schedule.reference.value_or("");
    const auto schedule = schedules.find(std::string_view(reference).substr(reference.rfind('/') + 1));
    if (schedule != schedules.end())
        found.schedules.push_back(schedule->second);
    return std::make_shared<const Book>(ods, fhir::Interval{row->start(), row->end()}, seen, std::move(found),
                                        public_base_);
}

const fhir::codec::Written* Book::written(std::string_view type, std::string_view id) const
{
    if (type == "Schedule")
        return written_in(schedules, id);
    if (type == "Practitioner")
        return written_in(practitioners, id);
    if (type == "PractitionerRole")
        return written_in(practitioner_roles, id);
    if (type == "Location")
        return written_in(locations, id);
    if (type == "HealthcareService")
        return written_in(healthcare_services, id);
    return type == "Organization" ? written_in(organizations, id) : nullptr;
}

std::string Book::json_of(std::string_view type, std::string_view id) const
{
    const fhir::codec::Written* found = written(type, id);
    return found ? found->with_meta(stamp(type).json(found->version())) : std::string();
}

} // namespace gateway::search
