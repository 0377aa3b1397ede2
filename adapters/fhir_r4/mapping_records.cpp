// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/mapping.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace adapters::fhir_r4
{

namespace
{

constexpr std::array<std::string_view, 6> kept_types{"Schedule", "Practitioner",      "PractitionerRole",
                                                     "Location", "HealthcareService", "Organization"};

/// References that one resource makes to others which are found with slots.
std::vector<std::string_view> references_in(const Node& resource)
{
    std::vector<std::string_view> found;
    for (const auto* actor : items_of(resource, "actor"))
        found.push_back(view_of(*actor, "reference"));
    for (const std::string_view element :
         {"practitioner", "organization", "managingOrganization", "providedBy"})
        found.push_back(view_at(resource, {element, "reference"}));
    return found;
}

} // namespace

std::vector<LocalReference> missing_from(const r4::SlotBundle& bundle, const Ids& ids)
{
    std::vector<LocalReference> missing;
    std::set<std::string, std::less<>> seen; // as written, so that most need no look
    const auto look = [&](std::string_view reference) {
        if (reference.empty() || !seen.emplace(reference).second)
            return;
        const auto local = ids.local(reference);
        if (local && std::ranges::find(kept_types, local->type) != kept_types.end() &&
            bundle.find(*local) == nullptr && std::ranges::find(missing, *local) == missing.end())
            missing.push_back(*local);
    };
    std::string_view last;
    for (const auto& slot : bundle.slots)
        if (const auto schedule = slot.schedule(); std::exchange(last, schedule) != schedule)
            look(schedule);
    for (const auto& [name, resource] : bundle.others)
        for (const auto reference : references_in(*resource))
            look(reference);
    return missing;
}

std::optional<SupplierAppointment> to_appointment(const Node& appointment, const Ids& ids)
{
    auto read = r4::read_localised<fhir::Appointment>(appointment, ids);
    if (!read)
        return std::nullopt;
    read->id.reset(); // the gateway gives its own
    if (const auto version = view_at(appointment, {"meta", "versionId"}); !version.empty()) {
        read->meta.emplace();
        read->meta->version_id = std::string(version);
    }
    // R4 allows a reason only on a cancelled or missed appointment (invariant app-4).
    if (read->status != fhir::AppointmentStatus::cancelled && read->status != fhir::AppointmentStatus::noshow)
        read->cancelation_reason.reset();
    return SupplierAppointment{text_of(appointment, "id"), std::move(*read)};
}

std::optional<fhir::Patient> to_patient(const Node& patient, const Ids& ids)
{
    auto read = r4::read_localised<fhir::Patient>(patient, ids);
    if (read)
        read->photo.clear();
    return read;
}

} // namespace adapters::fhir_r4
