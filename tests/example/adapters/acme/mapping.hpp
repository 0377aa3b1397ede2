// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/acme/wire.hpp"
#include "adapters/practice_parts.hpp"
#include "adapters/slot_memo.hpp"

#include <vector>

/// Acme wire structs to the model. Pure. The table stands in README.md.
namespace adapters::acme
{

/// Slots that start within `window`, and what they refer to. Rows that `memo` knows are not translated again.
FoundSlots map_slots(const PracticeNames& practice, const WireSlots& wire, fhir::Interval window,
                     SlotMemo& memo);

/// Those that start within `window`, in order of time.
std::vector<SupplierAppointment> map_appointments(const PracticeNames& practice,
                                                  const std::vector<WireAppointment>& wire,
                                                  const PatientContext& patient, fhir::Interval window);

fhir::Patient map_patient(const PracticeNames& practice, const WirePatient& wire);

} // namespace adapters::acme
