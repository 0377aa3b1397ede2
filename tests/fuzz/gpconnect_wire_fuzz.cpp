// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/mapping.hpp"
#include "adapters/gpconnect/token.hpp"
#include "adapters/gpconnect/wire.hpp"

#include <cstdint>
#include <cstdlib>
#include <set>

namespace
{

/// A slot ends after it starts, has an id of its own and a key that can be booked.
void check(const adapters::FoundSlots& found)
{
    std::set<std::string> ids;
    for (const auto& each : found.slots)
        if (each->end() <= each->start() || !ids.insert(each->id()).second ||
            !adapters::gpconnect::read_slot_key(each->supplier_key()))
            std::abort();
}

} // namespace

// Whatever a provider answers, and whatever token reaches the simulator, must be read or refused, never more.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace adapters::gpconnect;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const Ids ids(*fhir::OdsCode::parse("Z98101"));
    if (auto bundle = wire::read_slot_bundle(text)) {
        adapters::SlotMemo memo;
        check(to_found_slots(*bundle, {fhir::Instant{}, fhir::Instant::max()}, ids, "Practice", memo));
    }
    if (auto patients = wire::read_patients(text))
        for (auto& patient : *patients)
            (void)to_patient(std::move(patient), ids);
    if (auto appointments = wire::read_appointments(text))
        for (const auto& appointment : *appointments)
            (void)to_appointment(appointment, ids);
    (void)wire::read_metadata(text);
    (void)wire::read_outcome(text);
    (void)read_slot_key(text);
    (void)check_token(text, "patient/*.read", fhir::Instant{});
    return 0;
}
