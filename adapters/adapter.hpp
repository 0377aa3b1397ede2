// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/awaitable.hpp"
#include "adapters/slot_row.hpp"
#include "fhir/codec/written.hpp"
#include "fhir/model/appointment.hpp"
#include "fhir/model/healthcare_service.hpp"
#include "fhir/model/location.hpp"
#include "fhir/model/nhs_number.hpp"
#include "fhir/model/ods_code.hpp"
#include "fhir/model/organization.hpp"
#include "fhir/model/patient.hpp"
#include "fhir/model/practitioner.hpp"
#include "fhir/model/practitioner_role.hpp"
#include "fhir/model/schedule.hpp"
#include "fhir/outcome/error.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// The contract between the gateway and one supplier system at one practice (DESIGN: adapters). The gateway
/// knows nothing else of a supplier.
namespace adapters
{

/// What a supplier system can do. Faces consult it and say no plainly; nothing is dropped in silence.
struct Capabilities
{
    bool needs_search_identity =
        false;                       ///< slots are one logged-in patient's view: a link is needed to search
    bool view_per_consumer = false;  ///< which slots are shown depends on the organisation that asks
    bool needs_patient_link = false; ///< booking needs the patient's own link credential
    bool find_patient = false;
    bool register_patient = false;
    /// Takes a patient by demographics alone (family name and birth date at least). Otherwise every call
    /// names an NHS number.
    bool books_without_nhs_number = false;
    bool amend = false;
    bool cancel_reason = false;
    bool delivery_channel = false;
    bool multi_slot = false;
    bool read_appointment = false; ///< by its key; otherwise only by listing a patient's appointments
    bool lists_cancelled = false;  ///< cancelled appointments stay in the list
    bool lists_slots = true;       ///< a listed appointment names its slot; otherwise its times must tell
    /// A read or a list tells that the patient arrived, was seen or did not come. Otherwise such a status is
    /// only a guess from the time.
    bool sees_attendance = false;
    /// An appointment that the practice moves keeps its key. Otherwise it looks cancelled, and the new one is
    /// somebody else's.
    bool sees_moves = false;
    bool booking_reason = false; ///< a reason text can be sent
    bool delivers_messages = false;              ///< deliver() takes messages
    bool delivers_prescription_requests = false; ///< deliver() takes requests for repeat medicines
    std::optional<std::chrono::days>
        max_search_window;           ///< per upstream call; the adapter splits wider searches itself
    std::size_t max_description = 0; ///< Unicode code points; 0: no description can be sent
    std::size_t max_comment = 0;
};

/// The consumer on whose behalf a call is made: provenance for the supplier, never access.
struct Provenance
{
    std::string organisation_ods;
    std::string organisation_name;
    std::string organisation_type; ///< GP Connect organisation type code, empty when none
    std::string organisation_phone;
    std::string user_id; ///< the person, when the consumer named one
    std::string user_name;
    std::string sds_user_id;
    std::string request_id;
    /// False: a slot search does not say which organisation asks, so what is for certain ones stays unseen.
    bool named_in_search = true;
};

/// The durable proof, issued by the supplier, that this gateway may act for one patient at one practice.
/// Secret.
struct PatientLink
{
    std::string credential;
};

/// The patient a call is for. Demographics are what the consumer sent; they are used to link or register,
/// never to overwrite.
struct PatientContext
{
    /// None only where capabilities().books_without_nhs_number; then demographics are given.
    std::optional<fhir::NhsNumber> nhs_number;
    std::optional<PatientLink> link;
    std::optional<fhir::Patient> demographics;

    /// For systems that know patients by NHS number only. Throws where there is none, which is a bug of
    /// whoever calls.
    const fhir::NhsNumber& number() const { return nhs_number.value(); }
};

/// What slots refer to, together with its JSON: as cheap to copy as a pointer. Never changes; `meta` is
/// unset.
template <class T>
class Shared
{
public:
    Shared(T resource) : held_(std::make_shared<const Held>(std::move(resource))) {}
    const T& operator*() const { return held_->resource; }
    const T* operator->() const { return &held_->resource; }
    const fhir::codec::Written& json() const { return held_->written.of(held_->resource); }

private:
    struct Held
    {
        explicit Held(T its_resource) : resource(std::move(its_resource)) { resource.meta.reset(); }
        T resource;
        fhir::codec::WrittenOnce written{};
    };

    std::shared_ptr<const Held> held_;
};

/// One practice's free slots for one window, with everything they refer to. All ids are `<ODS>.<local>`,
/// references relative.
struct FoundSlots
{
    std::vector<SharedSlot> slots;
    std::vector<Shared<fhir::Schedule>> schedules;
    std::vector<Shared<fhir::Practitioner>> practitioners;
    std::vector<Shared<fhir::PractitionerRole>> practitioner_roles;
    std::vector<Shared<fhir::Location>> locations;
    std::vector<Shared<fhir::HealthcareService>> healthcare_services;
    std::vector<Shared<fhir::Organization>> organizations;
    std::vector<std::string> warnings; ///< rows left out and why; no patient data
};

struct FindSlots
{
    fhir::Interval window; ///< slots that start within it
    Provenance provenance;
    std::optional<PatientLink>
        search_identity; ///< of the practice's configuration, where capabilities() ask for one
};

/// An appointment as the supplier holds it.
struct SupplierAppointment
{
    std::string key; ///< the supplier's own; opaque outside the adapter
    /// `slot` references carry our slot ids; status, start, end, description, comment as held. `id` is unset:
    /// the gateway mints ids.
    fhir::Appointment appointment;
};

struct BookAppointment
{
    Provenance provenance;
    PatientContext patient;
    std::vector<OfferedSlot> slots; ///< in order of start; more than one only where capabilities().multi_slot
    std::string description;        ///< one line for the practice's book
    std::string comment;
    std::string phone; ///< number to ring for a telephone appointment
    fhir::Instant created{};
};

struct CancelAppointment
{
    Provenance provenance;
    PatientContext patient;
    SupplierAppointment appointment; ///< as stored at booking
    std::string reason;              ///< plain text
};

struct AmendAppointment
{
    Provenance provenance;
    PatientContext patient;
    SupplierAppointment appointment;
    std::string description;
    std::string comment;
};

struct ReadAppointment
{
    Provenance provenance;
    PatientContext patient;
    std::string key;
};

struct ListAppointments
{
    Provenance provenance;
    PatientContext patient;
    fhir::Interval window; ///< by start
};

struct FindPatient
{
    Provenance provenance;
    PatientContext patient;
};

enum class DeliveryForm
{
    message,
    prescription_request
};

/// Work for a practice, put into its own system on behalf of the patient it is about.
struct Delivery
{
    Provenance provenance;
    PatientContext patient;
    DeliveryForm form = DeliveryForm::message;
    /// Of ours, and different for each delivery: stands in `subject` and in `text`, so that what arrived can
    /// be told from all else. Identifies nobody.
    std::string reference;
    std::string team; ///< that is to read it: the recipient of this name, else the system's first
    std::string subject;
    std::string text;
    std::vector<std::string> medicines; ///< of a prescription request, each as the practice names it
    fhir::Instant sent{};               ///< when it was sent first, by our clock
};

/// What the practice's system tells of something that was delivered.
struct Receipt
{
    std::string id = {};                   ///< the system's own; empty where it gives none
    std::optional<fhir::Instant> at = {};  ///< as the system has it
    std::vector<std::string> refused = {}; ///< medicines that it did not take, while it took the others
};

enum class Necessity
{
    not_requested,
    optional,
    mandatory
};

struct PracticeSettings
{
    bool appointments_enabled = true;
    Necessity booking_reason = Necessity::optional;
    std::string guidance; ///< the practice's text for patients, empty when none
};

/// One practice's system. Thread-safe; every method is a coroutine on the calling thread's io_context and
/// honours cancellation. Expected failures are errors of the shared kinds. For `book`, `cancel`, `amend` and
/// `deliver` an error whose `effect_possible()` is true, always of kind `outcome_unknown`, means the supplier
/// may have done it: the caller settles by listing or reading, never by sending again.
class Adapter
{
public:
    virtual ~Adapter() = default;

    virtual const Capabilities& capabilities() const = 0;
    virtual Awaitable<fhir::Result<PracticeSettings>> practice_settings(Provenance provenance) = 0;
    virtual Awaitable<fhir::Result<FoundSlots>> find_slots(FindSlots query) = 0;
    /// The patient as the practice holds them; id `<ODS>.<local>`. `patient_not_found` when unknown there.
    virtual Awaitable<fhir::Result<fhir::Patient>> find_patient(FindPatient query) = 0;
    /// Temporary registration; needs demographics. `not_supported_by_practice` where capabilities() say no.
    virtual Awaitable<fhir::Result<fhir::Patient>> register_patient(FindPatient query) = 0;
    /// Obtains the patient's link credential; needs demographics (family name, birth date). Only where
    /// needs_patient_link.
    virtual Awaitable<fhir::Result<PatientLink>> link_patient(FindPatient query) = 0;
    virtual Awaitable<fhir::Result<SupplierAppointment>> book(BookAppointment booking) = 0;
    virtual Awaitable<fhir::Result<SupplierAppointment>> cancel(CancelAppointment cancellation) = 0;
    virtual Awaitable<fhir::Result<SupplierAppointment>> amend(AmendAppointment amendment) = 0;
    virtual Awaitable<fhir::Result<SupplierAppointment>> read_appointment(ReadAppointment query) = 0;
    virtual Awaitable<fhir::Result<std::vector<SupplierAppointment>>>
    list_appointments(ListAppointments query) = 0;

    // ---- only where capabilities() say so; `not_supported_by_practice` otherwise

    /// Puts it into the practice's system. Nothing was sent where the error is `service_disabled` (the
    /// practice or the patient has that service off) or `not_supported_by_practice` (a medicine that the
    /// practice's list does not have under exactly that name, or not once).
    virtual Awaitable<fhir::Result<Receipt>> deliver(Delivery delivery);
    /// Looks for a delivery whose outcome is not known; nothing when it is not there. An error says that
    /// nobody can tell: `not_supported_by_practice` for good.
    virtual Awaitable<fhir::Result<std::optional<Receipt>>> find_delivered(Delivery delivery);
};

} // namespace adapters
