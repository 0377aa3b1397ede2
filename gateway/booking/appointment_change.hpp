// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "fhir/model/appointment.hpp"
#include "fhir/outcome/error.hpp"

#include <optional>
#include <string>

/// What a PUT or the result of a PATCH asks for, compared with what stands. Pure.
namespace gateway::booking
{

struct AppointmentChange
{
    enum class What
    {
        nothing,
        cancel,
        amend,
        book_hold,
        release_hold
    };
    What what = What::nothing;
    fhir::Appointment next; ///< the resource when the change is done
    std::string reason;     ///< plain text for the practice
};

/// Name of the first element that differs, beyond status, reason and texts.
std::optional<std::string> first_difference(const fhir::Appointment& current,
                                            const fhir::Appointment& wanted);

/// Errors: `transition_not_allowed` from a status that allows no change or to one that is the practice's to
/// set; `not_amendable` with the path of the first element that may not change; `not_cancellable` once begun;
/// `not_supported_by_practice`, `text_too_long`.
fhir::Result<AppointmentChange> compare(const fhir::Appointment& current, const fhir::Appointment& wanted,
                                        const adapters::Capabilities& can, fhir::Instant now);

} // namespace gateway::booking
