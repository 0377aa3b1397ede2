// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/demographics.hpp"
#include "adapters/slot_memo.hpp"
#include "adapters/xml.hpp"
#include "fhir/model/nhs_number.hpp"
#include "fhir/model/ods_code.hpp"
#include "fhir/model/uk_time.hpp"
#include "fhir/rest/message.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Bytes of the TPP wire and plain structs of what they say (TPP SystmOnline). Pure. Data stands in
/// attributes; those that are absent read as empty.
namespace adapters::tpp
{

using Xml = xml::Document;
using XmlElement = xml::NewElement;
using xml::Attributes;
using xml::Element;

/// assumed: the length limit is not public.
inline constexpr std::size_t max_notes = 150;
inline constexpr std::string_view api_version = "1";

enum class Operation
{
    authenticate,
    select_patient,
    service_accesses,
    slots,
    messages,
    book,
    view,
    cancel,
    log_off,
    link,
    message_recipients,
    messages_view,
    create_message,
    repeat_medication,
    request_medication,
};

/// As the wire has it, in the header `type` and as the root element: `BookAppointment`.
std::string_view wire_name(Operation operation);
/// For metrics: `log_in`.
std::string_view operation_name(Operation operation);
std::optional<Operation> operation_of(std::string_view wire_name);
/// Whether the supplier's state may change.
bool changes_state(Operation operation);

// ---- times: UK wall time under a false zone mark
// ------------------------------------------------------------

/// `2026-06-15T09:20:00.0Z`, the form of slots and appointments.
std::string false_zulu(fhir::LocalTime local);
/// `2026-06-15T09:20:00+00:00`, the form of a booking.
std::string false_offset(fhir::LocalTime local);
/// The first 19 characters of either; the rest is never true.
std::optional<fhir::LocalTime> read_time(std::string_view text);

// ---- requests
// ------------------------------------------------------------------------------------------------

/// What TPP issued to this gateway, or was agreed with it.
struct Application
{
    std::string name, version, provider_id, device_type;
};

/// What every request carries. Log-in and linking have no patient yet.
struct Common
{
    std::string uuid;
    fhir::OdsCode practice;
    std::string suid, patient_id, online_user_id;
};

/// One patient's account at one practice: the durable proof. Secret.
struct Account
{
    std::string account_id, passphrase, provider_id;

    std::string text() const;
    static std::optional<Account> parse(std::string_view text);
};

/// What only this operation has.
struct Own
{
    Own() = default;
    Own(Attributes its_attributes) : attributes(std::move(its_attributes)) {}

    Attributes attributes;
    std::vector<Attributes> medications = {}; ///< one child element each
};

/// The request with its headers; `own` are the attributes that only this operation has.
fhir::rest::Request make_request(Operation operation, const Common& common, const Attributes& own,
                                 const Application& application,
                                 const std::vector<Attributes>& medications = {});

Attributes log_in_attributes(const Account& account);
Attributes slots_attributes(fhir::LocalTime from, int days);
struct WireBooking
{
    std::string session_id;
    fhir::LocalTime start, end;
    std::string notes; ///< left out when empty
};
Attributes booking_attributes(const WireBooking& booking);
Attributes view_attributes(bool future);
Attributes cancel_attributes(const std::string& appointment_id);

/// The first step of linking makes an account, the second proves it and yields the lasting passphrase.
Attributes create_account_attributes(const Applicant& applicant, const fhir::NhsNumber& patient);
Attributes prove_account_attributes(const Applicant& applicant, const Account& account);

// ---- replies: `supplier_malformed` when what nothing can be done without is missing
// --------------------------

struct WireError
{
    std::string code; ///< text, for `0` and `0000` differ
    std::string friendly, technical;
};
WireError read_wire_error(const Xml& reply);

struct WirePerson
{
    std::string patient_id, name, gender, address;
    std::optional<fhir::Date> birth_date;
    std::optional<fhir::NhsNumber> nhs_number;
};

struct WireLogin
{
    std::string patient_id, online_user_id;
    WirePerson person;
    bool self_access = false; ///< the registration lists the person who logged in
};
fhir::Result<WireLogin> read_login(const Xml& reply);
/// Of PatientSelectedReply.
fhir::Result<WirePerson> read_person(const Xml& reply);

/// As it came: most slots are known already and need not be read.
struct WireSlotRow
{
    AnswerRow row;
    std::string_view start, end, type; ///< empty when it is known

    /// The three, to be read again.
    std::string note() const;
};

struct WireSlot
{
    std::optional<fhir::LocalTime> start, end;
    std::string type; ///< trimmed
};
WireSlot read_slot(const WireSlotRow& row);

/// A clinic session, which TPP calls a session too.
struct WireClinic
{
    std::string id, type, staff, location; ///< trimmed
    std::vector<WireSlotRow> slots;
};

struct WireSlots
{
    Xml reply; ///< what the rows point into
    std::vector<WireClinic> clinics;
    std::optional<int> bookable_days;
    std::vector<std::string> warnings;
};
fhir::Result<WireSlots> read_slots(const Xml& reply);

struct WireAppointment
{
    std::string id;
    std::optional<fhir::LocalTime> start, end;
    std::string details, site, address;
};
/// One without an id spoils the list: what is overlooked could be taken for a booking never made.
fhir::Result<std::vector<WireAppointment>> read_appointments(const Xml& reply);

/// The practice's guidance for those who book.
std::string read_guidance(const Xml& reply);
/// Whether a service with "appointment" in its name is listed as anything but available (assumed: names of
/// services other than messaging are not public).
bool appointments_switched_off(const Xml& reply);

struct WireLinkage
{
    std::string account_id, passphrase, passphrase_to_link, provider_id;
};
fhir::Result<WireLinkage> read_linkage(const Xml& reply);

} // namespace adapters::tpp
