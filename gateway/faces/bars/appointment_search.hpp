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

/// Whose records are looked for: one of the two is there.
struct WhoIsAsked
{
    std::string number; ///< NHS number digits
    std::optional<Person> person;
};

struct AppointmentSearch
{
    fhir::search::AppointmentQuery query;
    std::optional<Person> person;
};

/// `patient:identifier`, or `patient:name`, `patient:birthdate` and `patient:address-postalcode` together:
/// nobody's records are listed without saying whose. Errors: `required`, `value_invalid`.
fhir::Result<WhoIsAsked> read_who_is_asked(const Call& call);

/// Whose, narrowed by `_id` and `date`. Errors: those and `value_invalid`.
fhir::Result<AppointmentSearch> read_appointment_search(const Call& call);

/// Whether what a resource contains holds details of that person; everybody is nobody in particular.
bool is_of_person(const std::vector<fhir::AnyResource>& contained, const std::optional<Person>& person);

} // namespace gateway::faces::bars
