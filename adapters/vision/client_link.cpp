// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/client.hpp"
#include "adapters/vision/linkage.hpp"

namespace adapters::vision
{

using fhir::ErrorKind;
using fhir::Result;

Awaitable<Result<WireLinkage>> Client::linkage_for(Applicant applicant, fhir::NhsNumber patient,
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
    const auto applicant = applicant_of(query.patient.demographics);
    if (!applicant)
        co_return std::unexpected(applicant.error());
    const Budget budget(write_limit_);
    const auto linkage = co_await linkage_for(*applicant, query.patient.number(), budget);
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
