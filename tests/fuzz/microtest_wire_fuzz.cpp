// SPDX-License-Identifier: Apache-2.0
#include "adapters/microtest/errors.hpp"
#include "adapters/microtest/mapping.hpp"
#include "adapters/microtest/wire_delivery.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>

using namespace adapters::microtest;

namespace
{

const PracticeNames practice{*fhir::OdsCode::parse("Z90001"), "Brackenfold Surgery"};
const fhir::Interval always{fhir::Instant(std::chrono::days(-40000)),
                            fhir::Instant(std::chrono::days(3000000))}; // all years of four digits

/// A slot ends after it starts, has an id of its own, and can be booked by its key. Read a second time, by a
/// memo that knows it, it is the same.
void map_every_slot(const WireSlots& wire)
{
    adapters::SlotMemo memo;
    std::set<std::string> ids;
    const auto found = map_slots(practice, wire, always, memo);
    for (const auto& each : found.slots)
        if (each->end() <= each->start() || !ids.insert(each->id()).second ||
            !SlotKey::parse(each->supplier_key()))
            std::abort();
    if (map_slots(practice, wire, always, memo).slots != found.slots)
        std::abort();
}

/// Every appointment that is read is told, so that none can be taken for one never made.
void map_every_appointment(const std::vector<WireSlot>& held)
{
    const adapters::PatientContext patient{*fhir::NhsNumber::parse("9990312079"), std::nullopt, std::nullopt};
    if (map_appointments(practice, held, patient, always, fhir::Instant()).size() != held.size())
        std::abort();
}

} // namespace

/// Any bytes as a reply to any call.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    (void)SlotKey::parse(body);
    (void)read_moment(body);
    if (const auto slots = read_slots(body))
        map_every_slot(*slots);
    if (const auto held = read_appointments(body))
        map_every_appointment(*held);
    if (const auto patient = read_patient(body))
        map_patient(practice, *patient, "x1");
    (void)read_courses(body);
    (void)read_orders(body);
    (void)read_not_taken(body);
    fhir::rest::Response response;
    response.headers.set("Content-Type", "application/json");
    response.body.append(body);
    (void)check_answer(Operation::book, response);
    return 0;
}
