// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/errors.hpp"
#include "adapters/emis/mapping.hpp"
#include "adapters/emis/wire_delivery.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>

using namespace adapters::emis;

namespace
{

const PracticeNames practice{*fhir::OdsCode::parse("Z90001"), "Brackenfold Surgery"};
const fhir::Interval always{fhir::Instant(std::chrono::days(-40000)),
                            fhir::Instant(std::chrono::days(3000000))}; // all years of four digits

/// A slot ends after it starts, has an id of its own and a key that can be booked.
void check(const adapters::FoundSlots& found)
{
    std::set<std::string> ids;
    for (const auto& each : found.slots)
        if (each->end() <= each->start() || !ids.insert(each->id()).second ||
            !SlotKey::parse(each->supplier_key()))
            std::abort();
}

void map(std::string_view body)
{
    const auto slots = read_slots(body);
    const auto metadata = read_metadata(body);
    adapters::SlotMemo memo;
    if (slots && metadata)
        check(map_slots(practice, *slots, *metadata, std::nullopt, always, memo));
    const adapters::PatientContext patient{*fhir::NhsNumber::parse("9990312079"), std::nullopt, std::nullopt};
    // Every appointment that is read is told, so that none can be taken for one never made.
    if (const auto held = read_appointments(body))
        if (map_appointments(practice, *held, patient, always, fhir::Instant()).size() !=
            held->appointments.size())
            std::abort();
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
    (void)read_cancelled(body);
    (void)read_linkage(body);
    (void)read_access_identity(body);
    (void)read_wire_error(body);
    (void)read_recipients(body);
    (void)read_message_sent(body);
    (void)read_courses(body);
    (void)read_prescribing_effective(body);
    // Rows are told all, so that none can be taken for one never sent.
    if (const auto requests = read_prescription_requests(body))
        for (const auto& each : *requests)
            if (!each.requested)
                std::abort();
    (void)read_messages(body);
    fhir::rest::Response response;
    response.body.append(body);
    if (const auto error = error_inside(Operation::send_message, response);
        error && error->kind() == fhir::ErrorKind::supplier_error)
        std::abort(); // a write that is refused so says nothing sure
    map(body);
    return 0;
}
