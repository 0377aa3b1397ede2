// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace gateway::slot_types
{

/// What an appointment is for, as NHS England's appointment categorisation has it. Coded here, because they
/// are published as words.
struct NationalCategory
{
    std::string_view code; ///< `general-consultation-acute`
    std::string_view display;
};

std::span<const NationalCategory> national_categories();
/// By code or display, upper and lower case alike; nullptr when there is none.
const NationalCategory* find_category(std::string_view text);
/// All codes, as a choice of settings: `clinical-triage|home-visit`.
std::string_view category_choices();

} // namespace gateway::slot_types
