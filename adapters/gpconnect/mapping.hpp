// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "adapters/gpconnect/wire.hpp"
#include "adapters/slot_memo.hpp"

/// GP Connect STU3 <-> the R4 UK Core model. Pure. The table of what maps to what is in README.md.
namespace adapters::gpconnect
{

/// What a booking must send back; compact JSON in `OfferedSlot::supplier_key`.
struct SlotKey
{
    std::string slot;
    std::string start; ///< verbatim
    std::string end;   ///< verbatim
    std::string schedule;
    std::string location;
    std::string practitioner;
    std::string channel;
    std::string service_type;
};

std::string write_slot_key(const SlotKey& key);
/// `slot_unknown` when it was not made by write_slot_key.
fhir::Result<SlotKey> read_slot_key(std::string_view text);

/// Our ids of one practice's resources: `<ODS>.<local>`.
class Ids
{
public:
    explicit Ids(const fhir::OdsCode& ods, std::string_view identifier_base = "https://apptgw.example")
        : ods_(ods.text()), slot_system_(std::string(identifier_base) + "/id/provider-slot/" + ods_)
    {}
    std::string id(std::string_view provider_id) const;
    std::string reference(std::string_view type, std::string_view provider_id) const;
    /// `Practitioner/33` -> `Practitioner/Z98101.33`
    std::string reference(std::string_view type_and_id) const;
    /// The role a schedule's practitioner (or, without one, the schedule) works in.
    std::string role_id(std::string_view holder, std::string_view role_code) const;
    std::string service_id() const { return ods_ + ".gp"; }
    const std::string& ods() const { return ods_; }
    const std::string& slot_system() const { return slot_system_; } ///< of the practice's own slot ids

private:
    std::string ods_;
    std::string slot_system_;
};

/// Slots of `bundle` that start within `window`, with what they refer to. `practice_name` names the practice
/// where the provider does not. Slots that `memo` knows are not translated again.
FoundSlots to_found_slots(const wire::SlotBundle& bundle, const fhir::Interval& window, const Ids& ids,
                          const std::string& practice_name, SlotMemo& memo);
SupplierAppointment to_appointment(const wire::Appointment& appointment, const Ids& ids);
fhir::Patient to_patient(wire::Patient patient, const Ids& ids);

} // namespace adapters::gpconnect
