// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/compose.hpp"
#include "adapters/bars/discovery.hpp"
#include "adapters/bars/errors.hpp"
#include "adapters/bars/mapping.hpp"
#include "adapters/bars/standard/headers.hpp"
#include "adapters/bars/whose.hpp"
#include "fhir/model/id.hpp"

#include <cstdint>
#include <cstdlib>

namespace
{

using namespace adapters::bars;

const adapters::PatientContext& somebody()
{
    static const adapters::PatientContext context{*fhir::NhsNumber::parse("9990312079"), std::nullopt,
                                                  fhir::Patient()};
    return context;
}

/// A slot that is passed on ends after it starts, has an id of ours and a key that can be booked; the message
/// that would book it has a header.
void check_slots(std::string_view text, const wire::Place& place)
{
    const auto answer = wire::read_slots(text, place);
    if (!answer)
        return;
    adapters::SlotMemo memo;
    for (const auto& each :
         to_found_slots(*answer, {fhir::Instant::min(), fhir::Instant::max()}, "9999000101", "Practice", memo)
             .slots)
        if (each->end() <= each->start() || !fhir::PracticeId::parse(each->id()) ||
            !read_slot_key(each->supplier_key()))
            std::abort();
    const Sender sender{"9999000901", "apptgw", "1", "number-present-but-not-traced",
                        "https://apptgw.example"};
    const adapters::BookAppointment booking{{}, somebody(), {}, "Review", "", "01632960114", {}};
    const Envelope envelope{"0197a2b0-0000-7000-8000-000000000001",
                            "9999000101",
                            "Z90001",
                            "Practice",
                            sender,
                            booking.provenance};
    for (const auto& [row, slot] : answer->bundle.slots)
        if (standard::header_of(compose_booking(booking, *answer, *slot, envelope)) == nullptr)
            std::abort();
}

void check_appointments(std::string_view text, const wire::Place& place)
{
    const auto tree = wire::read_tree(text);
    if (!tree)
        return;
    const auto& root = tree->root();
    auto all = adapters::entries_of(root, "Appointment");
    all.push_back(&root);
    for (const auto* each : all) {
        (void)patient_of(*each, root);
        (void)whose(*each, root, {});
        if (const auto held = to_appointment(*each, root, "9999000101", somebody(), place))
            if (!read_appointment_key(held->key))
                std::abort();
    }
    (void)standard::header_of(root);
}

} // namespace

// Whatever a receiver answers must be read or refused.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static const wire::Place place{*fhir::OdsCode::parse("Z90001"), "https://apptgw.example",
                                   "https://bars.example/Z90001/FHIR/R4/"};
    check_slots(text, place);
    check_appointments(text, place);
    (void)read_statement(text);
    (void)read_definitions(text, "9999000101", "a7t1");
    (void)wire::read_outcome(text);
    (void)read_slot_key(text);
    (void)standard::decode_header(text);
    (void)standard::accepted_major(text);
    return 0;
}
