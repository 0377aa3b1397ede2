// SPDX-License-Identifier: Apache-2.0
#include "adapters/demographics.hpp"

#include "adapters/trimmed.hpp"
#include "fhir/model/uk_time.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace adapters
{

namespace
{

std::string folded(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (c >= 'A' && c <= 'Z')
            out += static_cast<char>(c - 'A' + 'a');
        else if (c != ' ')
            out += c;
    }
    return out;
}

const fhir::HumanName* official_name(const fhir::Patient& patient)
{
    for (const auto& name : patient.name)
        if (name.use == fhir::NameUse::official)
            return &name;
    return patient.name.empty() ? nullptr : &patient.name.front();
}

/// Also by a name that the practice holds as the usual one or a nickname.
bool is_called(const fhir::Patient& patient, std::string_view given)
{
    return std::ranges::any_of(patient.name, [&](const fhir::HumanName& name) {
        return !name.given.empty() && folded(name.given.front()) == folded(given);
    });
}

bool is_known(const std::optional<fhir::Gender>& gender)
{
    return gender && *gender != fhir::Gender::unknown;
}

std::vector<std::string> differences(const fhir::Patient& given, const fhir::Patient& held)
{
    std::vector<std::string> found;
    const auto* ours = official_name(given);
    const auto* theirs = official_name(held);
    if (ours != nullptr && theirs != nullptr) {
        if (ours->family && folded(*ours->family) != folded(theirs->family.value_or("")))
            found.push_back("family name");
        if (!ours->given.empty() && !is_called(held, ours->given.front()))
            found.push_back("given name");
    }
    if (is_known(given.gender) && is_known(held.gender) && *given.gender != *held.gender)
        found.push_back("gender");
    if (given.birth_date && held.birth_date &&
        !to_text(*held.birth_date).starts_with(to_text(*given.birth_date)))
        found.push_back("birth date");
    return found;
}

} // namespace

fhir::Result<Applicant> applicant_of(const std::optional<fhir::Patient>& patient)
{
    using enum fhir::ErrorKind;
    if (!patient)
        return fhir::fail(demographics_required);
    Applicant applicant;
    for (const auto& name : patient->name)
        if (applicant.surname.empty() && name.family && name.use != fhir::NameUse::old)
            applicant.surname = trimmed(*name.family);
    if (applicant.surname.empty())
        return std::unexpected(fhir::Error(demographics_required).at("Patient.name.family"));
    const auto& birth = patient->birth_date;
    if (!birth || birth->precision != fhir::DateTime::Precision::day)
        return std::unexpected(fhir::Error(demographics_required).at("Patient.birthDate"));
    applicant.birth_date = fhir::uk_date(birth->at);
    return applicant;
}

std::optional<fhir::Error> mismatch(const std::optional<fhir::Patient>& given, const fhir::Patient& held)
{
    std::string list;
    if (given)
        for (const std::string& each : differences(*given, held))
            list += (list.empty() ? "" : ", ") + each;
    if (list.empty())
        return std::nullopt;
    return fhir::Error(fhir::ErrorKind::demographics_mismatch,
                       "The practice holds other details for this patient: " + list + ".", "Patient");
}

} // namespace adapters
