// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/slot_memo.hpp"
#include "fhir/codec/document.hpp"
#include "fhir/model/nhs_number.hpp"
#include "fhir/model/ods_code.hpp"
#include "fhir/model/uk_time.hpp"
#include "fhir/outcome/error.hpp"
#include "fhir/rest/message.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Bytes of the Microtest wire and plain structs of what they say (Microtest Evolution, messages). Pure.
/// Member names are read in any case; texts come trimmed; what is absent reads as empty. Prescriptions:
/// wire_delivery.hpp.
namespace adapters::microtest
{

/// assumed: the length limit is not public.
inline constexpr std::size_t max_booking_reason = 150;

enum class Operation
{
    demographics,
    slots,
    book,
    list,
    cancel,
    courses,
    prescriptions,
    request_prescription,
};

/// For metrics: `find_slots`.
std::string_view operation_name(Operation operation);
/// Whether the supplier's state may change.
bool changes_state(Operation operation);

// ---- requests: targets are relative to the practice's base URL

/// Who a call is about, and where. Both go into headers of every call; nothing else proves anything.
struct Subject
{
    fhir::OdsCode practice;
    fhir::NhsNumber patient;
};

struct WireBooking
{
    std::string slot_id, reason;
    std::string phone; ///< left out when empty
};

void address(fhir::rest::Request& request, const Subject& subject);
fhir::rest::Request demographics_request();
/// Slots of whole days. `last` is the last day wanted; the day after it is sent, for whether the system
/// counts it in is not public.
fhir::rest::Request slots_request(fhir::Date first, fhir::Date last);
fhir::rest::Request book_request(const WireBooking& booking);
/// Appointments that are to come, and past ones from that day on.
fhir::rest::Request list_request(fhir::Date from);
fhir::rest::Request cancel_request(const std::string& appointment_id, const std::string& reason);

// ---- replies: `supplier_malformed` when what nothing can be done without is missing

/// Without offset UK wall time, which may mean two moments or none; an offset is believed.
std::optional<fhir::UkMoment> read_moment(std::string_view text);

enum class WireChannel
{
    unspecified,
    surgery,
    telephone,
    visit,
};

/// `Surgery`, in any case; nothing for what nobody knows.
std::optional<WireChannel> channel_of(std::string_view text);

/// A time in the book: one that is free, or a patient's appointment, whose id it then has.
struct WireSlot
{
    std::string id; ///< opaque
    std::string type;
    std::optional<fhir::UkMoment> start, end;
    std::optional<std::chrono::minutes> duration;
    std::string location;
    std::vector<std::string> clinicians; ///< names in order, each once
    WireChannel channel = WireChannel::unspecified;
};

/// As it came: most slots are known already and need not be read.
struct WireSlotRow
{
    AnswerRow row;
    const fhir::codec::Node* node; ///< in `WireSlots::reply`; nullptr when it is known
};

struct WireSlots
{
    fhir::codec::Document reply;   ///< what the rows point into
    std::vector<MarkedText> known; ///< and the known ones
    std::vector<WireSlotRow> slots;
    std::vector<std::string> warnings;
};

struct WirePatient
{
    std::string title, surname, sex;
    std::vector<std::string> forenames;
    std::optional<fhir::Date> birth_date;
    std::optional<fhir::NhsNumber> nhs_number;
    std::vector<std::string> address_lines;
    std::string town, county, postcode;
    std::string email;
    std::vector<std::string> telephones;
};

/// `memo`: rows that it knows are not read.
fhir::Result<WireSlots> read_slots(std::string_view body, SlotMemo* memo = nullptr);
WireSlot read_slot(const WireSlotRow& row);
/// All or nothing: an appointment overlooked could be taken for one never made.
fhir::Result<std::vector<WireSlot>> read_appointments(std::string_view body);
fhir::Result<WirePatient> read_patient(std::string_view body);

} // namespace adapters::microtest
