// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/engine.hpp"
#include "gateway/booking/resource_shape.hpp"

#include <algorithm>

// Where an appointment of a withdrawn session could go.
namespace gateway::booking
{

namespace
{

/// Nobody can be told of an appointment that begins sooner.
constexpr auto notice = std::chrono::minutes(30);

std::string channel_of(const std::vector<fhir::Extension>& extensions)
{
    const auto* channel = fhir::find_extension(extensions, delivery_channel_url);
    const auto* concept_ = channel ? std::get_if<fhir::CodeableConcept>(&channel->value) : nullptr;
    return concept_ && !concept_->coding.empty() && concept_->coding.front().code
               ? concept_->coding.front().code->text
               : "";
}

struct Choice
{
    bool other_practice;
    std::chrono::milliseconds distance;
    std::string reference;
    auto operator<=>(const Choice&) const = default;
};

/// The practice's own before others', those nearest in time first.
std::vector<Choice> ranked(const search::SlotResult& found, const Withdrawal& withdrawal,
                           const store::AppointmentRecord& record, const std::string& channel)
{
    std::vector<Choice> choices;
    for (const search::SlotHit& hit : found.page(0, found.total)) {
        const fhir::Slot& slot = hit.slot->slot();
        const std::string reference = "Slot/" + slot.id.value_or("");
        const bool withdrawn = slot.schedule.reference == "Schedule/" + withdrawal.request.schedule &&
                               withdrawal.request.period.contains(slot.start);
        const bool promised =
            std::ranges::any_of(withdrawal.appointments, [&](const WithdrawnAppointment& each) {
                return each.to == reference && each.appointment != record.id;
            });
        const bool alike =
            slot.end - slot.start == record.end - record.start && channel_of(slot.extension) == channel;
        if (withdrawn || promised || !alike)
            continue;
        const auto distance =
            slot.start < record.start ? record.start - slot.start : slot.start - record.start;
        choices.push_back({hit.book->ods.text() != record.practice, distance, reference});
    }
    std::ranges::sort(choices);
    return choices;
}

} // namespace

/// Free slots of the same length and channel outside the withdrawn session, best first; none that this
/// withdrawal has promised to somebody else.
Awaitable<std::vector<std::string>> Engine::alternatives(WriteContext context, Withdrawal withdrawal,
                                                         store::AppointmentRecord record)
{
    const auto now = parts_.clock.now();
    const auto from = std::max(now + notice, fhir::Instant(record.start - std::chrono::hours(24)));
    const auto until =
        std::min(from + std::chrono::days(27), fhir::Instant(record.start + withdrawal.request.reach));
    std::vector<fhir::search::RawParameter> raw = {{"status", "free"},
                                                   {"start", "ge" + fhir::to_utc_text(from)},
                                                   {"start", "lt" + fhir::to_utc_text(until)}};
    if (!withdrawal.request.elsewhere)
        raw.push_back({"schedule.actor:HealthcareService.organization.identifier",
                       std::string(fhir::ods_organisation_system) + "|" + record.practice});
    std::vector<std::string> found;
    auto query = until > from ? fhir::search::parse_slot_query(raw, fhir::search::Handling::strict, nullptr)
                              : fhir::fail(fhir::ErrorKind::slot_in_past);
    auto stored = to_stored(record);
    if (!query || !stored)
        co_return found;
    auto result = co_await parts_.search.find_slots(owner_of(record, context.caller), std::move(*query),
                                                    false, context.request_id);
    if (!result)
        co_return found;
    for (Choice& choice : ranked(**result, withdrawal, record, channel_of(stored->resource.extension)))
        found.push_back(std::move(choice.reference));
    co_return found;
}

} // namespace gateway::booking
