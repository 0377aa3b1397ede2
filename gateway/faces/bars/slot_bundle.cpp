// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/bars/slot_bundle.hpp"

#include "fhir/bars/names.hpp"
#include "gateway/faces/bars/errors.hpp"
#include "gateway/faces/bars/ids.hpp"
#include "gateway/policy/directory.hpp"

#include <algorithm>
#include <iterator>

namespace gateway::faces::bars
{

namespace
{

using search::Book;
namespace system = fhir::bars::system;

constexpr std::string_view delivery_channel_url =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeliveryChannel";

fhir::Meta meta_of(std::string_view type, fhir::Instant updated)
{
    fhir::Meta meta;
    meta.last_updated = updated;
    meta.profile.emplace_back(std::string(fhir::bars::profile::uk_core) + std::string(type));
    return meta;
}

/// `A11111.main` of `Location/A11111.main`, where it is one of that type.
std::string_view id_in(const fhir::Reference& reference, std::string_view type)
{
    const std::string_view text = reference.reference ? std::string_view(*reference.reference) : "";
    const auto slash = text.rfind('/');
    return slash != std::string_view::npos && text.substr(0, slash) == type ? text.substr(slash + 1)
                                                                            : std::string_view();
}

bool is_general_practice(const fhir::CodeableConcept& category)
{
    return std::ranges::any_of(category.coding, [](const fhir::Coding& coding) {
        return coding.system && coding.code && coding.system->text == system::service_category;
    });
}

/// A service category of the standard's own code system first, as it is mandatory.
std::vector<fhir::CodeableConcept> categories(std::vector<fhir::CodeableConcept> said)
{
    if (std::ranges::none_of(said, is_general_practice))
        said.insert(said.begin(), fhir::concept_of(system::service_category, fhir::bars::general_practice,
                                                   "General Practice"));
    return said;
}

/// BaRS has the channel as a code, current UK Core as a concept. What the practice does not say stays unsaid.
std::vector<fhir::Extension> channel_of(const std::vector<fhir::Extension>& extensions)
{
    const auto* said = fhir::find_extension(extensions, delivery_channel_url);
    const auto* held = said ? std::get_if<fhir::CodeableConcept>(&said->value) : nullptr;
    if (!held || held->coding.empty() || !held->coding.front().code)
        return {};
    fhir::Extension extension;
    extension.url = std::string(delivery_channel_url);
    extension.value = *held->coding.front().code;
    return {std::move(extension)};
}

/// Puts the Bundle together; every resource once, in the order in which it is first referred to.
class Composer
{
public:
    Composer(const Call& call, const FoundSlotsOfService& found) : call_(call), found_(found) {}

    fhir::Bundle bundle();

private:
    bool shows(Included what) const { return found_.includes.contains(what); }
    void add_slot(const search::SlotHit& hit);
    std::string add_schedule(const Book& book, std::string_view id);
    std::string add_service(const Book& book, std::string_view location);
    std::string add_location(const Book& book, std::string_view id);
    std::string add_organisation(const Book& book);
    std::string add_practitioner(const Book& book, std::string_view id);
    void add_people(const Book& book, const fhir::Schedule& schedule, fhir::Schedule& shown);
    void add_role(const Book& book, std::string_view role, std::string_view practitioner,
                  fhir::Schedule& shown);
    void note(std::string_view text, fhir::IssueSeverity severity);

    /// The URL of a resource that is made when it is first asked for.
    template <class Make>
    std::string once(const std::string& name, Make make)
    {
        std::string url = urn_of(name);
        if (known_.insert(url).second)
            add(url, make(), fhir::SearchEntryMode::include);
        return url;
    }
    void add(std::string url, fhir::AnyResource resource, fhir::SearchEntryMode mode);
    fhir::Meta meta(std::string_view type, const Book& book) const { return meta_of(type, book.seen); }

    const Call& call_;
    const FoundSlotsOfService& found_;
    fhir::Bundle bundle_;
    std::vector<fhir::BundleEntry> includes_;
    std::set<std::string> known_;
};

fhir::Reference to_url(std::string url)
{
    fhir::Reference reference;
    reference.reference = std::move(url);
    return reference;
}

void Composer::add(std::string url, fhir::AnyResource resource, fhir::SearchEntryMode mode)
{
    fhir::BundleEntry entry;
    entry.full_url = fhir::Uri(std::move(url));
    entry.resource = std::move(resource);
    entry.search.emplace().mode = mode;
    (mode == fhir::SearchEntryMode::match ? bundle_.entry : includes_).push_back(std::move(entry));
}

void Composer::add_slot(const search::SlotHit& hit)
{
    const Book& book = *hit.book;
    fhir::Slot slot = hit.slot->slot();
    const std::string own_id = hit.slot->id();
    const auto schedule = id_in(slot.schedule, "Schedule");
    slot.id = uuid_of("Slot/" + own_id);
    slot.meta = meta("Slot", book);
    slot.extension = channel_of(slot.extension);
    slot.identifier.insert(slot.identifier.begin(), fhir::identifier_of(slot_system(call_.origin), own_id));
    slot.service_category = categories(std::move(slot.service_category));
    slot.schedule = to_url(add_schedule(book, schedule));
    add("urn:uuid:" + *slot.id, std::move(slot), fhir::SearchEntryMode::match);
}

std::string Composer::add_schedule(const Book& book, std::string_view id)
{
    return once("Schedule/" + std::string(id), [&] {
        const auto* held = search::find(book.schedules, id);
        const fhir::Schedule known = held ? *held : fhir::Schedule();
        fhir::Schedule schedule = known;
        schedule.id = uuid_of("Schedule/" + std::string(id));
        schedule.meta = meta("Schedule", book);
        schedule.identifier.insert(schedule.identifier.begin(),
                                   fhir::identifier_of(schedule_system(call_.origin), id));
        schedule.service_category = categories(std::move(schedule.service_category));
        schedule.actor.clear();
        std::string_view location;
        for (const fhir::Reference& actor : known.actor)
            if (const auto found = id_in(actor, "Location"); !found.empty())
                location = found;
        schedule.actor.push_back(to_url(add_service(book, location)));
        add_people(book, known, schedule);
        return schedule;
    });
}

/// The addressed service as it is at this practice and place: where slots are must not depend on where others
/// are.
std::string Composer::add_service(const Book& book, std::string_view location)
{
    const std::string name =
        "HealthcareService/" + call_.service->id + "/" + book.ods.text() + "/" + std::string(location);
    return once(name, [&] {
        fhir::HealthcareService service;
        service.id = uuid_of(name);
        service.meta = meta("HealthcareService", book);
        service.identifier.push_back(fhir::identifier_of(system::service_id, call_.service->id));
        service.active = true;
        service.name = call_.service->name;
        if (shows(Included::organisation))
            service.provided_by = to_url(add_organisation(book));
        if (shows(Included::location) && search::find(book.locations, location))
            service.location.push_back(to_url(add_location(book, location)));
        return service;
    });
}

std::string Composer::add_location(const Book& book, std::string_view id)
{
    return once("Location/" + std::string(id), [&] {
        fhir::Location location = *search::find(book.locations, id);
        location.id = uuid_of("Location/" + std::string(id));
        location.meta = meta("Location", book);
        location.part_of.reset();
        location.endpoint.clear();
        location.managing_organization.reset();
        if (shows(Included::organisation))
            location.managing_organization = to_url(add_organisation(book));
        return location;
    });
}

std::string Composer::add_organisation(const Book& book)
{
    const std::string name = "Organization/" + book.ods.text();
    return once(name, [&] {
        fhir::Organization organisation;
        for (const auto& [id, held] : book.organizations)
            if (fhir::identifier_value(held->identifier, fhir::ods_organisation_system) == book.ods.text())
                organisation = *held;
        organisation.id = uuid_of(name);
        organisation.meta = meta("Organization", book);
        organisation.identifier = {fhir::identifier_of(system::ods, book.ods.text())};
        if (const auto practice = call_.directory->practice(book.ods); practice && !organisation.name)
            organisation.name = practice->name;
        organisation.part_of.reset();
        organisation.endpoint.clear();
        return organisation;
    });
}

std::string Composer::add_practitioner(const Book& book, std::string_view id)
{
    return once("Practitioner/" + std::string(id), [&] {
        fhir::Practitioner practitioner = *search::find(book.practitioners, id);
        practitioner.id = uuid_of("Practitioner/" + std::string(id));
        practitioner.meta = meta("Practitioner", book);
        practitioner.qualification.clear();
        return practitioner;
    });
}

/// One entry each for role and person, as far as they are asked for and known.
void Composer::add_people(const Book& book, const fhir::Schedule& schedule, fhir::Schedule& shown)
{
    std::string_view person, role;
    for (const fhir::Reference& actor : schedule.actor) {
        if (const auto id = id_in(actor, "Practitioner"); search::find(book.practitioners, id))
            person = id;
        if (const auto id = id_in(actor, "PractitionerRole"); search::find(book.practitioner_roles, id))
            role = id;
    }
    for (const auto& [id, held] : book.practitioner_roles)
        if (role.empty() && !person.empty() && held->practitioner &&
            id_in(*held->practitioner, "Practitioner") == person)
            role = id;
    if (shows(Included::practitioner_role) && !role.empty())
        add_role(book, role, person, shown);
    if (shows(Included::practitioner) && !person.empty())
        shown.actor.push_back(to_url(add_practitioner(book, person)));
}

void Composer::add_role(const Book& book, std::string_view role, std::string_view practitioner,
                        fhir::Schedule& shown)
{
    shown.actor.push_back(to_url(once("PractitionerRole/" + std::string(role), [&] {
        fhir::PractitionerRole held = *search::find(book.practitioner_roles, role);
        held.id = uuid_of("PractitionerRole/" + std::string(role));
        held.meta = meta("PractitionerRole", book);
        held.location.clear();
        held.healthcare_service.clear();
        held.endpoint.clear();
        held.practitioner.reset();
        held.organization.reset();
        if (shows(Included::practitioner) && !practitioner.empty())
            held.practitioner = to_url(add_practitioner(book, practitioner));
        if (shows(Included::organisation))
            held.organization = to_url(add_organisation(book));
        return held;
    })));
}

void Composer::note(std::string_view text, fhir::IssueSeverity severity)
{
    const std::string name = found_.bundle_id + "/" + std::string(text);
    add(urn_of(name), note_of(text, severity), fhir::SearchEntryMode::outcome);
}

fhir::Bundle Composer::bundle()
{
    bundle_.id = found_.bundle_id;
    bundle_.meta = meta_of("Bundle", found_.made);
    bundle_.timestamp = found_.made;
    bundle_.total = fhir::UnsignedInt{static_cast<std::int32_t>(found_.slots.size())};
    fhir::BundleLink self;
    self.relation = "self";
    self.url = fhir::Uri(found_.self_link);
    bundle_.link.push_back(std::move(self));
    for (const search::SlotHit& hit : found_.slots)
        add_slot(hit);
    for (const search::MissingPractice& missing : found_.missing)
        note(missing.name + " (" + missing.ods.text() + ") did not answer: " + missing.error.sentence(),
             fhir::IssueSeverity::warning);
    if (found_.slots.empty() && found_.missing.empty())
        note("No free slots for this service between the requested times.", fhir::IssueSeverity::information);
    std::ranges::move(includes_, std::back_inserter(bundle_.entry));
    return std::move(bundle_);
}

} // namespace

fhir::Bundle slot_bundle(const Call& call, const FoundSlotsOfService& found)
{
    return Composer(call, found).bundle();
}

} // namespace gateway::faces::bars
