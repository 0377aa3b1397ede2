// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "adapters/bars/wire.hpp"
#include "adapters/slot_memo.hpp"

/// A receiver's R4 -> our R4. Pure. The table of what maps to what is in README.md.
namespace adapters::bars
{

/// Where a slot is looked for when it is booked; compact JSON in `OfferedSlot::supplier_key`.
struct SlotKey
{
    std::string service;
    std::string slot;
    std::string start; ///< verbatim
    std::string end;   ///< verbatim

    fhir::Interval times() const;
};
std::string write_slot_key(const SlotKey& key);
/// `slot_unknown` when it was not made by write_slot_key.
fhir::Result<SlotKey> read_slot_key(std::string_view text);

/// `<service id>/<id at the receiver>` in `SupplierAppointment::key`.
struct AppointmentKey
{
    std::string service;
    std::string id;

    std::string text() const { return service + "/" + id; }
};
/// `appointment_not_found` when it is none.
fhir::Result<AppointmentKey> read_appointment_key(std::string_view text);

/// Free slots of `answer` that start within `window`, with what they refer to.
FoundSlots to_found_slots(const wire::Answer& answer, const fhir::Interval& window,
                          const std::string& service, const std::string& practice_name, SlotMemo& memo);

/// The NHS number of whom an appointment is for, as far as it or the Bundle around it tells; else empty.
std::string patient_of(const Node& appointment, const Node& around);
/// The receiver's id of the slot that an appointment holds; empty when it names none.
std::string slot_of(const Node& appointment, const Node& around);

/// `patient`: whose it is. Nothing without id or a status that R4 has.
std::optional<SupplierAppointment> to_appointment(const Node& appointment, const Node& around,
                                                  const std::string& service, const PatientContext& patient,
                                                  const wire::Place& place);

} // namespace adapters::bars
