// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "gateway/faces/context.hpp"

#include <string>

namespace gateway::faces::r4
{

/// The person at the consumer on whose behalf a write is made.
struct Person
{
    std::string sds_user_id; ///< empty: not given
    std::string name;        ///< empty: not given
};

/// `X-Provenance` (FHIR R4 provenance.html#header): a Provenance resource as JSON, whose first agent that is
/// a person is taken. Nobody when the header is absent. It says who acted, never what they may do. Errors,
/// all at `http.X-Provenance`: `malformed`, `required`, `value_invalid`; `organisation_not_allowed` when that
/// person acts for another organisation than the caller's.
fhir::Result<Person> person_of(const Context& context);

} // namespace gateway::faces::r4
