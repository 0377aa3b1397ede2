// SPDX-License-Identifier: Apache-2.0
#include "adapters/simulation/practice_desk.hpp"

#include <algorithm>
#include <array>

namespace adapters::simulation
{

namespace
{

constexpr std::array medicines{
    RepeatMedicine{"Salbutamol 100micrograms/dose inhaler CFC free", "Two puffs when needed", true},
    RepeatMedicine{"Amlodipine 5mg tablets", "One a day", true},
    RepeatMedicine{"Amlodipine 10mg tablets", "One a day", true},
    RepeatMedicine{"Codeine 30mg tablets", "One when needed", false},
    RepeatMedicine{"Paracetamol 500mg tablets", "Two at night", true},
    RepeatMedicine{"Paracetamol 500mg tablets", "Two when needed", true},
};

constexpr std::int64_t first_number = 4101;

} // namespace

std::span<const RepeatMedicine> repeat_medicines()
{
    return medicines;
}

const MessageRow& PracticeDesk::take(MessageRow row)
{
    row.id = std::to_string(first_number + static_cast<std::int64_t>(rows_.size()));
    return rows_.emplace_back(std::move(row));
}

std::vector<const MessageRow*> PracticeDesk::of(std::string_view kind, std::string_view nhs_number) const
{
    std::vector<const MessageRow*> found;
    for (const MessageRow& row : rows_)
        if (row.kind == kind && row.nhs_number == nhs_number && !nhs_number.empty())
            found.push_back(&row);
    return found;
}

bool PracticeDesk::was_requested(std::string_view medicine, std::string_view nhs_number,
                                 fhir::Instant now) const
{
    return std::ranges::any_of(of(prescription_request, nhs_number), [&](const MessageRow* row) {
        return row->at > now - std::chrono::days(30) &&
               std::ranges::find(row->medicines, medicine) != row->medicines.end();
    });
}

} // namespace adapters::simulation
