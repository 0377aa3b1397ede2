// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/link.hpp"

#include "adapters/json_fields.hpp"
#include "fhir/model/uk_time.hpp"

namespace adapters::emis
{

using fhir::ErrorKind;
using fhir::Result;

namespace
{

Awaitable<Result<WireLinkage>> linkage_from(Sessions& sessions, Operation operation,
                                            fhir::rest::Request request, Budget budget)
{
    auto answer = co_await sessions.send_without_account(operation, std::move(request), budget);
    if (!answer)
        co_return std::unexpected(answer.error());
    const auto body = json_body(*answer);
    if (!body)
        co_return std::unexpected(body.error());
    co_return read_linkage(*body);
}

} // namespace

Awaitable<Result<PatientLink>> link_patient(Sessions& sessions, fhir::OdsCode practice,
                                            std::string verification_token, FindPatient query, Budget budget)
{
    const auto applicant = applicant_of(query.patient.demographics);
    if (!applicant)
        co_return std::unexpected(applicant.error());
    const auto& patient = query.patient.number();
    auto linkage = co_await linkage_from(sessions, Operation::create_linkage_key,
                                         create_key_request(patient, practice), budget);
    const bool has_account = !linkage && linkage.error().kind() == ErrorKind::already_linked;
    if (has_account && !verification_token.empty())
        linkage = co_await linkage_from(sessions, Operation::look_up_linkage_key,
                                        look_up_request(patient, practice, verification_token), budget);
    if (!linkage)
        co_return std::unexpected(linkage.error());

    auto answer = co_await sessions.send_without_account(
        Operation::link, link_request(*applicant, *linkage, practice), budget);
    if (!answer)
        co_return std::unexpected(answer.error());
    const auto body = json_body(*answer);
    if (!body)
        co_return std::unexpected(body.error());
    auto identity = read_access_identity(*body);
    if (!identity)
        co_return std::unexpected(identity.error());
    co_return PatientLink{std::move(*identity)};
}

} // namespace adapters::emis
