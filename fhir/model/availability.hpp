// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/resource.hpp"

namespace fhir
{

enum class DayOfWeek
{
    mon,
    tue,
    wed,
    thu,
    fri,
    sat,
    sun
};

/// Opening hours as PractitionerRole and HealthcareService write them.
struct AvailableTime : BackboneElement
{
    std::vector<DayOfWeek> days_of_week;
    std::optional<bool> all_day;
    std::optional<TimeOfDay> available_start_time;
    std::optional<TimeOfDay> available_end_time;
};

struct NotAvailable : BackboneElement
{
    std::string description;
    std::optional<Period> during;
};

} // namespace fhir
