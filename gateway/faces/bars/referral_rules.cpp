// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/bars/referral_rules.hpp"

#include "fhir/rest/message.hpp"
#include "gateway/faces/bars/message_rules.hpp"

#include <algorithm>

namespace gateway::faces::bars
{

namespace
{

using fhir::ErrorKind;
using fhir::RequestStatus;
using fhir::Result;

constexpr std::string_view message_header = "Bundle.entry[0].resource.",
                           request = "Bundle.entry.resource.ofType(ServiceRequest).";

std::unexpected<fhir::Error> unfit(std::string sentence, std::string_view place, std::string_view element)
{
    return fhir::fail(ErrorKind::invariant, std::move(sentence), std::string(place) + std::string(element));
}

std::unexpected<fhir::Error> does_not_go_together()
{
    return unfit("Definition, reason and status of the referral do not go together.", message_header,
                 "reason");
}

/// By its code alone: published material names several systems for it.
bool is_referral(const fhir::ServiceRequest& referral)
{
    return std::ranges::any_of(referral.category, [](const fhir::CodeableConcept& category) {
        return std::ranges::any_of(category.coding, [](const fhir::Coding& coding) {
            return coding.code && fhir::rest::equal_ignoring_case(coding.code->text, "referral");
        });
    });
}

bool takes_back(RequestStatus status)
{
    return status == RequestStatus::revoked || status == RequestStatus::entered_in_error;
}

Result<void> check_new_referral(const Message& message)
{
    const fhir::ServiceRequest& referral = referral_of(message);
    if (reason_of(message.header()) != "new" || referral.status != RequestStatus::active)
        return does_not_go_together();
    if (!is_referral(referral))
        return unfit("The category of a referral is referral.", request, "category");
    const auto plans = message.statuses("CarePlan"), encounters = message.statuses("Encounter");
    if (std::ranges::find(plans, "completed") == plans.end())
        return unfit("A referral comes with a completed CarePlan.", "Bundle.entry.resource.",
                     "ofType(CarePlan).status");
    const auto over = [](std::string_view status) { return status == "triaged" || status == "finished"; };
    if (!std::ranges::all_of(encounters, over))
        return unfit("The Encounter of a referral is triaged or finished.", "Bundle.entry.resource.",
                     "ofType(Encounter).status");
    return {};
}

/// Any of the three reasons, as for bookings: published material has each of them.
Result<void> check_referral_cancellation(const Message& message)
{
    const bool fits = !reason_of(message.header()).empty() && takes_back(referral_of(message).status);
    return fits ? Result<void>() : does_not_go_together();
}

Result<void> check_feedback(const Message& message)
{
    const auto& response = message.header().response;
    if (!response || response->identifier.empty())
        return fhir::fail(ErrorKind::required, "Feedback says which message it is on.",
                          std::string(message_header) + "response");
    if (reason_of(message.header()) != "new" || referral_of(message).status != RequestStatus::revoked)
        return does_not_go_together();
    return {};
}

} // namespace

const fhir::ServiceRequest& referral_of(const Message& message)
{
    for (const fhir::Reference& focus : message.header().focus)
        if (const auto* found = message.find<fhir::ServiceRequest>(focus))
            return *found;
    return *message.first<fhir::ServiceRequest>();
}

Result<void> check_referral_workflow(const Message& message, Purpose purpose)
{
    if (purpose == Purpose::feedback)
        return check_feedback(message);
    return purpose == Purpose::referral ? check_new_referral(message) : check_referral_cancellation(message);
}

} // namespace gateway::faces::bars
