// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/appointment.hpp"
#include "gateway/observability/sensitive.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gateway::messages
{

using Address = observability::Sensitive<std::string>;

/// How the patient of an appointment can be reached; as whoever booked has said it in the contained Patient.
struct Contact
{
    std::optional<Address> email;
    std::optional<Address> mobile; ///< `+447…`
};

Contact contact_of(const fhir::Appointment& appointment);

} // namespace gateway::messages
