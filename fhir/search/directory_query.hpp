// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/healthcare_service.hpp"
#include "fhir/model/location.hpp"
#include "fhir/model/organization.hpp"
#include "fhir/model/patient.hpp"
#include "fhir/model/practitioner.hpp"
#include "fhir/model/practitioner_role.hpp"
#include "fhir/model/schedule.hpp"
#include "fhir/search/parameter.hpp"

#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace fhir::search
{

/// A search over Schedule, Practitioner, PractitionerRole, Location, Organization, HealthcareService or
/// Patient: all criteria must hold.
struct DirectoryQuery : ParsedQuery
{
    /// The criteria of one parameter.
    std::vector<const Criterion*> of(std::string_view parameter) const;
};

/// The resource types that parse_directory_query knows.
std::span<const std::string_view> directory_types();
/// nullptr for a type that is not one of them.
const Vocabulary* directory_vocabulary(std::string_view resource_type);
std::span<const ParameterInfo> directory_parameters(std::string_view resource_type);
std::span<const std::string_view> directory_includes(std::string_view resource_type);

/// `resource_type` must be one of directory_types(). A Patient search needs an identifier, or family name and
/// birth date: otherwise `too_costly`.
Result<DirectoryQuery> parse_directory_query(std::string_view resource_type,
                                             const std::vector<RawParameter>& raw, Handling handling,
                                             std::vector<Error>* warnings);
std::string to_query(const DirectoryQuery& query);

/// The identifiers behind a reference `Type/id`, for logical references and chains; empty when the target is
/// not known.
using IdentifiersOf = std::function<std::vector<Identifier>(std::string_view reference)>;

/// Whether a resource is a match.
bool matches(const DirectoryQuery& query, const Schedule& schedule, const IdentifiersOf& identifiers_of);
bool matches(const DirectoryQuery& query, const Practitioner& practitioner);
bool matches(const DirectoryQuery& query, const PractitionerRole& role, const IdentifiersOf& identifiers_of);
bool matches(const DirectoryQuery& query, const Location& location, const IdentifiersOf& identifiers_of);
bool matches(const DirectoryQuery& query, const Organization& organization);
bool matches(const DirectoryQuery& query, const HealthcareService& service,
             const IdentifiersOf& identifiers_of);
bool matches(const DirectoryQuery& query, const Patient& patient);

} // namespace fhir::search
