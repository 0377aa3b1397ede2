// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/abilities.hpp"
#include "adapters/oauth/assertion.hpp"
#include "adapters/fhir_r4/mapping.hpp"
#include "fhir/model/id.hpp"

#include <cstdint>
#include <cstdlib>

// Whatever a server answers must be read or refused. A slot that is passed on ends after it starts and has an
// id of ours; a link that is followed stays below the server's base.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace adapters::fhir_r4;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static const Ids ids(*fhir::OdsCode::parse("Z90001"), "https://apptgw.example",
                         "https://fhir.example/R4");
    if (auto page = wire::read_page(text)) {
        if (const auto target = ids.target_of(page->next); target && target->starts_with('/'))
            std::abort();
        for (const auto* resource : page->resources) {
            (void)to_appointment(*resource, ids);
            (void)to_patient(*resource, ids);
            (void)wire::patient_of(*resource, ids);
        }
        wire::Collected all;
        all.add(std::move(*page));
        const auto bundle = wire::slot_bundle(std::move(all));
        (void)missing_from(bundle, ids);
        adapters::SlotMemo memo;
        for (const auto& each :
             to_found_slots(bundle, {fhir::Instant::min(), fhir::Instant::max()}, ids, "Practice", memo)
                 .slots)
            if (each->end() <= each->start() || !fhir::PracticeId::parse(each->id()))
                std::abort();
    }
    (void)read_abilities(text);
    (void)wire::read_outcome(text);
    (void)read_slot_key(text);
    (void)ids.target_of(text);
    if (const auto local = ids.local(text); local && !fhir::is_id(local->id))
        std::abort();
    (void)adapters::oauth::is_signed_by(text, "");
    return 0;
}
