// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "adapters/demographics.hpp"
#include "adapters/slot_memo.hpp"
#include "fhir/codec/document.hpp"
#include "fhir/model/uk_time.hpp"
#include "fhir/rest/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Bytes of the EMIS wire and plain structs of what they say (EMIS PFS). Pure. Members are read without
/// regard to case. Messages and prescriptions: wire_delivery.hpp.
namespace adapters::emis
{

/// assumed: the length limits are not public.
inline constexpr std::size_t max_booking_reason = 150;

enum class Operation
{
    start_session,
    log_in,
    practice_settings,
    demographics,
    slot_metadata,
    slots,
    book,
    list,
    cancel,
    link,
    look_up_linkage_key,
    create_linkage_key,
    patient_settings,
    message_recipients,
    messages,
    send_message,
    courses,
    prescription_requests,
    request_prescription,
};

/// For metrics: `log_in`.
std::string_view operation_name(Operation operation);
/// Whether the supplier's state may change.
bool changes_state(Operation operation);
/// A date where the API wants a moment: `2026-03-02T00:00:00`.
std::string midnight(fhir::Date date);

// ---- replies
// ------------------------------------------------------------------------------------------------------------

struct WireSession
{
    std::string session_id;
    /// Of the first link with association `Self`; empty when the account has no patient.
    std::string link_token;
    std::string link_practice; ///< ODS code of the practice that the link is to; empty when not told
};

struct WireSettings
{
    bool appointments_supported = false;
    Necessity booking_reason = Necessity::mandatory;
    std::string message;
    /// Nothing is said of it: off, for nothing may go where it is not read.
    bool messages_supported = false, prescribing_supported = false;
    Necessity prescribing_comment = Necessity::optional;
};

enum class WireChannel
{
    unknown,
    practice,
    telephone,
    visit,
    video
};

struct WireLocation
{
    std::int64_t id = 0;
    std::string name;
    std::vector<std::string> lines; ///< house, street, village; blank ones left out
    std::string town, postcode;
};

struct WireHolder
{
    std::int64_t id = 0;
    std::string display_name, title, forenames, surname, sex, job_role;
    std::vector<std::string> languages;
};

/// A clinic session, not a log-in session: EMIS calls both `SessionId`.
struct WireClinic
{
    std::int64_t id = 0;
    std::string name;
    std::optional<std::int64_t> location;
    std::vector<std::int64_t> clinicians;
    std::optional<std::int64_t> default_duration; ///< minutes
    std::optional<fhir::LocalTime> start, end;
    std::string source; ///< as it was received
};

struct WireMetadata
{
    std::vector<WireLocation> locations;
    std::vector<WireHolder> holders;
    std::vector<WireClinic> clinics; ///< ids are unique
    std::vector<std::string> warnings;
};

struct WireSlot
{
    std::int64_t id = 0;
    std::int64_t clinic = 0;
    std::optional<fhir::LocalTime> start, end;
    std::string type_name; ///< trimmed
    WireChannel channel = WireChannel::unknown;
};

/// A slot as it came: most are known already and need not be read.
struct WireSlotRow
{
    AnswerRow row;
    const fhir::codec::Node* node; ///< nullptr when it is known
    std::int64_t clinic;
};

struct WireSlots
{
    std::vector<fhir::codec::Document> reply; ///< one: what the rows point into
    std::vector<MarkedText> known;            ///< and the known ones
    std::vector<WireSlotRow> slots;
    std::vector<std::string> warnings;
};

struct WireAppointment
{
    WireSlot slot; ///< the slot's id is the appointment's
    std::string reason;
    std::optional<fhir::LocalTime> booked_at;
    std::string phone;
};

struct WireAppointments
{
    std::vector<WireAppointment> appointments;
    WireMetadata metadata;
};

struct WireDemographics
{
    std::string title, first_name, surname, calling_name, sex;
    std::optional<fhir::Date> birth_date;
    std::optional<fhir::NhsNumber> nhs_number;
    std::string telephone, mobile, email;
    std::vector<std::string> lines; ///< house, street, village; blank ones left out
    std::string town, county, postcode;
};

struct WireLinkage
{
    std::string account_id, linkage_key;
};

/// `supplier_malformed` when the body is not the JSON it should be or lacks what nothing can be done without.
fhir::Result<std::string> read_end_user_session(std::string_view body);
fhir::Result<WireSession> read_session(std::string_view body);
fhir::Result<WireSettings> read_settings(std::string_view body);
fhir::Result<WireMetadata> read_metadata(std::string_view body);
/// `memo`: rows that it knows are not read.
fhir::Result<WireSlots> read_slots(std::string_view body, SlotMemo* memo = nullptr);
WireSlot read_slot(const WireSlotRow& row);
fhir::Result<WireAppointments> read_appointments(std::string_view body);
fhir::Result<WireDemographics> read_demographics(std::string_view body);
fhir::Result<bool> read_booking_created(std::string_view body);
/// Also true of an empty body and of one that says nothing about it: both have been seen.
fhir::Result<bool> read_cancelled(std::string_view body);
fhir::Result<WireLinkage> read_linkage(std::string_view body);
fhir::Result<std::string> read_access_identity(std::string_view body);

// ---- requests: targets are relative to the base URL, session headers are not among them
// -------------------------------------

fhir::rest::Request start_session_request();
fhir::rest::Request log_in_request(const std::string& access_identity, const fhir::OdsCode& practice);
fhir::rest::Request settings_request(const fhir::OdsCode& practice);
fhir::rest::Request demographics_request(const std::string& link_token);
fhir::rest::Request metadata_request(const std::string& link_token, fhir::LocalTime from, fhir::LocalTime to);
fhir::rest::Request slots_request(const std::string& link_token, fhir::LocalTime from, fhir::LocalTime to);
fhir::rest::Request list_request(const std::string& link_token, fhir::Date previous_from);

struct WireBooking
{
    std::int64_t slot_id = 0;
    std::string reason; ///< empty is sent as null
    std::string phone;  ///< left out when empty
};
fhir::rest::Request book_request(const std::string& link_token, const WireBooking& booking);
fhir::rest::Request cancel_request(const std::string& link_token, std::int64_t slot_id,
                                   const std::string& reason);

fhir::rest::Request link_request(const Applicant& applicant, const WireLinkage& linkage,
                                 const fhir::OdsCode& practice);
fhir::rest::Request look_up_request(const fhir::NhsNumber& patient, const fhir::OdsCode& practice,
                                    const std::string& token);
fhir::rest::Request create_key_request(const fhir::NhsNumber& patient, const fhir::OdsCode& practice);

} // namespace adapters::emis
