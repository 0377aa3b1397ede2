// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "adapters/practice_parts.hpp"
#include "adapters/slot_memo.hpp"
#include "adapters/vision/wire.hpp"

#include <span>

/// Vision wire structs to and from the model (Vision PFS, mapping). Pure. The table stands in README.md.
namespace adapters::vision
{

/// The dates that cover `window`, both inclusive.
WireDays days_of(fhir::Interval window);

/// Start and end on the UTC line; nothing when they cannot be used. Of an hour that occurs twice the later
/// reading, which is GMT (assumed); the minutes are added to the instant, not to the wall clock.
std::optional<fhir::Interval> moments_of(const WireSlot& slot);

/// Slots of all pages that start within `window`, each once, and what they refer to. Slots that `memo` knows
/// are not translated again.
FoundSlots map_slots(const PracticeNames& practice, std::span<const WireSlots> pages,
                     const WireConfiguration& configuration, fhir::Interval window, SlotMemo& memo);

/// The number by which the practice knows the patient becomes an identifier, and hashed the id's last part.
fhir::Patient map_patient(const PracticeNames& practice, const WireConfiguration& configuration,
                          const WireDemographics& demographics);

/// Appointments that start within the window. Past ones are `fulfilled` (assumed: attendance is not told) and
/// end when they start, for their length is not told either.
std::vector<SupplierAppointment> map_appointments(const PracticeNames& practice, const WireAppointments& wire,
                                                  const PatientContext& patient, fhir::Interval window);

/// The practice's reason that stands for the consumer's text: of the same words, or else the default one, or
/// else the first; nothing when the practice lists none.
const WireReason* reason_for(const std::vector<WireReason>& reasons, const std::string& text);
SupplierAppointment cancelled_for(const PracticeNames& practice, const CancelAppointment& cancellation,
                                  const WireReason* reason);

std::optional<fhir::Gender> gender_from(const std::string& code);
std::string slot_resource_id(const PracticeNames& practice, std::string_view slot_id);

} // namespace adapters::vision
