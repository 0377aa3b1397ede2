// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "adapters/fhir_r4/wire.hpp"
#include "adapters/slot_memo.hpp"

/// A server's R4 -> our R4: ids, references and gaps. Pure. The table of what maps to what is in README.md.
namespace adapters::fhir_r4
{

/// What a booking must send back; compact JSON in `OfferedSlot::supplier_key`.
struct SlotKey
{
    std::string slot;
    std::string start; ///< verbatim
    std::string end;   ///< verbatim
    std::string schedule;
    std::string kind;                ///< channel and service type: slots booked together agree in it
    std::vector<std::string> actors; ///< of the schedule, `Type/id`
};

std::string write_slot_key(const SlotKey& key);
/// `slot_unknown` when it was not made by write_slot_key.
fhir::Result<SlotKey> read_slot_key(std::string_view text);

/// Free slots of `bundle` that start within `window`, with what they refer to. `practice_name` names the
/// practice where the server does not. Slots that `memo` knows are not translated again.
FoundSlots to_found_slots(const r4::SlotBundle& bundle, const fhir::Interval& window, const Ids& ids,
                          const std::string& practice_name, SlotMemo& memo);
/// What the bundle's slots, schedules, people and places name and the bundle does not hold.
std::vector<LocalReference> missing_from(const r4::SlotBundle& bundle, const Ids& ids);

/// Nothing without id or a status that R4 has.
std::optional<SupplierAppointment> to_appointment(const Node& appointment, const Ids& ids);
std::optional<fhir::Patient> to_patient(const Node& patient, const Ids& ids);

} // namespace adapters::fhir_r4
