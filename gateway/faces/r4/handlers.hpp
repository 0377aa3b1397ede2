// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "gateway/awaitable.hpp"

namespace gateway::faces
{
struct Answer;
struct Context;
struct R4Services;
} // namespace gateway::faces

/// The handlers of the FHIR R4 face: decode, call, encode. One .cpp per resource; each stands in the table of
/// routes.cpp.
namespace gateway::faces::r4
{

using Answered = Awaitable<fhir::Result<Answer>>;

Answered search_slots(const Context& context, const R4Services& services);
Answered explain_slots(const Context& context, const R4Services& services);
Answered read_slot(const Context& context, const R4Services& services);

Answered search_schedules(const Context& context, const R4Services& services);
Answered read_schedule(const Context& context, const R4Services& services);

Answered withdraw_schedule(const Context& context, const R4Services& services);
Answered read_withdrawal(const Context& context, const R4Services& services);

Answered create_appointment(const Context& context, const R4Services& services);
Answered update_appointment(const Context& context, const R4Services& services);
Answered patch_appointment(const Context& context, const R4Services& services);
Answered reschedule_appointment(const Context& context, const R4Services& services);
Answered search_appointments(const Context& context, const R4Services& services);
Answered read_appointment(const Context& context, const R4Services& services);
Answered read_appointment_version(const Context& context, const R4Services& services);
Answered appointment_history(const Context& context, const R4Services& services);

Answered find_appointments(const Context& context, const R4Services& services);
Answered hold_appointment(const Context& context, const R4Services& services);
Answered book_appointment(const Context& context, const R4Services& services);

Answered make_calendar(const Context& context, const R4Services& services);
Answered list_calendars(const Context& context, const R4Services& services);
Answered revoke_calendar(const Context& context, const R4Services& services);

Answered create_task(const Context& context, const R4Services& services);
Answered search_tasks(const Context& context, const R4Services& services);
Answered read_task(const Context& context, const R4Services& services);
Answered read_task_version(const Context& context, const R4Services& services);
Answered task_history(const Context& context, const R4Services& services);
Answered update_task(const Context& context, const R4Services& services);
Answered patch_task(const Context& context, const R4Services& services);
Answered read_task_message(const Context& context, const R4Services& services);

Answered search_audit_events(const Context& context, const R4Services& services);
Answered read_audit_event(const Context& context, const R4Services& services);
Answered read_provenance(const Context& context, const R4Services& services);
Answered search_provenance(const Context& context, const R4Services& services);

Answered create_consent(const Context& context, const R4Services& services);
Answered read_consent(const Context& context, const R4Services& services);
Answered update_consent(const Context& context, const R4Services& services);
Answered search_consents(const Context& context, const R4Services& services);
Answered consent_history(const Context& context, const R4Services& services);

Answered create_subscription(const Context& context, const R4Services& services);
Answered read_subscription(const Context& context, const R4Services& services);
Answered update_subscription(const Context& context, const R4Services& services);
Answered delete_subscription(const Context& context, const R4Services& services);
Answered search_subscriptions(const Context& context, const R4Services& services);
Answered subscription_status(const Context& context, const R4Services& services);
Answered subscription_events(const Context& context, const R4Services& services);
Answered rotate_subscription_secret(const Context& context, const R4Services& services);
Answered event_stream(const Context& context, const R4Services& services);

Answered search_patients(const Context& context, const R4Services& services);
Answered read_patient(const Context& context, const R4Services& services);

Answered search_practitioners(const Context& context, const R4Services& services);
Answered read_practitioner(const Context& context, const R4Services& services);
Answered search_practitioner_roles(const Context& context, const R4Services& services);
Answered read_practitioner_role(const Context& context, const R4Services& services);
Answered search_locations(const Context& context, const R4Services& services);
Answered read_location(const Context& context, const R4Services& services);
Answered search_organizations(const Context& context, const R4Services& services);
Answered read_organization(const Context& context, const R4Services& services);
Answered search_healthcare_services(const Context& context, const R4Services& services);
Answered read_healthcare_service(const Context& context, const R4Services& services);

Answered read_operation_definition(const Context& context, const R4Services& services);

Answered capabilities(const Context& context, const R4Services& services);
Answered smart_configuration(const Context& context, const R4Services& services);
Answered issue_token(const Context& context, const R4Services& services);
Answered token_keys(const Context& context, const R4Services& services);
Answered ping(const Context& context, const R4Services& services);
Answered status(const Context& context, const R4Services& services);

} // namespace gateway::faces::r4
