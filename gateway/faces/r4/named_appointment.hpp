// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/appointment.hpp"
#include "gateway/awaitable.hpp"
#include "gateway/booking/service.hpp"
#include "gateway/faces/r4/operation_call.hpp"
#include "gateway/faces/r4/patient_parameter.hpp"
#include "gateway/faces/r4/proposal.hpp"

#include <optional>
#include <string>
#include <vector>

/// What $hold and $book have in common: the appointment they name, and their answer.
namespace gateway::faces::r4
{

struct NamedAppointment
{
    std::string id;
    std::string path; ///< of the parameter
};

/// By `appointment-reference` or `appt-id`; nothing when neither is sent. Errors: `value_invalid`,
/// `invariant`.
fhir::Result<std::optional<NamedAppointment>> named_appointment(const OperationCall& call);
fhir::Error nothing_named(const OperationCall& call, std::string_view operation);
/// Whether $find made the id for this organisation.
bool is_proposal(const Context& context, const R4Services& services, const NamedAppointment& named);
fhir::Error unknown_appointment(const NamedAppointment& named);

/// The appointment that a proposal stands for, looked up anew. Errors: `hold_expired` when its time is up,
/// `slot_unknown`, those of the practice.
Awaitable<fhir::Result<fhir::Appointment>> proposed_appointment(const Context& context,
                                                                const R4Services& services,
                                                                NamedAppointment named,
                                                                std::optional<PatientParameter> patient);

/// What `reason` and `comment` say of the appointment.
void take_texts(const OperationCall& call, fhir::Appointment& appointment);

/// An error of the booking service, said of the parameters that the caller sent.
fhir::Error said_of(fhir::Error error, const NamedAppointment& named,
                    const std::optional<PatientParameter>& patient);

/// A Bundle of the appointment, and of an OperationOutcome where there is something to say.
Answer bundle_answer(const Context& context, const R4Services& services, const booking::WriteOutcome& outcome,
                     const std::vector<fhir::Error>& notes);

} // namespace gateway::faces::r4
