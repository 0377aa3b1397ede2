// SPDX-License-Identifier: Apache-2.0
#include "adapters/tpp/client.hpp"

namespace adapters::tpp
{

using fhir::ErrorKind;
using fhir::Result;

namespace
{

std::unexpected<fhir::Error> nothing_lasting()
{
    return fhir::fail(ErrorKind::supplier_malformed);
}

} // namespace

/// Makes an account, then proves it with the passphrase for linking; the second answer brings the lasting
/// one.
Awaitable<Result<PatientLink>> Client::link_patient(FindPatient query)
{
    const auto applicant = applicant_of(query.patient.demographics);
    if (!applicant)
        co_return std::unexpected(applicant.error());
    const Budget budget(write_limit_);
    auto created =
        co_await calls_.send(Operation::link, calls_.common(),
                             create_account_attributes(*applicant, query.patient.number()), budget);
    if (!created)
        co_return std::unexpected(created.error());
    const auto made = read_linkage(created->document);
    if (!made)
        co_return std::unexpected(made.error());
    if (made->account_id.empty() || made->passphrase_to_link.empty())
        co_return nothing_lasting();

    Account account{made->account_id, made->passphrase_to_link, made->provider_id};
    auto proved = co_await calls_.send(Operation::link, calls_.common(),
                                       prove_account_attributes(*applicant, account), budget);
    if (!proved)
        co_return std::unexpected(proved.error());
    const auto lasting = read_linkage(proved->document);
    if (!lasting)
        co_return std::unexpected(lasting.error());
    if (lasting->passphrase.empty() ||
        (!lasting->account_id.empty() && lasting->account_id != account.account_id))
        co_return nothing_lasting();
    account.passphrase = lasting->passphrase;
    if (!lasting->provider_id.empty())
        account.provider_id = lasting->provider_id;
    if (account.provider_id.empty())
        account.provider_id = calls_.application().provider_id;
    co_return PatientLink{account.text()};
}

} // namespace adapters::tpp
