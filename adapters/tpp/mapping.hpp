// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "adapters/practice_parts.hpp"
#include "adapters/slot_memo.hpp"
#include "adapters/tpp/wire.hpp"

#include <optional>
#include <string>

/// TPP wire structs to and from the model (TPP SystmOnline, mapping). Pure. The table stands in README.md.
namespace adapters::tpp
{

using adapters::PracticeNames;

/// What the supplier knows a slot by: it has no id. All three parts are needed to book it.
struct SlotKey
{
    std::string session_id;
    fhir::LocalTime start, end;

    std::string text() const;
    static std::optional<SlotKey> parse(std::string_view text);
    /// Short, the same in every search, unique in the practice: `a1b8000000000000-20260615T0920-10`, wall
    /// clock start and minutes.
    std::string name() const;
};

/// Start and end on the UTC line; nothing when they cannot be used. Of an hour that occurs twice the later
/// reading, which is GMT (assumed).
std::optional<fhir::Interval> moments_of(const std::optional<fhir::LocalTime>& start,
                                         const std::optional<fhir::LocalTime>& end);

/// Slots that start within `window`, and what they refer to. `guidance` is the practice's text, when it
/// could be had. Slots that `memo` knows are not translated again.
FoundSlots map_slots(const PracticeNames& practice, const WireSlots& wire, const std::string& guidance,
                     fhir::Interval window, fhir::Instant now, SlotMemo& memo);

/// What to ask for so that `window` is surely covered: an hour that occurs twice is asked for whole.
struct LocalWindow
{
    fhir::LocalTime from;
    int days = 1;
};
LocalWindow local_window(fhir::Interval window);

/// `local` becomes the id's last part. TPP tells a name as one text: the family name is taken to be its last
/// word, and a title its first where it is one (assumed).
fhir::Patient map_patient(const PracticeNames& practice, const WirePerson& person, std::string_view local);

/// Appointments that start within the window; those that have begun are `fulfilled` (assumed: TPP does not
/// tell attendance). They do not say which slot they hold.
std::vector<SupplierAppointment> map_appointments(const PracticeNames& practice,
                                                  const std::vector<WireAppointment>& wire,
                                                  const PatientContext& patient, fhir::Interval window,
                                                  fhir::Instant now);

} // namespace adapters::tpp
