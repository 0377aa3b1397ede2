// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/wire.hpp"

#include "adapters/gpconnect/datatypes.hpp"
#include "adapters/gpconnect/names.hpp"

namespace adapters::gpconnect::wire
{

namespace
{

using fhir::ErrorKind;

// DeliveryChannel-2 is a plain code; its predecessor was a concept and stood on the Schedule.
std::string channel_of(const Node& resource)
{
    if (const auto* extension = extension_of(resource, names::delivery_channel))
        return text_of(*extension, "valueCode");
    if (const auto* extension = extension_of(resource, names::delivery_channel_old))
        return text_at(*extension, {"valueCodeableConcept", "coding", "code"});
    return {};
}

std::optional<fhir::Coding> role_of(const Node& resource)
{
    const auto* extension = extension_of(resource, names::practitioner_role);
    return extension == nullptr ? std::nullopt
                                : read_coding(follow(*extension, {"valueCodeableConcept", "coding"}));
}

std::optional<Schedule> read_schedule(const Node& tree)
{
    Schedule schedule;
    schedule.id = text_of(tree, "id");
    for (const auto* actor : items_of(tree, "actor")) {
        const auto reference = view_of(*actor, "reference");
        if (auto location = reference_id(reference, "Location"); !location.empty())
            schedule.location = location;
        if (auto practitioner = reference_id(reference, "Practitioner"); !practitioner.empty())
            schedule.practitioner = practitioner;
    }
    // A booking must name the schedule's location (GP Connect 1.2.7), so without one its slots are of no use.
    if (schedule.id.empty() || schedule.location.empty())
        return std::nullopt;
    schedule.role = role_of(tree);
    schedule.service_category = text_at(tree, {"serviceCategory", "text"});
    schedule.identifiers = read_identifiers(tree);
    schedule.horizon = read_period(tree.find("planningHorizon"));
    schedule.channel = channel_of(tree);
    schedule.source = tree.source();
    return schedule;
}

bool has_entries(const Node& bundle)
{
    const auto* list = bundle.find("entry");
    return list == nullptr || list->is_array() || list->is_object() || list->is_null();
}

/// nullptr when the entry holds none.
const Node* resource_of(const Node& entry)
{
    const auto* resource = member_of(entry, "resource");
    return resource != nullptr && !view_of(*resource, "resourceType").empty() ? resource : nullptr;
}

void keep_schedule(const Node& tree, SlotBundle& out)
{
    if (auto schedule = read_schedule(tree))
        out.schedules.emplace(schedule->id, std::move(*schedule));
    else
        out.warnings.push_back("A schedule without id or location was left out, with its slots.");
}

template <class T>
void keep(std::optional<T> resource, std::map<std::string, T>& all)
{
    if (resource)
        all.emplace(*resource->id, std::move(*resource));
}

void keep_resource(const Node& tree, SlotBundle& found)
{
    const auto type = view_of(tree, "resourceType");
    if (type == "Schedule")
        keep_schedule(tree, found);
    else if (type == "Practitioner")
        keep(read_practitioner(tree), found.practitioners);
    else if (type == "Location")
        keep(read_location(tree), found.locations);
    else if (type == "Organization")
        keep(read_organization(tree), found.organizations);
}

fhir::Result<SlotBundle> read_marked_bundle(MarkedText& text)
{
    auto bundle = read_bundle(text.text());
    if (!bundle)
        return std::unexpected(bundle.error());
    if (!has_entries(bundle->root()))
        return std::unexpected(unusable("Bundle.entry is no list"));
    SlotBundle found;
    std::size_t without = 0;
    for (const auto* entry : items_of(bundle->root(), "entry")) {
        const auto known = text.take(*entry);
        const auto* resource = resource_of(*entry);
        for (const KnownRow* row : known)
            found.slots.push_back({*row, nullptr});
        if (resource != nullptr && is_resource(*resource, "Slot"))
            found.slots.push_back({entry->source(), resource});
        else if (resource != nullptr)
            keep_resource(*resource, found);
        else
            without += known.empty() ? 1 : 0;
    }
    if (without > 0)
        found.warnings.push_back(std::to_string(without) + " entries without a resource were left out.");
    found.answers.push_back(std::move(*bundle));
    return found;
}

} // namespace

fhir::Error unusable(std::string what)
{
    fhir::Error error(ErrorKind::supplier_malformed);
    error.from_supplier(std::move(what));
    return error;
}

fhir::Result<Document> read_tree(std::string_view json)
{
    auto tree = Document::parse(json);
    if (tree && tree->root().is_object())
        return tree;
    return std::unexpected(unusable(tree ? "body is no JSON object" : tree.error().sentence()));
}

fhir::Result<Entries> entries_in(const Node& bundle)
{
    if (!has_entries(bundle))
        return std::unexpected(unusable("Bundle.entry is no list"));
    Entries found;
    for (const auto* entry : items_of(bundle, "entry"))
        if (const auto* resource = resource_of(*entry))
            found.resources.push_back(resource);
        else
            ++found.without;
    return found;
}

fhir::Result<Document> read_bundle(std::string_view json)
{
    auto tree = read_tree(json);
    if (!tree)
        return tree;
    if (!is_resource(tree->root(), "Bundle"))
        return fhir::fail(ErrorKind::supplier_malformed,
                          "The practice's system answered a search with something other than a Bundle.");
    return tree;
}

namespace
{

std::string schedule_id_of(const Node& slot)
{
    return reference_id(view_at(slot, {"schedule", "reference"}), "Schedule");
}

std::optional<Slot> read_slot_in(const Node& tree)
{
    Slot slot;
    slot.id = text_of(tree, "id");
    slot.schedule = schedule_id_of(tree);
    slot.status = text_of(tree, "status");
    slot.start_text = text_of(tree, "start");
    slot.end_text = text_of(tree, "end");
    const auto start = fhir::parse_instant(slot.start_text);
    const auto end = fhir::parse_instant(slot.end_text);
    if (slot.id.empty() || slot.schedule.empty() || !start || !end || *end <= *start)
        return std::nullopt;
    slot.start = *start;
    slot.end = *end;
    slot.channel = channel_of(tree);
    slot.service_type = text_at(tree, {"serviceType", "text"});
    slot.identifiers = read_identifiers(tree);
    return slot;
}

} // namespace

std::string schedule_of(const SlotRow& slot)
{
    return slot.row.known ? std::string(slot.row.known->note) : schedule_id_of(*slot.tree);
}

std::optional<Slot> read_slot(const SlotRow& slot)
{
    if (slot.tree != nullptr)
        return read_slot_in(*slot.tree);
    const auto again = read_tree(slot.row.source);
    const auto* resource = again ? resource_of(again->root()) : nullptr;
    return resource != nullptr ? read_slot_in(*resource) : std::nullopt;
}

fhir::Result<SlotBundle> read_slot_bundle(std::string_view json, SlotMemo* memo)
{
    return read_marked(json, memo, read_marked_bundle);
}

fhir::Result<std::vector<Appointment>> read_appointments(std::string_view json)
{
    const auto bundle = read_bundle(json);
    if (!bundle)
        return std::unexpected(bundle.error());
    const auto entries = entries_in(bundle->root());
    if (!entries || entries->without > 0)
        return std::unexpected(unusable("entry without a resource"));
    std::vector<Appointment> found;
    for (const auto* tree : entries->resources) {
        if (!is_resource(*tree, "Appointment"))
            continue;
        auto appointment = read_appointment(*tree);
        if (!appointment)
            return std::unexpected(unusable("Appointment without a usable id, status, start or end"));
        found.push_back(std::move(*appointment));
    }
    return found;
}

std::optional<fhir::Practitioner> read_practitioner(const Node& tree)
{
    fhir::Practitioner practitioner;
    practitioner.id = text_of(tree, "id");
    if (practitioner.id->empty())
        return std::nullopt;
    practitioner.identifier = read_identifiers(tree);
    practitioner.name = read_names(tree);
    practitioner.gender = read_gender(tree);
    return practitioner;
}

std::optional<fhir::Location> read_location(const Node& tree)
{
    fhir::Location location;
    location.id = text_of(tree, "id");
    if (location.id->empty())
        return std::nullopt;
    location.identifier = read_identifiers(tree);
    if (auto name = text_of(tree, "name"); !name.empty())
        location.name = std::move(name);
    location.telecom = read_telecom(tree);
    if (auto addresses = read_addresses(tree); !addresses.empty())
        location.address = std::move(addresses.front());
    if (auto managing = reference_id(view_at(tree, {"managingOrganization", "reference"}), "Organization");
        !managing.empty())
        location.managing_organization = fhir::reference_to("Organization/" + managing);
    return location;
}

std::optional<fhir::Organization> read_organization(const Node& tree)
{
    fhir::Organization organization;
    organization.id = text_of(tree, "id");
    if (organization.id->empty())
        return std::nullopt;
    organization.identifier = read_identifiers(tree);
    if (auto coding = read_coding(follow(tree, {"type", "coding"}))) {
        fhir::CodeableConcept type;
        type.coding.push_back(std::move(*coding));
        organization.type.push_back(std::move(type));
    }
    if (auto name = text_of(tree, "name"); !name.empty())
        organization.name = std::move(name);
    organization.telecom = read_telecom(tree);
    organization.address = read_addresses(tree);
    return organization;
}

fhir::Result<Metadata> read_metadata(std::string_view json)
{
    auto tree = read_tree(json);
    if (!tree)
        return std::unexpected(tree.error());
    if (!is_resource(tree->root(), "CapabilityStatement"))
        return fhir::fail(ErrorKind::supplier_malformed,
                          "The practice's system did not answer with a CapabilityStatement.");
    Metadata found;
    bool lists_resources = false;
    for (const auto* rest : items_of(tree->root(), "rest")) {
        for (const auto* resource : items_of(*rest, "resource")) {
            lists_resources = lists_resources || !view_of(*resource, "type").empty();
            for (const auto* interaction : items_of(*resource, "interaction"))
                if (text_of(*resource, "type") == "Appointment" && text_of(*interaction, "code") == "create")
                    found.books_appointments = true;
        }
        for (const auto* operation : items_of(*rest, "operation"))
            if (text_of(*operation, "name") == "gpc.registerpatient")
                found.registers_patients = true;
    }
    // Nothing said is not "switched off": a practice must not look closed because of a broken answer.
    if (!lists_resources)
        return std::unexpected(unusable("CapabilityStatement without resources"));
    return found;
}

Outcome read_outcome(std::string_view json)
{
    Outcome found;
    const auto tree = Document::parse(json);
    if (!tree || !is_resource(tree->root(), "OperationOutcome"))
        return found;
    found.present = true;
    const auto issues = items_of(tree->root(), "issue");
    if (issues.empty())
        return found;
    found.code = text_at(*issues.front(), {"details", "coding", "code"});
    found.text = text_of(*issues.front(), "diagnostics");
    if (found.text.empty())
        found.text = text_at(*issues.front(), {"details", "coding", "display"});
    return found;
}

} // namespace adapters::gpconnect::wire
