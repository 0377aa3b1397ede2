// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/client.hpp"
#include "adapters/vision/linkage.hpp"

namespace adapters::vision
{

using fhir::ErrorKind;
using fhir::Result;

namespace
{

/// Surname and birth date must be there and complete: Vision compares both.
Result<WireApplicant> applicant_of(const PatientContext& patient)
{
    if (!patient.demographics)
        return fhir::fail(ErrorKind::demographics_required);
    WireApplicant applicant;
    for (const auto& name : patient.demographics->name)
        if (applicant.surname.empty() && name.family && name.use != fhir::NameUse::old)
            applicant.surname = xml::trimmed(*name.family);
    if (applicant.surname.empty())
        return std::unexpected(fhir::Error(ErrorKind::demographics_required).at("Patient.name.family"));
    const auto& birth = patient.demographics->birth_date;
    if (!birth || birth->precision != fhir::DateTime::Precision::day)
        return std::unexpected(fhir::Error(ErrorKind::demographics_required).at("Patient.birthDate"));
    applicant.birth_date = fhir::uk_date(birth->at);
    return applicant;
}

} // namespace

Awaitable<Result<WireLinkage>> Client::linkage_for(WireApplicant applicant, fhir::NhsNumber patient,
                                                   Budget budget)
{
    auto made = co_await calls_.send_linkage(make_key_request(linkage_path_, applicant, patient), budget);
    if (made || !has_key_already(made.error()))
        co_return made;
    auto found = co_await calls_.send_linkage(find_key_request(linkage_path_, patient), budget);
    co_return found;
}

Awaitable<Result<PatientLink>> Client::link_patient(FindPatient query)
{
    const auto applicant = applicant_of(query.patient);
    if (!applicant)
        co_return std::unexpected(applicant.error());
    const Budget budget(write_limit_);
    const auto linkage = co_await linkage_for(*applicant, query.patient.nhs_number, budget);
    if (!linkage)
        co_return std::unexpected(linkage.error());
    auto answer =
        co_await calls_.send({Service::link, {}, {}, {}, link_contents(*applicant, *linkage)}, budget);
    if (!answer)
        co_return std::unexpected(answer.error());
    const auto account = read_account(*answer);
    if (!account)
        co_return std::unexpected(account.error());
    if (account->account_id != linkage->account_id) // somebody else's
        co_return fhir::fail(ErrorKind::supplier_malformed);
    co_return PatientLink{account->text()};
}

} // namespace adapters::vision
