// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/demographics.hpp"
#include "adapters/slot_memo.hpp"
#include "adapters/vision/soap_names.hpp"
#include "adapters/xml.hpp"
#include "fhir/model/nhs_number.hpp"
#include "fhir/model/ods_code.hpp"
#include "fhir/model/uk_time.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Vision's messages and plain structs of what they say (Vision PFS). Pure. Names are matched by namespace,
/// never by prefix; text is read without blanks at its ends.
namespace adapters::vision
{

/// assumed: the length limit is not public.
inline constexpr std::size_t max_reason = 150;

enum class Service
{
    configuration,
    demographics,
    slots,
    book,
    appointments,
    cancel,
    link,
};

/// `VOAPP.BookAppointment`.
std::string_view wire_name(Service service);
/// `2.0.0`.
std::string_view version_of(Service service);
/// For metrics: `find_slots`.
std::string_view operation_name(Service service);
std::optional<Service> service_of(std::string_view wire_name);
/// Whether the supplier's state may change.
bool changes_state(Service service);

// ---- requests
// ------------------------------------------------------------------------------------------------

/// One patient's account at one practice: the durable proof. Secret.
struct Account
{
    std::string account_id, api_key;

    std::string text() const;
    static std::optional<Account> parse(std::string_view text);
};

/// What every request carries. Linking has no account yet.
struct Frame
{
    std::string id;
    fhir::LocalTime created; ///< the sender's wall clock
    fhir::OdsCode practice;
    std::string provider_id;
    std::optional<Account> account;
};

using Contents = std::vector<xml::NewElement>;

/// `contents`: what stands inside the service's content, without what `frame` says already.
xml::NewElement request_element(Service service, const Frame& frame, const Contents& contents);

/// `<vision:patientId>`, `<vision:slotId>` and the like.
xml::NewElement text_element(std::string_view name, const std::string& text);

struct WirePage
{
    int number = 1; ///< from 1
    int slots = 500;
};
struct WireDays
{
    fhir::Date from, to; ///< both inclusive
};
/// For V3 after the patient id. Without any location the element is left out (assumed).
Contents slots_contents(WirePage page, const std::vector<std::string>& locations, WireDays days);

struct WireLinkage
{
    std::string account_id, key;
};
Contents link_contents(const Applicant& applicant, const WireLinkage& linkage);

// ---- replies: `supplier_malformed` when what nothing can be done without is missing
// --------------------------

/// A child in Vision's own namespace.
xml::Element child(const xml::Element& parent, std::string_view name);
std::string text_of(const xml::Element& parent, std::string_view name);

/// The `visionResponse`, inside a SOAP envelope or bare; no element when there is none.
xml::Element response_of(const xml::Document& reply);
/// `serviceContent`; no element when there is none.
xml::Element content_of(const xml::Document& reply);

struct WireError
{
    std::string code, description;
};

struct WireConfiguration
{
    std::string patient_id;
    std::optional<fhir::NhsNumber> nhs_number; ///< none when it is absent or two are told
    bool appointments_enabled = true;
    std::string guidance; ///< without mark-up
    std::vector<std::string> locations;
    std::map<std::string, std::string> genders; ///< codes (`SEX002`) by clinician
};
fhir::Result<WireConfiguration> read_configuration(const xml::Document& reply);

struct WireDemographics
{
    std::string title, forename, second_forename, surname, gender;
    std::optional<fhir::Date> birth_date;
    std::vector<std::string> lines;
    std::string town, county, postcode, usual_gp;
};
fhir::Result<WireDemographics> read_demographics(const xml::Document& reply);

/// As it came: most slots are known already and need not be translated.
struct WireSlot
{
    std::string_view id, date_time, duration, owner, location, type, session;
    AnswerRow row{std::string_view()};

    /// All of it, to be read again from there.
    std::string note() const;
    static WireSlot of(const KnownRow& known);
    std::optional<fhir::LocalTime> start() const;
    std::optional<std::chrono::minutes> length() const;
};

/// Names by id.
struct WireReferences
{
    std::map<std::string, std::string, std::less<>> owners, sessions, locations, types;

    void add(const WireReferences& more);
};

struct WireSlots
{
    xml::Document reply; ///< what the slots point into
    std::vector<WireSlot> slots;
    WireReferences references;
};
fhir::Result<WireSlots> read_slots(const xml::Document& reply);

struct WireReason
{
    std::string id, description;
    bool is_default = false;
};
struct WireAppointments
{
    xml::Document reply; ///< what the slots point into
    std::vector<WireSlot> upcoming, past;
    WireReferences references;
    bool takes_reason = true; ///< assumed where nothing is said
    std::vector<WireReason> reasons;
    std::chrono::minutes cutoff{0};
};
fhir::Result<WireAppointments> read_appointments(const xml::Document& reply);

/// Whom and what a booking or cancellation says it was about; empty where it says nothing.
struct WireEcho
{
    std::string patient_id, slot_id;
};
WireEcho read_echo(const xml::Document& reply);

fhir::Result<Account> read_account(const xml::Document& reply);

/// Practices write HTML, often sloppily: tags go, line breaks and paragraphs become blanks.
std::string without_markup(std::string_view html);

} // namespace adapters::vision
