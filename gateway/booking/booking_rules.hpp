// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "fhir/model/appointment.hpp"
#include "fhir/model/id.hpp"
#include "fhir/outcome/error.hpp"
#include "fhir/search/values.hpp"
#include "gateway/identity/caller.hpp"
#include "gateway/store/records.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

/// Checks of a wanted Appointment that need no I/O (FHIR R4 app-1 to app-4, UK Core, our own rules).
namespace gateway::booking
{

inline constexpr std::string_view booking_organisation_url =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-BookingOrganization";
inline constexpr std::string_view delivery_channel_url =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeliveryChannel";

/// Whom the booking is for: by `nhs_number`, by `patient_id` (`<ODS>.<local>`), or by `demographics` alone of
/// who has no number or whose number nobody knows. None of them of a hold that names nobody yet.
struct NamedPatient
{
    std::size_t participant =
        0; ///< index, for paths; of a hold that names nobody, where the patient will stand
    std::optional<fhir::NhsNumber> nhs_number;
    std::string patient_id;
    std::optional<fhir::Patient> demographics; ///< the contained Patient

    bool is_named() const { return nhs_number || !patient_id.empty(); }
};

/// The participant that is the patient, named or still to be named; nothing without one.
std::optional<std::size_t> patient_participant(const fhir::Appointment& appointment);
/// The NHS number that the patient's participant carries.
std::optional<fhir::NhsNumber> named_number(const fhir::Appointment& appointment);
/// The Patient that the appointment contains and its participant refers to.
const fhir::Patient* contained_patient(const fhir::Appointment& appointment);
/// Whom a kept appointment is for: the NHS number it was kept under, or where there is none the details that
/// it contains. Of nobody while neither is known.
adapters::PatientContext patient_of(std::string_view digits, const fhir::Appointment& appointment);
/// Whether a practice's system can be asked about that patient: most know their patients by NHS number only.
bool can_name(const adapters::Capabilities& can, const adapters::PatientContext& patient);

/// A booking whose form is right.
struct CheckedBooking
{
    fhir::OdsCode practice;
    std::vector<std::string> slot_ids;
    NamedPatient patient;
    std::string phone;
    std::vector<store::OwnIdentifier> identifiers;
    bool hold = false;           ///< the slots are to be held only
    bool times_of_slots = false; ///< start and end are the slots', whatever the resource says
};

/// Everything that can be said of the request alone.
fhir::Result<CheckedBooking> check_booking(const fhir::Appointment& wanted, const identity::Caller& caller,
                                           const std::optional<fhir::search::TokenValue>& if_none_exist);
/// The same of an appointment that is to wait: it names no slots, and its patient by NHS number. `practice`
/// means nothing.
fhir::Result<CheckedBooking> check_waiting(const fhir::Appointment& wanted, const identity::Caller& caller,
                                           const std::optional<fhir::search::TokenValue>& if_none_exist);
/// Whether the request fits the slots it names, at this moment.
fhir::Result<void> check_slots(const fhir::Appointment& wanted, std::span<const adapters::OfferedSlot> slots,
                               fhir::Instant now);

/// The texts that a practice's system takes.
struct PracticeTexts
{
    std::string description;
    std::string comment;
};

/// Refuses, never shortens, what the system cannot hold.
fhir::Result<PracticeTexts> check_texts(const fhir::Appointment& wanted, const adapters::Capabilities& can);

} // namespace gateway::booking
