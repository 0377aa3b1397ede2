// SPDX-License-Identifier: Apache-2.0
#include "fhir/bars/names.hpp"
#include "gateway/faces/bars/message_rules.hpp"

#include <algorithm>
#include <array>

/// The MessageDefinitions (BaRS 1.0.0) that are taken here. What none lists is left out of a message, not
/// refused.
namespace gateway::faces::bars
{

namespace
{

namespace words = fhir::bars;

constexpr std::string_view referral_profile =
    "https://fhir.nhs.uk/StructureDefinition/BARSServiceRequest-request-referral";

constexpr std::array<FocusRow, 12> booking_focus{{
    {"MessageHeader", words::profile::message_header, 1, 1},
    {"Appointment", "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Appointment", 1, 1},
    {"Patient", "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient", 1, 1},
    {"Organization", "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Organization", 2, any},
    {"Slot", "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Slot", 1, 1},
    {"Schedule", "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Schedule", 1, 1},
    {"HealthcareService", "https://fhir.hl7.org.uk/StructureDefinition/UKCore-HealthcareService", 1, 1},
    {"Location", "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Location", 0, 1},
    {"ServiceRequest", referral_profile, 0, 1},
    {"Practitioner", "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Practitioner", 0, any},
    {"PractitionerRole", "https://fhir.hl7.org.uk/StructureDefinition/UKCore-PractitionerRole", 0, any},
    {"Consent", "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Consent", 0, any},
}};
constexpr std::array<FocusRow, 4> cancellation_focus{
    {booking_focus[0], booking_focus[1], booking_focus[2], booking_focus[3]}};

// assumed: the table of workflows wants a CarePlan and an Encounter of a new referral; how many of each a
// message holds is not published where it could be read.
constexpr std::array<FocusRow, 9> referral_focus{{
    {"MessageHeader", "https://fhir.nhs.uk/StructureDefinition/BARSMessageHeader-servicerequest-request", 1,
     1},
    {"ServiceRequest", referral_profile, 1, 1},
    {"Patient", "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient", 1, 1},
    {"Organization", "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Organization", 2, any},
    {"CarePlan", "https://fhir.hl7.org.uk/StructureDefinition/UKCore-CarePlan", 1, any},
    {"Encounter", "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Encounter", 1, any},
    {"HealthcareService", "https://fhir.hl7.org.uk/StructureDefinition/UKCore-HealthcareService", 0, any},
    {"Practitioner", "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Practitioner", 0, any},
    {"PractitionerRole", "https://fhir.hl7.org.uk/StructureDefinition/UKCore-PractitionerRole", 0, any},
}};
constexpr std::array<FocusRow, 4> referral_change_focus{
    {referral_focus[0], referral_focus[1], referral_focus[2], referral_focus[3]}};
constexpr std::array<FocusRow, 4> feedback_focus{{
    {"MessageHeader", "https://fhir.nhs.uk/StructureDefinition/BARSMessageHeader-servicerequest-response", 1,
     1},
    {"ServiceRequest", "https://fhir.nhs.uk/StructureDefinition/BARSServiceRequest-response-referral", 1, 1},
    referral_focus[2],
    referral_focus[3],
}};

constexpr std::array<DefinitionRow, 6> known{{
    {words::definition::booking, "BARSMessageDefinitionBookingRequest", words::booking_event,
     Purpose::booking, booking_focus},
    {words::definition::cancellation, "BARSMessageDefinitionBookingRequestCancelled", words::booking_event,
     Purpose::cancellation, cancellation_focus},
    {words::definition::referral, "BARSMessageDefinitionServiceRequestRequestReferral", words::referral_event,
     Purpose::referral, referral_focus},
    {words::definition::referral_cancellation, "BARSMessageDefinitionServiceRequestRequestCancelled",
     words::referral_event, Purpose::referral_cancellation, referral_change_focus},
    {words::definition::feedback, "BARSMessageDefinitionServiceRequestResponseReferral",
     words::feedback_event, Purpose::feedback, feedback_focus},
    {words::definition::short_feedback, "BARSMessageDefinitionServiceRequestResponseReferralShort",
     words::feedback_event, Purpose::feedback, feedback_focus},
}};

} // namespace

std::span<const DefinitionRow> definitions()
{
    return known;
}

const DefinitionRow* definition_named(std::string_view canonical)
{
    const auto found =
        std::ranges::find(known, canonical.substr(0, canonical.find('|')), &DefinitionRow::url);
    return found == known.end() ? nullptr : &*found;
}

} // namespace gateway::faces::bars
