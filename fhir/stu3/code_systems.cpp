// SPDX-License-Identifier: Apache-2.0
#include "fhir/stu3/code_systems.hpp"

#include <algorithm>
#include <array>

namespace fhir::stu3
{

namespace
{

struct System
{
    std::string_view r4, stu3;
    bool written = true; ///< false: another spelling that providers use; read only
};

constexpr std::array<System, 5> systems{{
    {"https://fhir.hl7.org.uk/CodeSystem/UKCore-SDSJobRoleName",
     "https://fhir.nhs.uk/STU3/CodeSystem/CareConnect-SDSJobRoleName-1"},
    {"https://fhir.hl7.org.uk/CodeSystem/UKCore-SDSJobRoleName",
     "https://fhir.nhs.uk/STU3/ValueSet/GPConnect-PractitionerRole-1", false},
    {"https://fhir.hl7.org.uk/CodeSystem/UKCore-SDSJobRoleName",
     "https://fhir.hl7.org.uk/STU3/CodeSystem/CareConnect-SDSJobRoleName-1", false},
    {"https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland",
     "https://fhir.nhs.uk/STU3/CodeSystem/CareConnect-NHSNumberVerificationStatus-1"},
    {"https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland",
     "https://fhir.nhs.uk/CareConnect-NHSNumberVerificationStatus-1", false},
}};

/// HL7's version 2 and version 3 tables, by the beginning of their URLs.
constexpr std::array<System, 2> families{{
    {"http://terminology.hl7.org/CodeSystem/v2-", "http://hl7.org/fhir/v2/"},
    {"http://terminology.hl7.org/CodeSystem/v3-", "http://hl7.org/fhir/v3/"},
}};

/// Long enough for every table that there is; others keep their name in both directions.
constexpr std::size_t longest_table = 48;

bool is_table(std::string_view name)
{
    return !name.empty() && name.size() <= longest_table && name.find('/') == std::string_view::npos;
}

} // namespace

std::string_view code_system_of_r4(std::string_view system, TextFill& scratch)
{
    static_assert(families[0].stu3.size() + longest_table <= TextFill::room);
    for (const System& family : families)
        if (system.starts_with(family.r4) && is_table(system.substr(family.r4.size())))
            return scratch.put(family.stu3).put(system.substr(family.r4.size())).view();
    const auto known =
        std::ranges::find_if(systems, [&](const System& each) { return each.written && each.r4 == system; });
    return known == systems.end() ? system : known->stu3;
}

std::string r4_code_system(std::string_view system)
{
    for (const System& family : families)
        if (system.starts_with(family.stu3) && is_table(system.substr(family.stu3.size())))
            return std::string(family.r4).append(system.substr(family.stu3.size()));
    const auto known = std::ranges::find(systems, system, &System::stu3);
    return std::string(known == systems.end() ? system : known->r4);
}

} // namespace fhir::stu3
