// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/book.hpp"

#include "gateway/search/book_meta.hpp"

#include "fhir/codec/json.hpp"

#include <algorithm>
#include <numeric>

namespace gateway::search
{

namespace
{

using fhir::DomainResource;

/// Writes one resource without meta, takes its content hash, and only then adds meta: equal content keeps its
/// ETag although the time of the last look changes.
template <class T>
void write_with_meta(T& resource, const MetaStamp& stamp, std::string& json, std::string& version)
{
    resource.meta.reset();
    const std::string plain = fhir::codec::to_json(resource);
    version = content_version(plain);
    resource.meta = stamp.meta(version);
    json = with_meta(plain, stamp.json(version));
    if (json.empty())
        json = fhir::codec::to_json(resource);
}

template <class T>
void add_all(BookResources<T>& to, std::vector<T> resources, const MetaStamp& stamp)
{
    for (T& resource : resources) {
        if (!resource.id)
            continue;
        BookResource<T> entry{std::move(resource), {}, {}};
        write_with_meta(entry.resource, stamp, entry.json, entry.version);
        std::string id = *entry.resource.id;
        to.insert_or_assign(std::move(id), std::move(entry));
    }
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
std::string kind_key(const fhir::Slot& slot)
{
    std::string key;
    append_codes(key, slot.service_type);
    append_codes(key, slot.service_category);
    append_codes(key, slot.specialty);
    if (slot.appointment_type)
        append_codes(key, *slot.appointment_type);
    key += ';';
    if (const fhir::CodeableConcept* channel = delivery_channel(slot))
        append_codes(key, *channel);
    return key;
}

/// Numbers distinct texts in order of first appearance.
class Numbering
{
public:
    std::pair<std::uint32_t, bool> number(const std::string& text)
    {
        const auto [row, added] = numbers_.try_emplace(text, static_cast<std::uint32_t>(numbers_.size()));
        return {row->second, added};
    }

private:
    std::map<std::string, std::uint32_t, std::less<>> numbers_;
};

void index_slots(Book& book)
{
    Numbering schedules, kinds;
    for (std::uint32_t i = 0; i < book.slots.size(); ++i) {
        const fhir::Slot& slot = book.slots[i].offered.slot;
        const std::string reference = slot.schedule.reference.value_or("");
        const auto [schedule, new_schedule] = schedules.number(reference);
        if (new_schedule)
            book.schedule_references.push_back(reference);
        const auto [kind, new_kind] = kinds.number(kind_key(slot));
        if (new_kind)
            book.kinds.push_back(i);
        book.keys.push_back(
            {slot.start, schedule, static_cast<std::uint16_t>(kind), static_cast<std::uint8_t>(slot.status)});
        book.all_free = book.all_free && slot.status == fhir::SlotStatus::free;
    }
    book.by_id.resize(book.slots.size());
    std::iota(book.by_id.begin(), book.by_id.end(), 0U);
    std::ranges::sort(book.by_id, {}, [&](std::uint32_t i) { return *book.slots[i].offered.slot.id; });
}

/// The usable slots by start, then id: slots are large, so their addresses are sorted.
std::vector<adapters::OfferedSlot*> in_order(std::vector<adapters::OfferedSlot>& offered,
                                             fhir::Interval window)
{
    std::vector<adapters::OfferedSlot*> ordered;
    ordered.reserve(offered.size());
    for (adapters::OfferedSlot& each : offered)
        if (each.slot.id && window.contains(each.slot.start))
            ordered.push_back(&each);
    std::ranges::sort(ordered, [](const adapters::OfferedSlot* a, const adapters::OfferedSlot* b) {
        return std::tie(a->slot.start, *a->slot.id) < std::tie(b->slot.start, *b->slot.id);
    });
    return ordered;
}

template <class T>
const std::string* json_in(const BookResources<T>& resources, std::string_view id)
{
    const auto found = resources.find(id);
    return found == resources.end() ? nullptr : &found->second.json;
}

} // namespace

BookSlot make_book_slot(adapters::OfferedSlot offered, fhir::Instant seen, const fhir::OdsCode& ods,
                        std::string_view public_base)
{
    BookSlot entry{std::move(offered), {}, {}};
    write_with_meta(entry.offered.slot, MetaStamp("Slot", ods, seen, public_base), entry.json, entry.version);
    return entry;
}

std::shared_ptr<const Book> make_book(const fhir::OdsCode& ods, fhir::Interval window, fhir::Instant seen,
                                      adapters::FoundSlots found, std::string_view public_base)
{
    auto book = std::make_shared<Book>(Book{.ods = ods, .window = window, .seen = seen});
    const auto stamp = [&](std::string_view type) { return MetaStamp(type, ods, seen, public_base); };
    const MetaStamp slot_stamp = stamp("Slot");
    book->slots.reserve(found.slots.size());
    for (adapters::OfferedSlot* offered : in_order(found.slots, window)) {
        BookSlot& entry = book->slots.emplace_back(BookSlot{std::move(*offered), {}, {}});
        write_with_meta(entry.offered.slot, slot_stamp, entry.json, entry.version);
    }
    add_all(book->schedules, std::move(found.schedules), stamp("Schedule"));
    add_all(book->practitioners, std::move(found.practitioners), stamp("Practitioner"));
    add_all(book->practitioner_roles, std::move(found.practitioner_roles), stamp("PractitionerRole"));
    add_all(book->locations, std::move(found.locations), stamp("Location"));
    add_all(book->healthcare_services, std::move(found.healthcare_services), stamp("HealthcareService"));
    add_all(book->organizations, std::move(found.organizations), stamp("Organization"));
    index_slots(*book);
    return book;
}

std::shared_ptr<const Book> excerpt(const Book& book, std::string_view slot_id)
{
    const BookSlot* const slot = book.slot(slot_id);
    if (!slot)
        return nullptr;
    const fhir::Slot& held = slot->offered.slot;
    auto part =
        std::make_shared<Book>(Book{.ods = book.ods, .window = {held.start, held.end}, .seen = book.seen});
    part->slots.push_back(*slot);
    const std::string reference = held.schedule.reference.value_or("");
    const auto schedule = book.schedules.find(std::string_view(reference).substr(reference.rfind('/') + 1));
    if (schedule != book.schedules.end())
        part->schedules.insert(*schedule);
    index_slots(*part);
    return part;
}

const BookSlot* Book::slot(std::string_view id) const
{
    const auto found = std::ranges::lower_bound(
        by_id, id, {}, [&](std::uint32_t i) { return std::string_view(*slots[i].offered.slot.id); });
    return found != by_id.end() && *slots[*found].offered.slot.id == id ? &slots[*found] : nullptr;
}

const std::string* Book::json_of(std::string_view type, std::string_view id) const
{
    if (type == "Schedule")
        return json_in(schedules, id);
    if (type == "Practitioner")
        return json_in(practitioners, id);
    if (type == "PractitionerRole")
        return json_in(practitioner_roles, id);
    if (type == "Location")
        return json_in(locations, id);
    if (type == "HealthcareService")
        return json_in(healthcare_services, id);
    return type == "Organization" ? json_in(organizations, id) : nullptr;
}

} // namespace gateway::search
