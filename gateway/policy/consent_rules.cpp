// SPDX-License-Identifier: Apache-2.0
#include "gateway/policy/consent_rules.hpp"

#include <algorithm>

namespace gateway::policy
{

using fhir::ErrorKind;
using fhir::Result;

namespace
{

bool is_area(const Directory& directory, const fhir::OdsCode& ods)
{
    const auto& areas = directory.sharing().agreed().areas;
    return std::ranges::find(areas, ods, &Area::ods) != areas.end();
}

/// Where it may hold: a practice writes for itself, whoever books of messages about what it books, an
/// operator for whatever is known here.
Result<void> check_custodian(const ConsentChange& change, const Directory& directory)
{
    const auto& custodian = change.wanted.custodian;
    const bool is_about_messages = change.wanted.kind == ConsentKind::no_messages;
    if (change.writer && !directory.practice(*change.writer) && !is_about_messages)
        return std::unexpected(
            fhir::Error(ErrorKind::organisation_not_allowed,
                        "Who is no practice records only that a patient wants no messages (no-messages).",
                        "Consent.category")
                .advise("Ask the patient's practice, or the operator of the gateway, to record the rest.",
                        fhir::Remedy::operator_));
    if (change.writer && custodian != change.writer)
        return std::unexpected(
            fhir::Error(
                ErrorKind::organisation_not_allowed,
                "A practice records what its own patients decided about its own appointments, whoever "
                "books that they want no messages about what it books.",
                "Consent.organization")
                .advise("Name your own organisation by its ODS code; for an area or for everything ask the "
                        "operator of the gateway.",
                        fhir::Remedy::operator_));
    if (change.writer || !change.wanted.id.empty())
        return {};
    if (custodian && !directory.practice(*custodian) && !is_area(directory, *custodian))
        return fhir::fail(ErrorKind::value_invalid, "No practice or area here has this ODS code.",
                          "Consent.organization");
    return {};
}

} // namespace

Result<void> check_same_decision(const Consent& before, const Consent& wanted)
{
    if (before.status != ConsentStatus::active)
        return std::unexpected(fhir::Error(ErrorKind::transition_not_allowed,
                                           "The consent has been ended and stays so.", "Consent.status")
                                   .advise("Record a new one.", fhir::Remedy::caller));
    const char* changed = before.patient != wanted.patient             ? "Consent.patient"
                          : before.kind != wanted.kind                 ? "Consent.category"
                          : before.custodian != wanted.custodian       ? "Consent.organization"
                          : before.organisation != wanted.organisation ? "Consent.provision.actor"
                                                                       : nullptr;
    if (changed == nullptr)
        return {};
    return std::unexpected(fhir::Error(ErrorKind::not_amendable,
                                       "Only status, period and reason of a consent are changed.", changed)
                               .advise("End this one and record another.", fhir::Remedy::caller));
}

Result<void> check_consent(const ConsentChange& change, const Directory& directory)
{
    const Consent& wanted = change.wanted;
    if (change.author.empty())
        return fhir::fail(ErrorKind::required, "A consent needs the name of who records it.");
    if (!is_consent_reason(wanted.reason))
        return fhir::fail(ErrorKind::value_invalid,
                          "The reason is one of the codes that this gateway knows; free text is not kept.",
                          "Consent.category");
    if (wanted.kind == ConsentKind::sensitive && wanted.organisation)
        return fhir::fail(
            ErrorKind::invariant,
            "A sensitive record is hidden from everybody but the practice; name no organisation.",
            "Consent.provision.actor");
    if (wanted.kind == ConsentKind::no_messages && wanted.organisation)
        return fhir::fail(ErrorKind::invariant,
                          "Messages come from the practice's appointments, whoever books; name no "
                          "organisation.",
                          "Consent.provision.actor");
    if (wanted.custodian && wanted.custodian == wanted.organisation)
        return fhir::fail(ErrorKind::invariant, "A practice sees its own book, whatever is recorded.",
                          "Consent.provision.actor");
    if (wanted.from && wanted.until && *wanted.until <= *wanted.from)
        return fhir::fail(ErrorKind::invariant, "The period ends before it begins.",
                          "Consent.provision.period");
    if (wanted.id.empty() && wanted.status != ConsentStatus::active)
        return fhir::fail(ErrorKind::value_invalid, "A new consent is active.", "Consent.status");
    return check_custodian(change, directory);
}

} // namespace gateway::policy
