// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "adapters/microtest/wire.hpp"
#include "adapters/practice_parts.hpp"
#include "adapters/slot_memo.hpp"

#include <optional>
#include <string>
#include <vector>

/// Microtest wire structs to and from the model (Microtest Evolution, mapping). Pure. The table stands in
/// README.md.
namespace adapters::microtest
{

using adapters::PracticeNames;

/// What the supplier knows a slot by, and what booking it takes.
struct SlotKey
{
    std::string slot_id;
    bool telephone = false; ///< a number to ring is needed

    std::string text() const;
    static std::optional<SlotKey> parse(std::string_view text);
};

/// Start and end on the UTC line; nothing when they cannot be used. Of an hour that occurs twice the later
/// reading, which is GMT (assumed). Without a usable end it ends after its duration.
std::optional<fhir::Interval> moments_of(const WireSlot& wire);

/// Slots that start within `window`, and what they refer to. Slots that `memo` knows are not translated
/// again.
FoundSlots map_slots(const PracticeNames& practice, const WireSlots& wire, fhir::Interval window,
                     SlotMemo& memo);

/// `local` becomes the id's last part.
fhir::Patient map_patient(const PracticeNames& practice, const WirePatient& wire, std::string_view local);

/// Whether an appointment is at a slot's times, as far as it tells them.
bool is_at_times_of(const WireSlot& appointment, const fhir::Slot& slot);
/// Whether it is that slot's: at its times, and with its people at its place as far as it tells them.
bool may_hold(const PracticeNames& practice, const WireSlot& appointment, const fhir::Slot& slot);

/// Appointments that start within the window; those that have begun are `fulfilled` (assumed: attendance is
/// not told). They do not say which slot they hold: that their id is the slot's is only assumed.
std::vector<SupplierAppointment> map_appointments(const PracticeNames& practice,
                                                  const std::vector<WireSlot>& wire,
                                                  const PatientContext& patient, fhir::Interval window,
                                                  fhir::Instant now);

} // namespace adapters::microtest
