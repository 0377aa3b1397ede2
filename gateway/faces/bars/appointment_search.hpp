// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/appointment.hpp"
#include "fhir/search/appointment_query.hpp"
#include "gateway/faces/bars/call.hpp"

#include <optional>
#include <string>

namespace gateway::faces::bars
{

/// Who is looked for where no NHS number is known: all three must fit.
struct Person
{
    std::string name; ///< folded; part of the whole name
    fhir::Date birth_date{};
    std::string postcode; ///< letters and digits, upper case
};

struct AppointmentSearch
{
    fhir::search::AppointmentQuery query;
    std::optional<Person> person;
};

/// `patient:identifier`, or `patient:name`, `patient:birthdate` and `patient:address-postalcode` together;
/// `_id` and `date` narrow it. Nobody's bookings are listed without saying whose. Errors: `required`,
/// `value_invalid`.
fhir::Result<AppointmentSearch> read_appointment_search(const Call& call);

/// Whether the appointment holds details of that person; everybody is nobody in particular.
bool is_of_person(const fhir::Appointment& appointment, const std::optional<Person>& person);

} // namespace gateway::faces::bars
