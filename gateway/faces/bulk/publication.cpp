// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/bulk/publication.hpp"

#include "fhir/codec/json.hpp"
#include "fhir/model/location.hpp"
#include "fhir/model/uk_time.hpp"
#include "fhir/outcome/operation_outcome.hpp"

#include <fmt/format.h>

#include <set>

namespace gateway::faces::bulk
{

namespace
{

constexpr std::string_view booking_phone =
    "http://fhir-registry.smarthealthit.org/StructureDefinition/booking-phone";
constexpr std::string_view locations_file = "locations.ndjson", schedules_file = "schedules.ndjson",
                           errors_file = "errors.ndjson";

std::string_view id_in(const fhir::Reference& reference, std::string_view type)
{
    const std::string_view text = reference.reference ? std::string_view(*reference.reference) : "";
    const auto slash = text.rfind('/');
    return slash != std::string_view::npos && text.substr(0, slash) == type ? text.substr(slash + 1)
                                                                            : std::string_view();
}

/// ISO 8601: the week of a day belongs to the year of its Thursday.
std::string week_of(fhir::Instant moment)
{
    using namespace std::chrono;
    const sys_days day(fhir::uk_date(moment));
    const sys_days thursday = day - (weekday(day) - Monday) + days(3);
    const year_month_day date(thursday);
    const auto number = (thursday - sys_days(date.year() / January / 1)).count() / 7 + 1;
    return fmt::format("{:04}-W{:02}", static_cast<int>(date.year()), number);
}

std::string slots_file(const Line& slot)
{
    return "slots-" + week_of(slot.start) + ".ndjson";
}

/// Makes the lines of one practice. What was published before in the same words keeps its moment.
class Publisher
{
public:
    Publisher(const Publication* before, Publication& made) : before_(before), made_(made) {}

    void add(const PublicBook& book)
    {
        if (book.missing)
            return keep(book);
        for (const search::SlotHit& hit : book.slots)
            add_slot(*book.practice, hit);
        mark_taken(book.practice->ods.text() + ".");
    }

private:
    void add_slot(const policy::Practice& practice, const search::SlotHit& hit)
    {
        fhir::Slot slot = hit.slot->slot();
        const std::string schedule(id_in(slot.schedule, "Schedule"));
        slot.meta.reset();
        slot.text.reset();
        slot.comment.reset();
        slot.schedule = fhir::reference_to("Schedule/" + schedule);
        if (!practice.phone.empty()) {
            fhir::Extension phone;
            phone.url = std::string(booking_phone);
            phone.value = practice.phone;
            slot.extension.push_back(std::move(phone));
        }
        add_schedule(practice, *hit.book, schedule);
        put(made_.slots, before_ ? &before_->slots : nullptr, "Slot/" + hit.slot->id(), std::move(slot),
            hit.slot->start());
    }

    /// Of those who act, the place alone: who works when is nobody's to know from here.
    void add_schedule(const policy::Practice& practice, const search::Book& book, const std::string& id)
    {
        if (made_.schedules.contains("Schedule/" + id))
            return;
        const auto* held = search::find(book.schedules, id);
        fhir::Schedule schedule;
        schedule.id = id;
        if (held) {
            schedule.identifier = held->identifier;
            schedule.service_category = held->service_category;
            schedule.service_type = held->service_type;
            schedule.specialty = held->specialty;
        }
        std::string location;
        for (const fhir::Reference& actor : held ? held->actor : std::vector<fhir::Reference>())
            if (const auto found = id_in(actor, "Location"); search::find(book.locations, found))
                location = found;
        schedule.actor.push_back(fhir::reference_to("Location/" + add_location(practice, book, location)));
        put(made_.schedules, before_ ? &before_->schedules : nullptr, "Schedule/" + id, std::move(schedule));
    }

    std::string add_location(const policy::Practice& practice, const search::Book& book,
                             const std::string& known)
    {
        const std::string id = known.empty() ? practice.ods.text() + ".practice" : known;
        fhir::Location location;
        if (const auto* held = search::find(book.locations, known))
            location = *held;
        location.id = id;
        location.meta.reset();
        location.text.reset();
        location.managing_organization.reset();
        location.part_of.reset();
        location.endpoint.clear();
        location.identifier.push_back(
            fhir::identifier_of(fhir::ods_organisation_system, practice.ods.text()));
        if (!location.name)
            location.name = practice.name;
        put(made_.locations, before_ ? &before_->locations : nullptr, "Location/" + id, std::move(location));
        return id;
    }

    /// With `meta.lastUpdated`, the moment from which on it has been like this.
    template <class T>
    void put(Lines& lines, const Lines* before, const std::string& name, T resource, fhir::Instant start = {})
    {
        const auto known = before ? before->find(name) : Lines::const_iterator();
        const bool was_there = before && known != before->end();
        resource.meta.emplace().last_updated = was_there ? known->second.changed : made_.made;
        std::string json = fhir::codec::to_json(resource);
        if (was_there && json == known->second.json) {
            lines.insert_or_assign(name, known->second);
            return;
        }
        resource.meta->last_updated = made_.made;
        lines.insert_or_assign(name, Line{fhir::codec::to_json(resource), made_.made, start});
    }

    /// What an earlier publication offered and this one does not has been taken.
    void mark_taken(const std::string& practice)
    {
        if (!before_)
            return;
        for (const auto& [name, line] : before_->slots) {
            const bool own = std::string_view(name).substr(name.find('/') + 1).starts_with(practice);
            if (!own || made_.slots.contains(name) || line.start <= made_.made)
                continue;
            auto slot = fhir::codec::read<fhir::Slot>(std::string_view(line.json));
            if (!slot)
                continue;
            slot->status = fhir::SlotStatus::busy;
            slot->meta.reset();
            keep_schedule(slot->schedule);
            put(made_.slots, &before_->slots, name, std::move(*slot), line.start);
        }
    }

    void keep(const PublicBook& book)
    {
        const std::string practice = book.practice->ods.text() + ".";
        for (const auto& [name, line] : before_ ? before_->slots : Lines()) {
            if (!std::string_view(name).substr(name.find('/') + 1).starts_with(practice) ||
                line.start <= made_.made)
                continue;
            made_.slots.insert_or_assign(name, line);
            if (const auto slot = fhir::codec::read<fhir::Slot>(std::string_view(line.json)))
                keep_schedule(slot->schedule);
        }
        const std::string name = "OperationOutcome/" + book.practice->ods.text();
        auto outcome = fhir::to_warning(
            fhir::Error(book.missing->kind(), book.practice->name + " (" + book.practice->ods.text() +
                                                  ") did not answer: " + book.missing->sentence()),
            {});
        made_.errors.insert_or_assign(name, Line{fhir::codec::to_json(outcome), made_.made, {}});
    }

    void keep_schedule(const fhir::Reference& reference)
    {
        const auto known = before_->schedules.find(reference.reference.value_or(""));
        if (known == before_->schedules.end() || !made_.schedules.insert(*known).second)
            return;
        if (const auto schedule = fhir::codec::read<fhir::Schedule>(std::string_view(known->second.json)))
            for (const fhir::Reference& actor : schedule->actor)
                if (const auto place = before_->locations.find(actor.reference.value_or(""));
                    place != before_->locations.end())
                    made_.locations.insert(*place);
    }

    const Publication* before_;
    Publication& made_;
};

std::string joined(const Lines& lines, std::optional<fhir::Instant> since, std::string_view file = {})
{
    std::string text;
    for (const auto& [name, line] : lines)
        if ((!since || line.changed > *since) && (file.empty() || slots_file(line) == file))
            text += line.json + "\n";
    return text;
}

} // namespace

std::shared_ptr<const Publication> publish(const std::vector<PublicBook>& books,
                                           const std::shared_ptr<const Publication>& before,
                                           fhir::Instant now)
{
    auto made = std::make_shared<Publication>();
    made->made = now;
    Publisher publisher(before.get(), *made);
    for (const PublicBook& book : books)
        publisher.add(book);
    return made;
}

std::vector<File> files_of(const Publication& publication)
{
    std::vector<File> files{{std::string(locations_file), "Location"},
                            {std::string(schedules_file), "Schedule"}};
    std::set<std::string> weeks;
    for (const auto& [name, line] : publication.slots)
        weeks.insert(slots_file(line));
    for (const std::string& week : weeks)
        files.push_back({week, "Slot"});
    return files;
}

std::optional<std::string> text_of(const Publication& publication, std::string_view name,
                                   std::optional<fhir::Instant> since)
{
    if (name == locations_file)
        return joined(publication.locations, since);
    if (name == schedules_file)
        return joined(publication.schedules, since);
    if (name == errors_file)
        return joined(publication.errors, std::nullopt);
    for (const File& file : files_of(publication))
        if (file.name == name)
            return joined(publication.slots, since, name);
    return std::nullopt;
}

} // namespace gateway::faces::bulk
