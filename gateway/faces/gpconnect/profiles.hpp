// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/bundle.hpp"
#include "fhir/model/location.hpp"
#include "fhir/model/organization.hpp"
#include "fhir/model/patient.hpp"
#include "fhir/model/practitioner.hpp"
#include "fhir/model/schedule.hpp"
#include "fhir/model/slot.hpp"
#include "gateway/policy/directory.hpp"
#include "gateway/search/book.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Resources as GP Connect's profiles want them: only what the profile allows, the extensions under its own
/// names, the profile in meta, and the ids that the practice's book has.
namespace gateway::faces::gpconnect
{

/// The organisation of every practice, and the place of schedules whose system names none, are this face's
/// own, so that they are there whatever the book holds.
std::string organization_id(std::string_view ods);
std::string main_location_id(std::string_view ods);

fhir::Organization to_profile(const policy::Practice& practice, const search::Book* book);
fhir::Location main_location(const policy::Practice& practice);

fhir::Location to_profile(fhir::Location location, std::string_view ods);
fhir::Practitioner to_profile(fhir::Practitioner practitioner);
fhir::Slot to_profile(const fhir::Slot& slot, std::string_view version);
fhir::Patient to_profile(fhir::Patient patient, std::string id, std::string_view ods);

/// Exactly one Location, every Practitioner, the role of the first who has one; a planning horizon always,
/// where the book has none that of `slots`.
fhir::Schedule to_profile(const fhir::Schedule& schedule, const search::Book& book, fhir::Interval slots);
/// Its actors as `to_profile` leaves them.
struct ScheduleActors
{
    std::string location; ///< `Location/x`
    std::vector<std::string> practitioners;
    std::optional<fhir::CodeableConcept> role;
};
ScheduleActors actors_of(const fhir::Schedule& schedule, const search::Book& book);

/// `In-person`, `Telephone` or `Video`; nothing when the slot or appointment does not say.
std::optional<std::string> channel_of(const std::vector<fhir::Extension>& extensions);
fhir::Extension channel_extension(const std::string& code);
fhir::Extension role_extension(fhir::CodeableConcept role);

/// A searchset without anything that GPConnect-Searchset-Bundle-1 bars.
fhir::Bundle searchset();
template <class T>
void add_entry(fhir::Bundle& bundle, T resource)
{
    bundle.entry.emplace_back().resource = fhir::AnyResource(std::move(resource));
}

/// meta with that profile and a version that is a hash of the content: the same content keeps its tag.
template <class T>
T with_meta(T resource, std::string_view profile);

} // namespace gateway::faces::gpconnect
