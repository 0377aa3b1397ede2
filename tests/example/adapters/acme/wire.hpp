// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/upstream/upstream.hpp"
#include "fhir/codec/document.hpp"
#include "fhir/model/instant.hpp"
#include "fhir/model/nhs_number.hpp"

#include <optional>
#include <string>
#include <vector>

/// Bytes of the Acme wire and plain structs of what they say. Pure. Texts come trimmed; what may be absent
/// reads as empty.
namespace adapters::acme
{

inline constexpr std::size_t max_reason = 200;

// ---- requests: targets are relative to the practice's base URL; a patient is never named in one

fhir::rest::Request slots_request(fhir::Interval window);
fhir::rest::Request patient_request(fhir::NhsNumber patient);
fhir::rest::Request appointments_request(fhir::NhsNumber patient);
fhir::rest::Request book_request(fhir::NhsNumber patient, const std::string& slot, const std::string& reason);
fhir::rest::Request cancel_request(fhir::NhsNumber patient, const std::string& appointment,
                                   const std::string& reason);

// ---- replies

struct WireSlot
{
    std::string id;
    fhir::Interval time;
    std::string kind, clinician, place;
    std::string_view source; ///< the row as it was received, in `WireSlots::reply`
};

struct WireSlots
{
    fhir::codec::Document reply;
    std::vector<WireSlot> slots;
    std::size_t unusable = 0; ///< rows without an id, or with times that cannot be used
};

struct WireAppointment
{
    std::string id;
    WireSlot slot;
    bool attended = false;
};

struct WirePatient
{
    std::string id, family, given, phone;
    std::optional<fhir::Date> birth_date;
    fhir::NhsNumber nhs_number;
};

/// The JSON that an answer brings, or why it brings none: a status, a page that is no JSON, an error inside
/// 200. A write is refused only by a sure answer; anything else is `outcome_unknown`, for it may have been
/// done. Words of the supplier are not kept: they may name a patient.
fhir::Result<fhir::codec::Document> read_answer(const fhir::rest::Response& response,
                                                upstream::Effect effect);

fhir::Result<WireSlots> read_slots(fhir::codec::Document reply);
/// All or nothing: an appointment overlooked could be taken for one never made.
fhir::Result<std::vector<WireAppointment>> read_appointments(const fhir::codec::Document& reply);
/// `supplier_malformed` for anybody else's record.
fhir::Result<WirePatient> read_patient(const fhir::codec::Document& reply, fhir::NhsNumber wanted);
/// The id of the appointment just made.
fhir::Result<std::string> read_booked(const fhir::codec::Document& reply);

} // namespace adapters::acme
