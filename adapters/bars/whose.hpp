// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "adapters/json_tree.hpp"

#include <optional>
#include <string>

/// Whether what a receiver shows is the patient's own: by NHS number, or of who has none by name and birth
/// date. Pure.
namespace adapters::bars
{

enum class Whose
{
    theirs,
    somebody_elses,
    not_told
};

/// As far as the appointment or the Bundle around it tells.
Whose whose(const Node& appointment, const Node& around, const PatientContext& patient);

/// Search parameters for the patient's appointments: number, or family name, birth date and postcode
/// together. Nothing where neither is known.
std::optional<std::string> patient_query(const PatientContext& patient);

} // namespace adapters::bars
