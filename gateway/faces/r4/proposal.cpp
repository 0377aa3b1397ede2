// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/r4/proposal.hpp"

#include "fhir/model/id.hpp"
#include "fhir/model/uk_time.hpp"
#include "gateway/booking/resource_shape.hpp"
#include "gateway/faces/r4_face.hpp"
#include "gateway/identity/crypto.hpp"

#include <algorithm>
#include <charconv>

namespace gateway::faces::r4
{

namespace
{

constexpr std::string_view mark = ".p";
constexpr std::size_t time_digits = 5;      ///< minutes since 1970 in base 36: until 2084
constexpr std::size_t signature_digits = 8; ///< 41 bits; who guesses one has only found a slot to ask for
constexpr std::size_t longest_id = 64;      ///< FHIR R4 `id`

std::string base36(std::uint64_t number, std::size_t digits)
{
    std::string text(digits, '0');
    for (std::size_t i = digits; i-- > 0; number /= 36)
        text[i] = "0123456789abcdefghijklmnopqrstuvwxyz"[number % 36];
    return text;
}

std::optional<fhir::Instant> minute_of(std::string_view text)
{
    std::int64_t minutes = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), minutes, 36);
    if (problem != std::errc{} || end != text.data() + text.size() || minutes < 0)
        return std::nullopt;
    return fhir::Instant(std::chrono::minutes(minutes));
}

std::optional<fhir::Schedule> schedule_of(const search::SlotHit& hit)
{
    const std::string reference = hit.slot->common().schedule.reference.value_or("");
    const auto* schedule =
        search::find(hit.book->schedules, std::string_view(reference).substr(reference.rfind('/') + 1));
    return schedule ? std::optional(*schedule) : std::nullopt;
}

} // namespace

std::string Proposals::signature(std::string_view text, const fhir::OdsCode& organisation) const
{
    const std::string bytes =
        identity::hmac_sha256(secret_, "proposal\n" + organisation.text() + "\n" + std::string(text));
    std::uint64_t number = 0;
    for (const char byte : std::string_view(bytes).substr(0, 8))
        number = number << 8 | static_cast<unsigned char>(byte);
    return base36(number, signature_digits);
}

std::string Proposals::id_of(const std::string& slot_id, const fhir::OdsCode& organisation,
                             fhir::Instant until) const
{
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(until.time_since_epoch()).count();
    std::string id = slot_id + std::string(mark) + base36(static_cast<std::uint64_t>(minutes), time_digits);
    id += signature(id, organisation);
    return id.size() > longest_id ? std::string() : id;
}

std::optional<Proposal> Proposals::read(std::string_view id, const fhir::OdsCode& organisation) const
{
    constexpr std::size_t tail = time_digits + signature_digits;
    const auto found = id.rfind(mark);
    if (found == std::string_view::npos || id.size() != found + mark.size() + tail)
        return std::nullopt;
    const auto signed_text = id.substr(0, id.size() - signature_digits);
    const auto until = minute_of(signed_text.substr(signed_text.size() - time_digits));
    const bool genuine =
        identity::equal_in_constant_time(signature(signed_text, organisation), id.substr(signed_text.size()));
    if (!until || !genuine)
        return std::nullopt;
    return Proposal{std::string(id.substr(0, found)), *until};
}

fhir::Appointment appointment_in(const search::SlotHit& hit,
                                 const std::optional<fhir::AppointmentParticipant>& patient)
{
    const fhir::Slot& slot = hit.slot->slot();
    fhir::Appointment appointment;
    appointment.status = fhir::AppointmentStatus::proposed;
    appointment.slot = {fhir::reference_to("Slot/" + slot.id.value_or(""))};
    appointment.start = slot.start;
    appointment.end = slot.end;
    appointment.participant = {patient.value_or(booking::unnamed_patient())};
    appointment = booking::with_slot(std::move(appointment), slot, schedule_of(hit));
    for (auto& participant : appointment.participant)
        participant.status = fhir::ParticipationStatus::needs_action;
    return appointment;
}

fhir::Error explained(fhir::Error error, const Context& context, const R4Services& services)
{
    if (error.kind() != fhir::ErrorKind::not_found || !context.caller)
        return error;
    const Proposals proposals(services.settings.proposal_secret);
    const auto proposal = proposals.read(context.destination.id, context.caller->ods);
    if (!proposal)
        return error;
    const bool over = proposal->until <= services.clock.now();
    const std::string time = fhir::to_text(fhir::to_uk_local(proposal->until)).substr(11, 5);
    fhir::Error told(error.kind(),
                     "This is a proposal of $find for Slot/" + proposal->slot_id +
                         ". Proposals are not stored; this one " +
                         (over ? "could be held or booked until " : "can be held or booked until ") + time +
                         ".");
    if (over)
        return told.advise("Send $find again and choose from the new answer.", fhir::Remedy::caller);
    return told.advise("Send POST [base]/Appointment/$hold or $book with this id as appointment-reference.",
                       fhir::Remedy::caller);
}

} // namespace gateway::faces::r4
