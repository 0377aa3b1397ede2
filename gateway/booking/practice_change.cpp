// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/practice_change.hpp"
#include "gateway/booking/resource_shape.hpp"

#include <algorithm>
#include <array>

namespace gateway::booking
{

using fhir::AppointmentStatus;

namespace
{

constexpr std::string_view cancelled_there = "Cancelled in the practice's own system";

std::optional<ChangeKind> mark_of(AppointmentStatus status)
{
    switch (status) {
    case AppointmentStatus::booked:
        return ChangeKind::corrected;
    case AppointmentStatus::arrived:
        return ChangeKind::arrived;
    case AppointmentStatus::checked_in:
        return ChangeKind::checked_in;
    case AppointmentStatus::fulfilled:
        return ChangeKind::fulfilled;
    case AppointmentStatus::noshow:
        return ChangeKind::noshow;
    default:
        return std::nullopt; // what has no place in a book is none of its statements
    }
}

std::vector<std::string> sorted_slots(const fhir::Appointment& appointment)
{
    auto ids = slot_ids(appointment);
    std::ranges::sort(ids);
    return ids;
}

bool is_place_or_clinician(const fhir::AppointmentParticipant& participant)
{
    if (!participant.actor)
        return false;
    const std::string type = participant.actor->type ? participant.actor->type->text : "";
    const std::string reference = participant.actor->reference.value_or("");
    return std::ranges::any_of(
        std::array{"Practitioner", "PractitionerRole", "Location"},
        [&](const std::string& each) { return type == each || reference.starts_with(each + "/"); });
}

/// Other times or other slots, unless the practice's copy always said so.
bool is_moved(const fhir::Appointment& ours, const fhir::Appointment& kept, const fhir::Appointment& held)
{
    if (held.start && held.start != ours.start && held.start != kept.start)
        return true;
    const auto slots = sorted_slots(held);
    return !slots.empty() && slots != sorted_slots(ours) && slots != sorted_slots(kept);
}

/// Whom the patient sees and where is taken from the practice alone: unknown is better than wrong.
void move(SeenChange& change, const fhir::Appointment& held)
{
    fhir::Appointment& next = change.next;
    const auto length = next.start && next.end ? *next.end - *next.start : std::chrono::minutes(10);
    next.start = held.start ? held.start : next.start;
    next.end = held.end && next.start && *held.end > *next.start ? *held.end : *next.start + length;
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(*next.end - *next.start).count();
    next.minutes_duration = fhir::PositiveInt{static_cast<std::int32_t>(std::max<std::int64_t>(1, minutes))};
    next.slot = held.slot;
    std::erase_if(next.participant, is_place_or_clinician);
    std::ranges::copy_if(held.participant, std::back_inserter(next.participant), is_place_or_clinician);
    change.moved_slots = slot_ids(next);
}

/// A text counts as changed only where the system gives texts back as it got them.
bool take_text(std::optional<std::string>& ours, const std::optional<std::string>& kept,
               const std::optional<std::string>& held)
{
    if (!kept || !held || held == kept || held == ours)
        return false;
    ours = held;
    return true;
}

SeenChange ended(const fhir::Appointment& ours, ChangeKind kind, AppointmentStatus status,
                 const std::optional<fhir::CodeableConcept>& reason)
{
    SeenChange change{kind, with_status(ours, status), true, std::nullopt};
    change.next.cancelation_reason.reset();
    if (status == AppointmentStatus::cancelled) // app-4: no reason elsewhere
        change.next.cancelation_reason = reason ? reason : fhir::concept_text(cancelled_there);
    return change;
}

} // namespace

std::string_view code_of(ChangeKind kind)
{
    constexpr std::array<std::string_view, 11> codes{"cancelled", "withdrawn",  "moved",     "amended",
                                                     "arrived",   "checked-in", "fulfilled", "noshow",
                                                     "corrected", "identified", "restored"};
    return codes[static_cast<std::size_t>(kind)];
}

std::vector<std::string> slot_ids(const fhir::Appointment& appointment)
{
    std::vector<std::string> ids;
    for (const fhir::Reference& slot : appointment.slot)
        if (slot.reference && slot.reference->starts_with("Slot/"))
            ids.push_back(slot.reference->substr(5));
    return ids;
}

std::optional<SeenChange> seen_change(const fhir::Appointment& ours,
                                      const adapters::SupplierAppointment& kept,
                                      const adapters::SupplierAppointment& held,
                                      const adapters::Capabilities& can, std::string_view key_system)
{
    const fhir::Appointment& there = held.appointment;
    if (there.status == AppointmentStatus::cancelled)
        return ended(ours, ChangeKind::cancelled, there.status, there.cancelation_reason);
    if (there.status == AppointmentStatus::entered_in_error)
        return ended(ours, ChangeKind::withdrawn, there.status, {});

    SeenChange change{ChangeKind::identified, ours, false, std::nullopt};
    std::optional<ChangeKind> kind;
    if (kept.key.empty() && !held.key.empty()) {
        kind = ChangeKind::identified;
        change.next = with_practice_key(std::move(change.next), key_system, held.key);
    }
    // Lists word a text in their own way; only what can be read by itself comes back as it was sent.
    const bool described = can.read_appointment && take_text(change.next.description,
                                                             kept.appointment.description, there.description);
    const bool commented =
        can.read_appointment && take_text(change.next.comment, kept.appointment.comment, there.comment);
    if (described || commented)
        kind = ChangeKind::amended;
    if (is_moved(ours, kept.appointment, there)) {
        kind = ChangeKind::moved;
        move(change, there);
    }
    const auto mark =
        can.sees_attendance && there.status != ours.status ? mark_of(there.status) : std::nullopt;
    if (mark) {
        kind = mark;
        change.next.status = there.status;
    }
    if (!kind)
        return std::nullopt;
    change.kind = *kind;
    return change;
}

SeenChange gone_from_book(const fhir::Appointment& ours)
{
    return ended(ours, ChangeKind::cancelled, AppointmentStatus::cancelled, {});
}

fhir::Appointment restored(fhir::Appointment cancelled, std::string_view id,
                           const adapters::SupplierAppointment& kept,
                           const adapters::SupplierAppointment& held)
{
    fhir::Appointment next = with_status(std::move(cancelled), AppointmentStatus::booked);
    next.id.reset();
    next.identifier.clear(); // those of the consumer name the old one
    next.cancelation_reason.reset();
    next.supporting_information.push_back(fhir::reference_to("Appointment/" + std::string(id)));
    if (!is_moved(next, kept.appointment, held.appointment))
        return next;
    SeenChange change{ChangeKind::restored, std::move(next), false, std::nullopt};
    move(change, held.appointment);
    return std::move(change.next);
}

} // namespace gateway::booking
