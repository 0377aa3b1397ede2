// SPDX-License-Identifier: Apache-2.0
#include "gateway/messages/kinds.hpp"

#include <algorithm>
#include <array>

namespace gateway::messages
{

namespace
{

constexpr std::array<std::string_view, 4> of_appointments{"date", "time", "place", "phone"};
constexpr std::array<std::string_view, 5> of_tasks{"kind", "team", "due", "priority", "task"};

constexpr std::array<AboutRow, 5> rows{{
    {About::booked, "booked", true, of_appointments},
    {About::moved, "moved", true, of_appointments},
    {About::cancelled, "cancelled", true, of_appointments},
    {About::task_assigned, "task-assigned", false, of_tasks},
    {About::task_overdue, "task-overdue", false, of_tasks},
}};

constexpr std::string_view appointment_lines = "Date: {date}\nTime: {time}\nPlace: {place}\n\n",
                           to_change = "To change or cancel it, call {phone}.\n",
                           no_reply = "\nThis was sent automatically. Please do not reply to it.\n",
                           task_lines = "Task: {kind}\nDue: {due}\nPriority: {priority}\nNumber: {task}\n";

} // namespace

const AboutRow& row_of(About about)
{
    return rows[static_cast<std::size_t>(about)];
}

std::optional<About> about_of(std::string_view code)
{
    const auto found = std::ranges::find(rows, code, &AboutRow::code);
    return found == rows.end() ? std::nullopt : std::optional(found->about);
}

MessageText own_text(About about, Medium medium)
{
    const bool sms = medium == Medium::sms;
    const auto joined = [](auto... parts) { return (std::string(parts) + ...); };
    switch (about) {
    case About::booked:
        return {about, medium, "Your appointment on {date}",
                sms ? "Your appointment: {date}, {time}, {place}. To change or cancel it, call {phone}."
                    : joined("Your appointment is booked.\n\n", appointment_lines, to_change, no_reply)};
    case About::moved:
        return {about, medium, "Your appointment has moved to {date}",
                sms ? "Your appointment has moved: {date}, {time}, {place}. To change or cancel it, call "
                      "{phone}."
                    : joined("Your appointment has moved. It is now:\n\n", appointment_lines, to_change,
                             no_reply)};
    case About::cancelled:
        return {about, medium, "Your appointment on {date} is cancelled",
                sms ? "Your appointment on {date} at {time}, {place}, is cancelled. Questions: {phone}."
                    : joined("This appointment is cancelled:\n\n", appointment_lines,
                             "If you have questions, or need another one, call {phone}.\n", no_reply)};
    case About::task_assigned:
        return {about, medium, "A task for {team}",
                sms ? std::string()
                    : joined("A task waits in the inbox of {team}.\n\n", task_lines, no_reply)};
    case About::task_overdue:
        return {about, medium, "Overdue: a task of {team}",
                sms ? std::string() : joined("A task of {team} is overdue.\n\n", task_lines, no_reply)};
    }
    return {about, medium, {}, {}};
}

} // namespace gateway::messages
