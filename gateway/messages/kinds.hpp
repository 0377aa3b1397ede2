// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

/// Messages to people: e-mails and text messages to patients about their appointments, and e-mails to teams
/// about their tasks.
namespace gateway::messages
{

/// What a message is about.
enum class About
{
    booked,
    moved,
    cancelled,
    task_assigned,
    task_overdue
};

enum class Medium
{
    email,
    sms
};

/// What every message of its kind has, and may say. There is no placeholder for anything clinical, nor for
/// who the patient is.
struct AboutRow
{
    About about;
    std::string_view code;
    bool for_patient;
    std::span<const std::string_view> placeholders; ///< without braces
};

const AboutRow& row_of(About about);
std::optional<About> about_of(std::string_view code);
/// Codes with bars between.
inline constexpr std::string_view about_choices = "booked|moved|cancelled|task-assigned|task-overdue";

/// As it stands in the configuration, or as it comes with the program.
struct MessageText
{
    About about = About::booked;
    Medium medium = Medium::email;
    std::string subject; ///< of e-mails
    std::string text;    ///< lines end in `\n`
};

/// The text that holds where nobody wrote another. Teams have no text messages: empty.
MessageText own_text(About about, Medium medium);

/// Whom to write to about the tasks of a team.
struct TeamAddress
{
    std::string organisation; ///< ODS code
    std::string team;         ///< empty: all teams of the organisation that have no row of their own
    std::string email;
};

} // namespace gateway::messages
