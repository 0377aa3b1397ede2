// SPDX-License-Identifier: Apache-2.0
#include "gateway/slot_types/national_category.hpp"

#include "fhir/search/values.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace gateway::slot_types
{

namespace
{

constexpr std::array categories{
    NationalCategory{"general-consultation-acute", "General Consultation Acute"},
    NationalCategory{"general-consultation-routine", "General Consultation Routine"},
    NationalCategory{"unplanned-clinical-activity", "Unplanned Clinical Activity"},
    NationalCategory{"clinical-triage", "Clinical Triage"},
    NationalCategory{"walk-in", "Walk-in"},
    NationalCategory{"home-visit", "Home Visit"},
    NationalCategory{"care-home-visit", "Care Home Visit"},
    NationalCategory{"care-home-needs-assessment",
                     "Care Home Needs Assessment & Personalised Care and Support Planning"},
    NationalCategory{"care-home-round", "Patient Contact during Care Home Round"},
    NationalCategory{"planned-clinics", "Planned Clinics"},
    NationalCategory{"planned-clinical-procedure", "Planned Clinical Procedure"},
    NationalCategory{"structured-medication-review", "Structured Medication Review"},
    NationalCategory{"group-consultation", "Group Consultation and Group Education"},
    NationalCategory{"social-prescribing", "Social Prescribing Service"},
    NationalCategory{"external-service", "Service provided by organisation external to the practice"},
    NationalCategory{"chargeable-work", "Non-contractual chargeable work"},
};

} // namespace

std::span<const NationalCategory> national_categories()
{
    return categories;
}

const NationalCategory* find_category(std::string_view text)
{
    const std::string folded = fhir::search::fold(text);
    const auto found = std::ranges::find_if(categories, [&](const NationalCategory& category) {
        return category.code == folded || fhir::search::fold(category.display) == folded;
    });
    return found == categories.end() ? nullptr : &*found;
}

std::string_view category_choices()
{
    static const std::string all = [] {
        std::string joined;
        for (const auto& category : categories)
            joined += (joined.empty() ? "" : "|") + std::string(category.code);
        return joined;
    }();
    return all;
}

} // namespace gateway::slot_types
