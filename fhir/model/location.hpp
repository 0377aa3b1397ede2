// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/availability.hpp"

namespace fhir
{

enum class LocationStatus
{
    active,
    suspended,
    inactive
};
enum class LocationMode
{
    instance,
    kind
};

struct LocationPosition : BackboneElement
{
    Decimal longitude;
    Decimal latitude;
    std::optional<Decimal> altitude;
};

struct LocationHours : BackboneElement
{
    std::vector<DayOfWeek> days_of_week;
    std::optional<bool> all_day;
    std::optional<TimeOfDay> opening_time;
    std::optional<TimeOfDay> closing_time;
};

struct Location : DomainResource
{
    static const schema::TypeInfo& declaration();

    std::vector<Identifier> identifier;
    std::optional<LocationStatus> status;
    std::optional<Coding> operational_status;
    std::optional<std::string> name;
    std::vector<std::string> alias;
    std::optional<std::string> description;
    std::optional<LocationMode> mode;
    std::vector<CodeableConcept> type;
    std::vector<ContactPoint> telecom;
    std::optional<Address> address;
    std::optional<CodeableConcept> physical_type;
    std::optional<LocationPosition> position;
    std::optional<Reference> managing_organization;
    std::optional<Reference> part_of;
    std::vector<LocationHours> hours_of_operation;
    std::optional<std::string> availability_exceptions;
    std::vector<Reference> endpoint;
};

} // namespace fhir
