// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/simulation/simulator.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace adapters::simulation
{

/// One line of the repeat medicines that every patient of a simulated practice has. Two bear one name.
struct RepeatMedicine
{
    std::string_view name, dosage;
    bool may_be_requested;
};
std::span<const RepeatMedicine> repeat_medicines();

/// Where what patients' accounts send comes in: the same for every system that takes such things.
class PracticeDesk
{
public:
    /// Gives it a number of its own.
    const MessageRow& take(MessageRow row);
    const std::vector<MessageRow>& rows() const { return rows_; }
    std::vector<const MessageRow*> of(std::string_view kind, std::string_view nhs_number) const;
    /// Within the last 30 days.
    bool was_requested(std::string_view medicine, std::string_view nhs_number, fhir::Instant now) const;
    void clear() { rows_.clear(); }

    static constexpr std::string_view message = "message";
    static constexpr std::string_view prescription_request = "prescription-request";

private:
    std::vector<MessageRow> rows_;
};

/// Who takes messages at a simulated practice; the second is a team.
inline constexpr std::string_view message_recipients[] = {"Dr Duty Doctor", "Reception"};

} // namespace adapters::simulation
