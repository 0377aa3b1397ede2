// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "fhir/model/appointment.hpp"
#include "gateway/booking/service.hpp"
#include "gateway/store/records.hpp"

#include <string>
#include <string_view>
#include <vector>

/// How an appointment looks in the store and to consumers.
namespace gateway::booking
{

/// System of the practice's own key of an appointment; `origin` is the public base's.
std::string practice_identifier_system(std::string_view origin, std::string_view practice_ods);

/// The wanted resource completed as UK Core asks: profile, source, booking organisation, practice's words for
/// slot and channel, location and practitioner of the slot's schedule, duration, created. Nothing the
/// consumer said is changed but who has accepted. The patient is named by NHS number, by the Patient that it
/// contains, or is still to be named.
fhir::Appointment completed(fhir::Appointment wanted, const std::vector<adapters::OfferedSlot>& slots,
                            const std::optional<fhir::Schedule>& schedule, const identity::Caller& caller,
                            std::size_t patient_participant, const std::optional<fhir::NhsNumber>& number,
                            std::string_view origin, fhir::Instant now);

/// What `completed` takes from the slot and its schedule.
fhir::Appointment with_slot(fhir::Appointment appointment, const fhir::Slot& slot,
                            const std::optional<fhir::Schedule>& schedule);
/// The patient's participant named by NHS number, where there is one, and accepted.
fhir::Appointment with_patient(fhir::Appointment appointment, std::size_t participant,
                               const std::optional<fhir::NhsNumber>& number);
/// Stands for a patient who is still to be named.
fhir::AppointmentParticipant unnamed_patient();

/// The wanted resource completed like a booking, as far as that needs no slot.
fhir::Appointment as_waiting(fhir::Appointment wanted, const identity::Caller& caller,
                             std::size_t patient_participant, const fhir::NhsNumber& number,
                             fhir::Instant now);
/// The booking that a waiting appointment would become with these slots: its patient stays, where and with
/// whom is theirs to say.
fhir::Appointment with_offer(fhir::Appointment waiting, const std::vector<adapters::OfferedSlot>& slots,
                             const std::optional<fhir::Schedule>& schedule, std::string_view origin);

fhir::Appointment with_status(fhir::Appointment appointment, fhir::AppointmentStatus status);
/// Adds or replaces the practice's own key as an identifier.
fhir::Appointment with_practice_key(fhir::Appointment appointment, std::string_view system,
                                    const std::string& key);

/// URL of the extension that says when a hold ends (valueInstant).
std::string hold_until_url(std::string_view origin);
/// Pending, with its end, the patient tentative.
fhir::Appointment as_hold(fhir::Appointment appointment, std::string_view origin, fhir::Instant until);
/// What as_hold added is taken away; the status is left.
fhir::Appointment without_hold(fhir::Appointment appointment, std::string_view origin);

/// Pending because nobody knows yet whether the practice has it: being settled since then, which an extension
/// says (valueInstant). So it is no hold, which has an end instead.
fhir::Appointment as_unsettled(fhir::Appointment appointment, std::string_view origin, fhir::Instant since);
std::string outcome_unknown_url(std::string_view origin);

std::string_view code_of(fhir::AppointmentStatus status);

/// Whose doing a version is, where it is not the consumer's.
enum class ChangedBy
{
    consumer,
    practice, ///< seen in the practice's own book
    person,   ///< an operator looked in the practice's book
};
/// System of the meta.tag that says so.
std::string changed_by_system(std::string_view origin);
fhir::Appointment marked(fhir::Appointment appointment, std::string_view origin, ChangedBy who);

/// The record of one version; `version` and `supplier` are left to the caller.
store::AppointmentRecord to_record(const std::string& id, const fhir::Appointment& appointment,
                                   std::string practice, std::string booked_by, std::string patient,
                                   fhir::Instant now);
/// With id, meta.versionId and meta.lastUpdated filled in.
fhir::Result<StoredAppointment> to_stored(const store::AppointmentRecord& record);
/// Where the record's resource has just been written from `appointment`.
StoredAppointment to_stored(const store::AppointmentRecord& record, fhir::Appointment appointment);

/// The organisation that booked it by name, as the appointment has it; empty when it does not say.
std::string booking_organisation_name(const fhir::Appointment& appointment);

} // namespace gateway::booking
