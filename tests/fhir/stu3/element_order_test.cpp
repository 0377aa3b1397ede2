// SPDX-License-Identifier: Apache-2.0
#include "fhir/schema/schema.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace
{

using namespace fhir;
using schema::ElementInfo;
using schema::TypeInfo;

struct Order
{
    std::string path;     ///< `Appointment.participant`, `Patient.name`
    std::string elements; ///< in the order of FHIR 3.0.1; those of every element or resource left out
};

/// The type of the element at that path, as STU3 has it.
const TypeInfo* type_at(std::string path)
{
    const TypeInfo* type = nullptr;
    for (path += '.'; !path.empty(); path.erase(0, path.find('.') + 1)) {
        const auto name = path.substr(0, path.find('.'));
        if (type == nullptr) {
            type = schema::find_resource_type(name, Release::stu3);
        } else {
            const auto found = std::ranges::find(type->elements, name, &ElementInfo::name);
            type = found == type->elements.end() ? nullptr : found->type;
        }
        if (type == nullptr)
            return nullptr;
        type = &type->in(Release::stu3);
    }
    return type;
}

std::string own_elements(const TypeInfo& type)
{
    static const std::string common =
        " id meta implicitRules language text contained extension modifierExtension ";
    std::string names;
    for (const ElementInfo& info : type.elements) {
        const bool of_resource = type.make != nullptr || info.name != "text";
        if (common.find(' ' + std::string(info.name) + ' ') != std::string::npos && of_resource &&
            (type.make != nullptr || info.name != "language"))
            continue;
        names.append(names.empty() ? "" : " ").append(info.name);
    }
    return names;
}

TEST(Stu3Order, ElementsStandWhereTheStandardHasThem)
{
    const Order rows[] = {
        {"Slot", "identifier serviceCategory serviceType specialty appointmentType schedule status start end "
                 "overbooked comment"},
        {"Schedule", "identifier active serviceCategory serviceType specialty actor planningHorizon comment"},
        {"Appointment",
         "identifier status serviceCategory serviceType specialty appointmentType reason indication priority "
         "description supportingInformation start end minutesDuration slot created comment incomingReferral "
         "participant requestedPeriod"},
        {"Appointment.participant", "type actor required status"},
        {"Patient",
         "identifier active name telecom gender birthDate deceased address maritalStatus multipleBirth "
         "photo contact communication generalPractitioner managingOrganization link"},
        {"Patient.contact", "relationship name telecom address gender organization period"},
        {"Patient.name", "use text family given prefix suffix period"},
        {"Patient.identifier", "use type system value period assigner"},
        {"Patient.telecom", "system value use rank period"},
        {"Patient.address", "use type text line city district state postalCode country period"},
        {"Patient.maritalStatus", "coding text"},
        {"Patient.maritalStatus.coding", "system version code display userSelected"},
        {"Patient.managingOrganization", "reference identifier display"},
        {"Patient.meta", "versionId lastUpdated profile security tag"},
        {"Practitioner",
         "identifier active name telecom address gender birthDate photo qualification communication"},
        {"Organization", "identifier active type name alias telecom address partOf contact endpoint"},
        {"Location", "identifier status operationalStatus name alias description mode type telecom address "
                     "physicalType position managingOrganization partOf endpoint"},
        {"Bundle", "identifier type total link entry"},
        {"Bundle.entry", "link fullUrl resource search request response"},
        {"OperationOutcome.issue", "severity code details diagnostics location expression"},
        {"Parameters.parameter", "name value resource part"},
        {"CapabilityStatement",
         "url version name title status experimental date publisher contact description jurisdiction purpose "
         "copyright kind instantiates software implementation fhirVersion acceptUnknown format patchFormat "
         "implementationGuide profile rest"},
        {"CapabilityStatement.software", "name version releaseDate"},
        {"CapabilityStatement.rest",
         "mode documentation security resource interaction searchParam operation compartment"},
        {"CapabilityStatement.rest.operation", "name definition"},
        {"CapabilityStatement.rest.resource",
         "type profile documentation interaction versioning readHistory updateCreate conditionalCreate "
         "conditionalRead conditionalUpdate conditionalDelete referencePolicy searchInclude searchRevInclude "
         "searchParam"},
    };
    for (const auto& row : rows) {
        const TypeInfo* type = type_at(row.path);
        ASSERT_NE(type, nullptr) << row.path;
        EXPECT_EQ(own_elements(*type), row.elements) << row.path;
    }
}

} // namespace
