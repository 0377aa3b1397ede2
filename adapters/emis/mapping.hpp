// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "adapters/emis/wire.hpp"
#include "adapters/practice_parts.hpp"
#include "adapters/slot_memo.hpp"

#include <optional>
#include <string>

/// EMIS wire structs to and from the model (EMIS PFS, mapping). Pure. The table stands in README.md.
namespace adapters::emis
{

using adapters::PracticeNames;

/// Slots joined with their metadata, as far as they start within `window`. `settings` are the practice's,
/// when they could be had. Slots that `memo` knows are not translated again.
FoundSlots map_slots(const PracticeNames& practice, const WireSlots& slots, const WireMetadata& metadata,
                     const std::optional<WireSettings>& settings, fhir::Interval window, SlotMemo& memo);

/// The wall-clock window that surely covers `window`: an hour that occurs twice is asked for whole.
struct LocalWindow
{
    fhir::LocalTime from, to;
};
LocalWindow local_window(fhir::Interval window);

/// What the supplier knows a slot by.
struct SlotKey
{
    std::int64_t slot_id = 0;
    bool telephone = false; ///< a number to ring is needed

    std::string text() const;
    static std::optional<SlotKey> parse(std::string_view text);
};

PracticeSettings map_settings(const WireSettings& settings);
/// `local` becomes the id's last part.
fhir::Patient map_patient(const PracticeNames& practice, const WireDemographics& demographics,
                          std::string_view local);

/// Appointments that start within the window; those that have begun are `fulfilled` (assumed: EMIS does not
/// tell attendance).
std::vector<SupplierAppointment> map_appointments(const PracticeNames& practice, const WireAppointments& wire,
                                                  const PatientContext& patient, fhir::Interval window,
                                                  fhir::Instant now);

// ---- shared by the parts of the mapping
// ------------------------------------------------------------------------------------

/// Start and end on the UTC line. The end of a slot that has none is its start plus `default_minutes`.
std::optional<fhir::Interval> moments_of(const WireSlot& slot, std::optional<std::int64_t> default_minutes);
std::string slot_id(const fhir::OdsCode& ods, std::int64_t id);
std::string clinician_id(const fhir::OdsCode& ods, std::int64_t id);
std::string location_id(const fhir::OdsCode& ods, std::int64_t id);
std::optional<fhir::Gender> gender_of(const std::string& text);

} // namespace adapters::emis
