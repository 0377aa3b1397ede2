// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/datatypes.hpp"
#include "adapters/gpconnect/names.hpp"
#include "adapters/gpconnect/wire.hpp"

namespace adapters::gpconnect::wire
{

namespace
{

std::optional<int> small_number(const Node& tree, std::string_view name)
{
    const auto* member = tree.find(name);
    const auto value = member == nullptr ? std::nullopt : member->integer();
    return value && *value >= 0 && *value <= 1'000'000 ? std::optional(static_cast<int>(*value))
                                                       : std::nullopt;
}

fhir::ParticipationStatus participation(std::string_view code)
{
    if (code == "declined")
        return fhir::ParticipationStatus::declined;
    if (code == "tentative")
        return fhir::ParticipationStatus::tentative;
    return code == "needs-action" ? fhir::ParticipationStatus::needs_action
                                  : fhir::ParticipationStatus::accepted;
}

void read_participants(const Node& tree, Appointment& out)
{
    for (const auto* participant : items_of(tree, "participant")) {
        const auto reference = view_at(*participant, {"actor", "reference"});
        for (std::string_view type : {"Patient", "Location", "Practitioner"})
            if (auto id = reference_id(reference, type); !id.empty())
                out.participants.emplace_back(std::string(type) + "/" + id,
                                              participation(view_of(*participant, "status")));
    }
}

void read_extensions(const Node& tree, Appointment& out)
{
    if (const auto* channel = extension_of(tree, names::delivery_channel))
        out.channel = text_of(*channel, "valueCode");
    if (const auto* role = extension_of(tree, names::practitioner_role))
        out.role = read_coding(follow(*role, {"valueCodeableConcept", "coding"}));
    if (const auto* reason = extension_of(tree, names::cancellation_reason))
        out.cancellation_reason = text_of(*reason, "valueString");
    const auto* booking = extension_of(tree, names::booking_organisation);
    if (booking == nullptr)
        return;
    const auto reference = text_at(*booking, {"valueReference", "reference"});
    for (const auto* contained : items_of(tree, "contained"))
        if (is_resource(*contained, "Organization") && "#" + text_of(*contained, "id") == reference)
            out.booked_by = read_organization(*contained);
}

} // namespace

std::string patient_of(const Appointment& appointment)
{
    for (const auto& [reference, status] : appointment.participants)
        if (reference.starts_with("Patient/"))
            return reference;
    return {};
}

std::optional<Appointment> read_appointment(const Node& tree)
{
    if (!is_resource(tree, "Appointment"))
        return std::nullopt;
    Appointment found;
    found.id = text_of(tree, "id");
    found.version = text_at(tree, {"meta", "versionId"});
    found.status = text_of(tree, "status");
    found.start = fhir::parse_instant(view_of(tree, "start"));
    found.end = fhir::parse_instant(view_of(tree, "end"));
    if (found.id.empty() || found.status.empty() || !found.start || !found.end)
        return std::nullopt;
    for (const auto* slot : items_of(tree, "slot"))
        if (auto id = reference_id(view_of(*slot, "reference"), "Slot"); !id.empty())
            found.slots.push_back(std::move(id));
    found.minutes = small_number(tree, "minutesDuration");
    found.priority = small_number(tree, "priority");
    found.description = text_of(tree, "description");
    found.comment = text_of(tree, "comment");
    found.service_category = text_at(tree, {"serviceCategory", "text"});
    found.service_type = text_at(tree, {"serviceType", "text"});
    found.created = fhir::parse_date_time(view_of(tree, "created"));
    found.identifiers = read_identifiers(tree);
    read_participants(tree, found);
    read_extensions(tree, found);
    return found;
}

} // namespace adapters::gpconnect::wire
