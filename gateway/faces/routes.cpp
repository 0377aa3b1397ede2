// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/routes.hpp"

#include "gateway/faces/r4/handlers.hpp"

namespace gateway::faces
{

namespace
{

using enum identity::Permission;
constexpr auto open_to_all = std::nullopt;

constexpr std::string_view cancel_instead = "Appointments are never deleted. Cancel it: PATCH with status "
                                            "cancelled, a cancelationReason and If-Match.";
constexpr std::string_view end_instead =
    "Tasks are never deleted. Bring it to an end: PATCH its status, with "
    "If-Match.";
constexpr std::string_view end_consent_instead =
    "Consents are never deleted. End it: PUT with status inactive, or entered-in-error, and If-Match.";
constexpr std::string_view practice_owned =
    "The practice's own system owns this resource; it can only be read and searched here.";

// clang-format off
constexpr Route table[] = {
    {"GET",    "[base]/Slot",                            "Slot",              "search-type",      search,  Body::none,     r4::search_slots, {}, true},
    {"POST",   "[base]/Slot/_search",                    "Slot",              "search-type",      search,  Body::form,     r4::search_slots, {}, true},
    {"GET",    "[base]/Slot/$explain",                   "Slot",              "",                 search,  Body::none,     r4::explain_slots},
    {"GET",    "[base]/Slot/{id}",                       "Slot",              "read",             read,    Body::none,     r4::read_slot},
    {"POST",   "[base]/Slot",                            "Slot",              "",                 search,  Body::none,     nullptr, practice_owned},
    {"GET",    "[base]/Schedule",                        "Schedule",          "search-type",      search,  Body::none,     r4::search_schedules},
    {"POST",   "[base]/Schedule/_search",                "Schedule",          "search-type",      search,  Body::form,     r4::search_schedules},
    {"GET",    "[base]/Schedule/{id}",                   "Schedule",          "read",             read,    Body::none,     r4::read_schedule},

    {"POST",   "[base]/Schedule/{id}/$withdraw",         "Schedule",          "",                 update,  Body::resource, r4::withdraw_schedule},
    {"GET",    "[base]/withdrawals/{id}",                "Appointment",       "",                 read,    Body::none,     r4::read_withdrawal},

    {"POST",   "[base]/Appointment",                     "Appointment",       "create",           create,  Body::resource, r4::create_appointment},
    {"GET",    "[base]/Appointment",                     "Appointment",       "search-type",      search,  Body::none,     r4::search_appointments, {}, true},
    {"POST",   "[base]/Appointment/_search",             "Appointment",       "search-type",      search,  Body::form,     r4::search_appointments, {}, true},
    {"GET",    "[base]/Appointment/{id}",                "Appointment",       "read",             read,    Body::none,     r4::read_appointment, {}, true},
    {"PUT",    "[base]/Appointment/{id}",                "Appointment",       "update",           update,  Body::resource, r4::update_appointment},
    {"PATCH",  "[base]/Appointment/{id}",                "Appointment",       "patch",            update,  Body::patch,    r4::patch_appointment},
    {"DELETE", "[base]/Appointment/{id}",                "Appointment",       "",                 delete_, Body::none,     nullptr, cancel_instead},
    {"POST",   "[base]/Appointment/{id}/$reschedule",    "Appointment",       "",                 update,  Body::resource, r4::reschedule_appointment},
    {"GET",    "[base]/Appointment/{id}/_history",       "Appointment",       "history-instance", read,    Body::none,     r4::appointment_history},
    {"GET",    "[base]/Appointment/{id}/_history/{vid}", "Appointment",       "vread",            read,    Body::none,     r4::read_appointment_version},

    {"GET",    "[base]/Appointment/$find",               "Appointment",       "",                 search,  Body::none,     r4::find_appointments},
    {"POST",   "[base]/Appointment/$find",               "Appointment",       "",                 search,  Body::resource, r4::find_appointments},
    {"POST",   "[base]/Appointment/$hold",               "Appointment",       "",                 create,  Body::resource, r4::hold_appointment},
    {"POST",   "[base]/Appointment/$book",               "Appointment",       "",                 create,  Body::resource, r4::book_appointment},
    {"GET",    "[base]/Task",                            "Task",              "search-type",      search,  Body::none,     r4::search_tasks},
    {"POST",   "[base]/Task/_search",                    "Task",              "search-type",      search,  Body::form,     r4::search_tasks},
    {"POST",   "[base]/Task",                            "Task",              "create",           create,  Body::resource, r4::create_task},
    {"GET",    "[base]/Task/{id}",                       "Task",              "read",             read,    Body::none,     r4::read_task},
    {"PUT",    "[base]/Task/{id}",                       "Task",              "update",           update,  Body::resource, r4::update_task},
    {"PATCH",  "[base]/Task/{id}",                       "Task",              "patch",            update,  Body::patch,    r4::patch_task},
    {"DELETE", "[base]/Task/{id}",                       "Task",              "",                 delete_, Body::none,     nullptr, end_instead},
    {"GET",    "[base]/Task/{id}/_history",              "Task",              "history-instance", read,    Body::none,     r4::task_history},
    {"GET",    "[base]/Task/{id}/_history/{vid}",        "Task",              "vread",            read,    Body::none,     r4::read_task_version},
    {"GET",    "[base]/Task/{id}/messages/{vid}",        "Task",              "",                 read,    Body::none,     r4::read_task_message},

    {"POST",   "[base]/Consent",                         "Consent",           "create",           create,  Body::resource, r4::create_consent},
    {"GET",    "[base]/Consent",                         "Consent",           "search-type",      search,  Body::none,     r4::search_consents},
    {"POST",   "[base]/Consent/_search",                 "Consent",           "search-type",      search,  Body::form,     r4::search_consents},
    {"GET",    "[base]/Consent/{id}",                    "Consent",           "read",             read,    Body::none,     r4::read_consent},
    {"PUT",    "[base]/Consent/{id}",                    "Consent",           "update",           update,  Body::resource, r4::update_consent},
    {"DELETE", "[base]/Consent/{id}",                    "Consent",           "",                 delete_, Body::none,     nullptr, end_consent_instead},
    {"GET",    "[base]/Consent/{id}/_history",           "Consent",           "history-instance", read,    Body::none,     r4::consent_history},

    {"POST",   "[base]/Subscription",                    "Subscription",      "create",           create,  Body::resource, r4::create_subscription},
    {"GET",    "[base]/Subscription",                    "Subscription",      "search-type",      search,  Body::none,     r4::search_subscriptions},
    {"POST",   "[base]/Subscription/_search",            "Subscription",      "search-type",      search,  Body::form,     r4::search_subscriptions},
    {"GET",    "[base]/Subscription/{id}",               "Subscription",      "read",             read,    Body::none,     r4::read_subscription},
    {"PUT",    "[base]/Subscription/{id}",               "Subscription",      "update",           update,  Body::resource, r4::update_subscription},
    {"DELETE", "[base]/Subscription/{id}",               "Subscription",      "delete",           delete_, Body::none,     r4::delete_subscription},
    {"GET",    "[base]/Subscription/{id}/$status",       "Subscription",      "",                 read,    Body::none,     r4::subscription_status},
    {"GET",    "[base]/Subscription/{id}/$events",       "Subscription",      "",                 read,    Body::none,     r4::subscription_events},
    {"POST",   "[base]/Subscription/{id}/$rotate-secret", "Subscription",     "",                 update,  Body::none,     r4::rotate_subscription_secret},
    {"POST",   "[base]/Subscription/$calendar-feed",     "Subscription",      "",                 create,  Body::resource, r4::make_calendar},
    {"GET",    "[base]/Subscription/$calendar-feeds",    "Subscription",      "",                 search,  Body::none,     r4::list_calendars},
    {"POST",   "[base]/Subscription/$revoke-calendar-feed", "Subscription",   "",                 delete_, Body::resource, r4::revoke_calendar},
    {"GET",    "[base]/events",                          "Subscription",      "",                 read,    Body::none,     r4::event_stream, {}, false, true},

    {"GET",    "[base]/Patient",                         "Patient",           "search-type",      search,  Body::none,     r4::search_patients},
    {"POST",   "[base]/Patient/_search",                 "Patient",           "search-type",      search,  Body::form,     r4::search_patients},
    {"GET",    "[base]/Patient/{id}",                    "Patient",           "read",             read,    Body::none,     r4::read_patient},

    {"GET",    "[base]/Practitioner",                    "Practitioner",      "search-type",      search,  Body::none,     r4::search_practitioners},
    {"POST",   "[base]/Practitioner/_search",            "Practitioner",      "search-type",      search,  Body::form,     r4::search_practitioners},
    {"GET",    "[base]/Practitioner/{id}",               "Practitioner",      "read",             read,    Body::none,     r4::read_practitioner},
    {"GET",    "[base]/PractitionerRole",                "PractitionerRole",  "search-type",      search,  Body::none,     r4::search_practitioner_roles},
    {"POST",   "[base]/PractitionerRole/_search",        "PractitionerRole",  "search-type",      search,  Body::form,     r4::search_practitioner_roles},
    {"GET",    "[base]/PractitionerRole/{id}",           "PractitionerRole",  "read",             read,    Body::none,     r4::read_practitioner_role},
    {"GET",    "[base]/Location",                        "Location",          "search-type",      search,  Body::none,     r4::search_locations},
    {"POST",   "[base]/Location/_search",                "Location",          "search-type",      search,  Body::form,     r4::search_locations},
    {"GET",    "[base]/Location/{id}",                   "Location",          "read",             read,    Body::none,     r4::read_location},
    {"GET",    "[base]/Organization",                    "Organization",      "search-type",      search,  Body::none,     r4::search_organizations},
    {"POST",   "[base]/Organization/_search",            "Organization",      "search-type",      search,  Body::form,     r4::search_organizations},
    {"GET",    "[base]/Organization/{id}",               "Organization",      "read",             read,    Body::none,     r4::read_organization},
    {"GET",    "[base]/HealthcareService",               "HealthcareService", "search-type",      search,  Body::none,     r4::search_healthcare_services},
    {"POST",   "[base]/HealthcareService/_search",       "HealthcareService", "search-type",      search,  Body::form,     r4::search_healthcare_services},
    {"GET",    "[base]/HealthcareService/{id}",          "HealthcareService", "read",             read,    Body::none,     r4::read_healthcare_service},

    {"GET",    "[base]/AuditEvent",                      "AuditEvent",        "search-type",      search,  Body::none,     r4::search_audit_events},
    {"POST",   "[base]/AuditEvent/_search",              "AuditEvent",        "search-type",      search,  Body::form,     r4::search_audit_events},
    {"GET",    "[base]/AuditEvent/{id}",                 "AuditEvent",        "read",             read,    Body::none,     r4::read_audit_event},
    {"GET",    "[base]/Provenance",                      "Provenance",        "search-type",      search,  Body::none,     r4::search_provenance},
    {"GET",    "[base]/Provenance/{id}",                 "Provenance",        "read",             read,    Body::none,     r4::read_provenance},

    {"GET",    "[base]/OperationDefinition/{id}",        "OperationDefinition", "read",           open_to_all, Body::none,  r4::read_operation_definition},
    {"GET",    "[base]/metadata",                        "",                  "capabilities",     open_to_all, Body::none,  r4::capabilities},
    {"GET",    "[base]/.well-known/smart-configuration", "",                  "",                 open_to_all, Body::none,  r4::smart_configuration},
    {"POST",   "/oauth2/token",                          "",                  "",                 open_to_all, Body::oauth, r4::issue_token},
    {"GET",    "/oauth2/jwks",                           "",                  "",                 open_to_all, Body::none,  r4::token_keys},
    {"GET",    "/_ping",                                 "",                  "",                 open_to_all, Body::none,  r4::ping},
    {"GET",    "/_status",                               "",                  "",                 open_to_all, Body::none,  r4::status},
};
// clang-format on

} // namespace

std::span<const Route> r4_routes()
{
    return table;
}

} // namespace gateway::faces
