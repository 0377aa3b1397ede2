// SPDX-License-Identifier: Apache-2.0
#include "adapters/acme/mapping.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>

using namespace adapters::acme;

namespace
{

const adapters::PracticeNames practice{*fhir::OdsCode::parse("Z90001"), "Brackenfold Surgery"};
const fhir::NhsNumber nhs_number = *fhir::NhsNumber::parse("9990312079");
const fhir::Interval always{fhir::Instant(std::chrono::days(-40000)),
                            fhir::Instant(std::chrono::days(3000000))};

/// A slot ends after it starts and has an id of its own. Read a second time, by a memo that knows it, it is
/// the same.
void map_every_slot(const WireSlots& wire)
{
    adapters::SlotMemo memo;
    std::set<std::string> ids;
    const auto found = map_slots(practice, wire, always, memo);
    for (const auto& each : found.slots)
        if (each->end() <= each->start() || !ids.insert(each->id()).second)
            std::abort();
    if (map_slots(practice, wire, always, memo).slots != found.slots)
        std::abort();
}

} // namespace

/// Any bytes as a reply to any call: a write is never refused as malformed, no appointment is lost.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    fhir::rest::Response response;
    response.headers.set("Content-Type", "application/json");
    response.body.append(std::string_view(reinterpret_cast<const char*>(data), size));
    const auto written = read_answer(response, adapters::upstream::Effect::write);
    if (!written && written.error().kind() == fhir::ErrorKind::supplier_malformed)
        std::abort();
    auto reply = read_answer(response, adapters::upstream::Effect::read);
    if (!reply)
        return 0;
    (void)read_booked(*reply);
    if (const auto held = read_appointments(*reply))
        if (map_appointments(practice, *held, {nhs_number, std::nullopt, std::nullopt}, always).size() !=
            held->size())
            std::abort();
    if (const auto patient = read_patient(*reply, nhs_number))
        map_patient(practice, *patient);
    if (const auto slots = read_slots(std::move(*reply)))
        map_every_slot(*slots);
    return 0;
}
