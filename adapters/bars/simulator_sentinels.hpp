// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/bars/simulator_rules.hpp"

#include <optional>
#include <string>
#include <string_view>

/// Values of NHS England's test services that always have the same effect (option `sentinels=on`).
namespace adapters::bars::receiver::sentinels
{

/// Whether a target is one of the services below, though it is not the practice's own.
bool is_service(std::string_view service);
/// `NHS0001-409` and the like.
std::optional<Refusal> refusal_of_target(std::string_view service);
/// The practice as a sentinel service shows it; nothing for any other.
std::optional<State> shown_by(const State& state, std::string_view service);

std::optional<Refusal> refusal_of_context(const Parameters& parameters);
std::optional<Refusal> refusal_of_patient(std::string_view nhs_number);
/// The patient who may have one booking, and whose cancellation without one is refused.
bool books_once(std::string_view nhs_number);
/// The id that a booking for this patient gets; empty for any other patient.
std::string_view appointment_id_for(std::string_view nhs_number);
std::optional<Refusal> refusal_of_appointment(std::string_view id);

} // namespace adapters::bars::receiver::sentinels
