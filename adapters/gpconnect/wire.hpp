// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/gpconnect/tree.hpp"
#include "adapters/slot_memo.hpp"
#include "fhir/model/appointment.hpp"
#include "fhir/model/location.hpp"
#include "fhir/model/organization.hpp"
#include "fhir/model/patient.hpp"
#include "fhir/model/practitioner.hpp"
#include "fhir/outcome/error.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a GP Connect provider sends, read into plain structs with the provider's own ids. Readers tolerate
/// what real providers do: extra elements, missing extensions, single objects for arrays. A row that cannot
/// be used is named in `warnings` and left out.
namespace adapters::gpconnect::wire
{

using fhir::codec::Document;

struct Slot
{
    std::string id;
    std::string schedule;
    std::string status;
    std::string start_text; ///< verbatim: it is sent back unchanged when booking
    std::string end_text;
    fhir::Instant start{};
    fhir::Instant end{};
    std::string channel; ///< `In-person`, `Telephone`, `Video`; empty when the provider names none
    std::string service_type;
    std::vector<fhir::Identifier> identifiers;
};

struct Schedule
{
    std::string id;
    std::string location;
    std::string practitioner; ///< empty when there is none
    std::optional<fhir::Coding> role;
    std::string service_category;
    std::string channel; ///< for all its slots that name none: what DeliveryChannel-2 took the place of
    std::vector<fhir::Identifier> identifiers;
    std::optional<fhir::Period> horizon;
    std::string source; ///< as it was received
};

/// A slot as it came: most are known already and need not be read.
struct SlotRow
{
    AnswerRow row;    ///< its entry; of one that is known, the note is the id of its schedule
    const Node* tree; ///< nullptr when it is known
};

/// Resources whose STU3 and R4 elements are the same are read into the model's structs, still with the
/// provider's ids. Slots are many and mostly known already: they are left as they came until somebody wants
/// one.
struct SlotBundle
{
    std::vector<Document> answers; ///< what `slots` points into
    std::vector<MarkedText> known; ///< and the known ones
    std::vector<SlotRow> slots;
    std::map<std::string, Schedule> schedules;
    std::map<std::string, fhir::Practitioner> practitioners;
    std::map<std::string, fhir::Location> locations;
    std::map<std::string, fhir::Organization> organizations;
    std::vector<std::string> warnings;
};

struct Appointment
{
    std::string id;
    std::string version;
    std::string status;
    std::optional<fhir::Instant> start;
    std::optional<fhir::Instant> end;
    std::optional<int> minutes;
    std::vector<std::string> slots;
    std::string description;
    std::string comment;
    std::string service_category;
    std::string service_type;
    std::optional<fhir::DateTime> created;
    std::optional<int> priority;
    std::string channel;
    std::optional<fhir::Coding> role;
    std::string cancellation_reason;
    std::optional<fhir::Organization> booked_by;
    std::vector<fhir::Identifier> identifiers;
    /// `Patient/…`, `Location/…`, `Practitioner/…` with their participation status.
    std::vector<std::pair<std::string, fhir::ParticipationStatus>> participants;
};

struct Patient
{
    fhir::Patient patient;        ///< id is the provider's
    std::string preferred_branch; ///< id of a Location
};

/// `Patient/…`; empty when it names none.
std::string patient_of(const Appointment& appointment);

/// What an OperationOutcome says; all empty when the body is none.
struct Outcome
{
    bool present = false;
    std::string code; ///< Spine code; of the proxy: the HTTP status as text
    std::string text; ///< diagnostics, else display: for logs and for telling the proxy's errors apart
};

/// What `/metadata` lists.
struct Metadata
{
    bool books_appointments = false;
    bool registers_patients = false;
};

/// `memo`: rows that it knows are not read.
fhir::Result<SlotBundle> read_slot_bundle(std::string_view json, SlotMemo* memo = nullptr);
/// The schedule a slot belongs to; empty when it names none.
std::string schedule_of(const SlotRow& slot);
/// Nothing without id, schedule, start or end.
std::optional<Slot> read_slot(const SlotRow& slot);
/// One that cannot be read spoils the whole: who is overlooked could be registered a second time, and what is
/// overlooked could be taken for a booking never made.
fhir::Result<std::vector<Patient>> read_patients(std::string_view json);
fhir::Result<std::vector<Appointment>> read_appointments(std::string_view json);
/// Nothing without id, status, start or end.
std::optional<Appointment> read_appointment(const Node& tree);
std::optional<fhir::Practitioner> read_practitioner(const Node& tree);
std::optional<fhir::Location> read_location(const Node& tree);
std::optional<fhir::Organization> read_organization(const Node& tree);
fhir::Result<Metadata> read_metadata(std::string_view json);
Outcome read_outcome(std::string_view json);

/// A JSON object, or `supplier_malformed`.
fhir::Result<Document> read_tree(std::string_view json);
/// A Bundle, or `supplier_malformed`.
fhir::Result<Document> read_bundle(std::string_view json);

/// A Bundle's resources, and how many of its entries hold none.
struct Entries
{
    std::vector<const Node*> resources;
    std::size_t without = 0;
};
/// A single entry counts as a list of one; `supplier_malformed` when there is something else.
fhir::Result<Entries> entries_in(const Node& bundle);
fhir::Error unusable(std::string what);

} // namespace adapters::gpconnect::wire
