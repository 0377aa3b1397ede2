// SPDX-License-Identifier: Apache-2.0
#include "gateway/messages/message.hpp"

#include "fhir/codec/json.hpp"
#include "fhir/model/uk_time.hpp"
#include "gateway/messages/template.hpp"
#include "gateway/workflow/task_kinds.hpp"

#include <algorithm>
#include <array>

namespace gateway::messages
{

using fhir::Result;
using Composed = std::expected<Message, NoMessage>;

namespace
{

constexpr std::array media{Medium::email, Medium::sms};
constexpr std::array all_about{About::booked, About::moved, About::cancelled, About::task_assigned,
                               About::task_overdue};
constexpr std::string_view moved_from = "Moved from this appointment", moved_to = "Moved to this appointment";

bool has_word(std::string_view words, std::string_view word)
{
    for (std::size_t at = 0; at <= words.size();) {
        const auto end = std::min(words.find(' ', at), words.size());
        if (words.substr(at, end - at) == word)
            return true;
        at = end + 1;
    }
    return false;
}

std::string id_of(const store::OutboxEvent& event)
{
    return event.subject.substr(event.subject.find('/') + 1);
}

bool refers(const fhir::Appointment& appointment, std::string_view as)
{
    return std::ranges::any_of(appointment.supporting_information,
                               [&](const fhir::Reference& each) { return each.display == as; });
}

/// `Tuesday 24 November 2026`.
std::string date_in_words(fhir::Instant moment)
{
    constexpr std::array<std::string_view, 7> days{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};
    constexpr std::array<std::string_view, 12> months{"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};
    const fhir::Date date = fhir::uk_date(moment);
    const std::chrono::weekday day{std::chrono::sys_days(date)};
    return std::string(days[day.c_encoding()]) + " " + std::to_string(static_cast<unsigned>(date.day())) +
           " " + std::string(months[static_cast<unsigned>(date.month()) - 1]) + " " +
           std::to_string(static_cast<int>(date.year()));
}

/// `09:20`, as UK clocks show it.
std::string time_in_words(fhir::Instant moment)
{
    return fhir::to_text(fhir::to_uk_local(moment)).substr(11, 5);
}

Filling filling_of(const store::AppointmentRecord& record, const policy::Directory& directory)
{
    const auto ods = fhir::OdsCode::parse(record.practice);
    const auto practice = ods ? directory.practice(*ods) : nullptr;
    return {{"date", date_in_words(record.start)},
            {"time", time_in_words(record.start)},
            {"place", practice ? practice->name : record.practice},
            {"phone", practice && !practice->phone.empty() ? practice->phone : "your practice"}};
}

Filling filling_of(const store::TaskRecord& record)
{
    constexpr std::array<std::string_view, 4> priorities{"routine", "urgent", "asap", "stat"};
    const auto kind = workflow::kind_of(record.kind);
    const auto priority = static_cast<std::size_t>(std::clamp<std::int64_t>(record.priority, 0, 3));
    return {{"kind", kind ? std::string(workflow::row_of(*kind).text) : record.kind},
            {"team", record.team},
            {"due", record.due ? date_in_words(*record.due) + ", " + time_in_words(*record.due) : "no time"},
            {"priority", std::string(priorities[priority])},
            {"task", record.id}};
}

Message written(const MessageText& text, Address to, const Filling& filling)
{
    return {std::move(to), filled(text.subject, filling), filled(text.text, filling), {}};
}

std::string no_message(std::string_view code)
{
    return std::string(code);
}

} // namespace

Composer::Composer(ComposerParts parts, ComposerSettings settings)
    : parts_(std::move(parts)), settings_(std::move(settings))
{
    for (const About about : all_about)
        for (const Medium medium : media) {
            const auto written_here = std::ranges::find_if(settings_.texts, [&](const MessageText& each) {
                return each.about == about && each.medium == medium;
            });
            texts_.push_back(written_here == settings_.texts.end() ? own_text(about, medium) : *written_here);
        }
}

bool Composer::concerns_patient(const store::OutboxEvent& event)
{
    if (event.topic != store::appointment_topic)
        return false;
    const bool ended = has_word(event.changed, "status"), moved = has_word(event.changed, "start");
    return (event.status == "booked" && (has_word(event.changed, "created") || ended || moved)) ||
           (event.status == "cancelled" && ended);
}

bool Composer::concerns_team(const store::OutboxEvent& event)
{
    return event.topic == store::task_topic &&
           (has_word(event.changed, "created") || has_word(event.changed, "owner") ||
            has_word(event.changed, "team") || has_word(event.changed, "overdue"));
}

const MessageText& Composer::text_for(About about, Medium medium) const
{
    return texts_[2 * static_cast<std::size_t>(about) + static_cast<std::size_t>(medium)];
}

/// The team's own row before the organisation's.
const TeamAddress* Composer::address_of(const std::string& organisation, const std::string& team) const
{
    const TeamAddress* found = nullptr;
    for (const TeamAddress& each : settings_.teams) {
        if (each.organisation != organisation)
            continue;
        if (each.team == team)
            return &each;
        if (each.team.empty())
            found = &each;
    }
    return found;
}

/// Empty where there is nothing to object.
NoMessage Composer::why_not(const store::AppointmentRecord& now) const
{
    if (now.start <= parts_.clock.now())
        return no_message("past");
    const auto number = fhir::NhsNumber::parse(now.patient);
    const auto practice = fhir::OdsCode::parse(now.practice);
    const auto booked_by = fhir::OdsCode::parse(now.booked_by);
    if (number && practice && parts_.consents != nullptr &&
        parts_.consents->silences(*number, {*practice, booked_by ? *booked_by : *practice}))
        return no_message("opted_out");
    return {};
}

Awaitable<Result<Composed>> Composer::for_patient(store::OutboxEvent event, Medium medium) const
{
    auto now = co_await parts_.store.appointment(id_of(event));
    if (!now)
        co_return std::unexpected(now.error());
    auto then = co_await parts_.store.appointment_version(id_of(event), event.version);
    if (!then)
        co_return std::unexpected(then.error());
    if (!*now || !*then)
        co_return Composed(std::unexpect, no_message("gone"));
    const auto appointment = fhir::codec::read<fhir::Appointment>((*now)->resource),
               before = fhir::codec::read<fhir::Appointment>((*then)->resource);
    if (!appointment || !before)
        co_return Composed(std::unexpect, no_message("unreadable"));
    if ((*now)->status != (*then)->status || appointment->start != before->start)
        co_return Composed(std::unexpect, no_message("superseded")); // that was an event of its own
    if (auto why = why_not(**now); !why.empty())
        co_return Composed(std::unexpect, std::move(why));
    const bool ended = event.status == "cancelled";
    if (ended && refers(*appointment, moved_to))
        co_return Composed(std::unexpect, no_message("moved")); // the new one's message says so
    Contact contact = contact_of(*appointment);
    if (medium == Medium::sms && settings_.email_to_patients && contact.email)
        co_return Composed(std::unexpect, no_message("has_email"));
    auto& to = medium == Medium::email ? contact.email : contact.mobile;
    if (!to)
        co_return Composed(std::unexpect, no_message("no_address"));
    const bool moved = has_word(event.changed, "start") || refers(*appointment, moved_from);
    const About about = ended ? About::cancelled : moved ? About::moved : About::booked;
    Message message =
        written(text_for(about, medium), std::move(*to), filling_of(**now, *parts_.directory()));
    message.patient = (*now)->patient;
    co_return Composed(std::move(message));
}

Awaitable<Result<Composed>> Composer::for_team(store::OutboxEvent event) const
{
    auto now = co_await parts_.store.task(id_of(event));
    if (!now)
        co_return std::unexpected(now.error());
    auto then = co_await parts_.store.task_version(id_of(event), event.version);
    if (!then)
        co_return std::unexpected(then.error());
    if (!*now || !*then)
        co_return Composed(std::unexpect, no_message("gone"));
    if (!(*now)->open)
        co_return Composed(std::unexpect, no_message("ended"));
    if ((*now)->owner != event.practice)
        co_return Composed(std::unexpect, no_message("superseded"));
    const TeamAddress* address = address_of((*now)->owner, (*now)->team);
    if (address == nullptr)
        co_return Composed(std::unexpect, no_message("no_address"));
    const About about = has_word(event.changed, "overdue") ? About::task_overdue : About::task_assigned;
    co_return Composed(written(text_for(about, Medium::email), Address(address->email), filling_of(**now)));
}

} // namespace gateway::messages
