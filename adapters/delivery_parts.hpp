// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

/// What adapters that put work into a practice's system share.
namespace adapters
{

/// Which of the practice's medicines are meant: places in `listed`, each once. A medicine is named exactly as
/// there, but for spaces around it; one that is not there, or more than once, is never guessed:
/// `not_supported_by_practice`, and then none is asked for.
fhir::Result<std::vector<std::size_t>> medicines_named(const std::vector<std::string>& listed,
                                                       const std::vector<std::string>& wanted);
/// The recipient that bears the team's name, whatever its case, else the first; nothing when there is none.
std::optional<std::size_t> recipient_for(const std::vector<std::string>& names, const std::string& team);

/// `service_disabled`, in words for whoever holds the task.
fhir::Error messages_switched_off();
fhir::Error no_recipients();
fhir::Error prescribing_switched_off();
/// `not_supported_by_practice`: surely refused, in words that no table knows.
fhir::Error refused_without_reason(const fhir::Error& refusal);
/// `outside_booking_window`: the system takes no request for one of these medicines at this time.
fhir::Error not_to_be_requested();

} // namespace adapters
