// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/carried.hpp"

#include "adapters/bars/standard/message.hpp"
#include "adapters/bars/urls.hpp"

#include <algorithm>

namespace adapters::bars
{

namespace
{

constexpr std::string_view urn = "urn:uuid:";

bool is_urn(std::string_view url)
{
    return url.starts_with(urn) && fhir::is_uuid(url.substr(urn.size()));
}

} // namespace

Carried::Carried(const wire::Answer& answer, const Node& slot, const std::string& thread)
    : answer_(answer), thread_(thread)
{
    add({"Slot", text_of(slot, "id")}, slot);
    const Node* schedule = follow_to(view_at(slot, {"schedule", "reference"}), "Schedule");
    if (schedule == nullptr)
        return;
    for (const std::string_view type : {"HealthcareService", "PractitionerRole", "Practitioner"})
        for (const auto* actor : items_of(*schedule, "actor"))
            if (const Node* named = follow_to(view_of(*actor, "reference"), type);
                named != nullptr && type == "HealthcareService")
                follow_service(*named);
}

void Carried::follow_service(const Node& service)
{
    for (const auto* place : items_of(service, "location"))
        if (follow_to(view_of(*place, "reference"), "Location") != nullptr)
            break; // a message holds one at most
    follow_to(view_at(service, {"providedBy", "reference"}), "Organization");
}

void Carried::add(const r4::LocalReference& name, const Node& resource)
{
    auto url = answer_.names.url_of(name);
    // The appointment names its slot so, and outside the message nothing else says which it was.
    if (name.type == "Slot" && fhir::is_uuid(name.id))
        url = std::string(urn) + name.id;
    if (!is_urn(url))
        url = url_in(thread_, name.text());
    parts_.push_back({name, &resource, std::move(url)});
}

const Node* Carried::follow_to(std::string_view reference, std::string_view type)
{
    const auto name = answer_.names.local(reference);
    const Node* resource = name && name->type == type ? answer_.bundle.find(*name) : nullptr;
    const bool single = type == "HealthcareService";
    if (resource == nullptr || std::ranges::any_of(parts_, [&](const Part& part) {
            return part.name == *name || (single && part.name.type == type);
        }))
        return nullptr;
    add(*name, *resource);
    return resource;
}

std::string Carried::organization_url() const
{
    const auto found =
        std::ranges::find(parts_, "Organization", [](const Part& part) { return part.name.type; });
    return found == parts_.end() ? std::string() : found->url;
}

std::vector<JsonValue> Carried::entries() const
{
    std::vector<JsonValue> made;
    for (const Part& part : parts_)
        made.push_back(standard::entry_of(part.url, renamed(part)));
    return made;
}

JsonValue Carried::renamed(const Part& part) const
{
    auto tree = fhir::codec::parse_json(part.resource->source());
    if (!tree)
        return JsonValue::object();
    rename_references(*tree);
    return std::move(*tree);
}

/// As deep as the document, whose depth is limited.
void Carried::rename_references(JsonValue& value) const
{
    for (JsonValue& item : value.items())
        rename_references(item);
    for (auto& [name, member] : value.members()) {
        const auto meant =
            name == "reference" && member.is_string() ? answer_.names.local(member.text()) : std::nullopt;
        const auto part = meant ? std::ranges::find(parts_, *meant, &Part::name) : parts_.end();
        if (part != parts_.end())
            member = JsonValue(part->url);
        else
            rename_references(member);
    }
}

} // namespace adapters::bars
