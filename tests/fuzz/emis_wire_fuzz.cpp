// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/errors.hpp"
#include "adapters/emis/mapping.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace adapters::emis;

namespace
{

const PracticeNames practice{*fhir::OdsCode::parse("Z90001"), "Brackenfold Surgery"};
const fhir::Interval always{fhir::Instant(std::chrono::days(-20000)),
                            fhir::Instant(std::chrono::days(90000))};

void map(std::string_view body)
{
    const auto slots = read_slots(body);
    const auto metadata = read_metadata(body);
    adapters::SlotMemo memo;
    if (slots && metadata)
        for (const auto& each : map_slots(practice, *slots, *metadata, std::nullopt, always, memo).slots)
            if (each->slot.end <= each->slot.start)
                std::abort();
    const adapters::PatientContext patient{*fhir::NhsNumber::parse("9990312079"), std::nullopt, std::nullopt};
    if (const auto appointments = read_appointments(body))
        map_appointments(practice, *appointments, patient, always, fhir::Instant());
    if (const auto demographics = read_demographics(body))
        map_patient(practice, *demographics, "x1");
}

} // namespace

/// Any bytes as a reply to any call.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    (void)read_end_user_session(body);
    (void)read_session(body);
    (void)read_settings(body);
    (void)read_booking_created(body);
    (void)read_linkage(body);
    (void)read_access_identity(body);
    (void)read_wire_error(body);
    map(body);
    return 0;
}
