// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/accounts.hpp"

#include "adapters/refusals.hpp"

namespace adapters::vision
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::Result;

namespace
{

constexpr std::chrono::minutes configuration_lifetime{5};
constexpr std::size_t most_kept = 2000;

/// A link that the supplier refuses is the practice's to renew; the service account is the operator's.
Error told_to(const Speaker& speaker, Error error)
{
    if (error.kind() != ErrorKind::link_invalid || speaker.patient)
        return error;
    return refused(ErrorKind::link_invalid,
                   "The practice's system does not accept the service account that searches it.",
                   "Link the service account again and configure its new credential.",
                   fhir::Remedy::operator_)
        .from_supplier(error.supplier_code());
}

bool is_about_appointments(Service service)
{
    return service != Service::configuration && service != Service::demographics && service != Service::link;
}

} // namespace

Accounts::Configuration Accounts::kept(const std::string& credential)
{
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(credential);
    if (found == kept_.end())
        return nullptr;
    const auto age = clock_.now() - found->second.since;
    return age >= std::chrono::seconds(0) && age < configuration_lifetime ? found->second.configuration
                                                                          : nullptr;
}

/// A practice that has switched appointments off is asked again every time.
void Accounts::keep(const std::string& credential, Configuration configuration)
{
    if (!configuration->appointments_enabled)
        return;
    const std::lock_guard lock(mutex_);
    if (kept_.size() >= most_kept)
        kept_.clear();
    kept_[credential] = {std::move(configuration), clock_.now()};
}

void Accounts::forget(const std::string& credential)
{
    const std::lock_guard lock(mutex_);
    kept_.erase(credential);
}

Awaitable<Result<Accounts::Configuration>> Accounts::fetch(Speaker speaker, Budget budget)
{
    auto account = Account::parse(speaker.credential);
    if (!account)
        co_return std::unexpected(told_to(speaker, Error(ErrorKind::link_invalid)));
    auto answer = co_await calls_.send({Service::configuration, std::move(account), {}, {}, {}}, budget);
    if (!answer)
        co_return std::unexpected(told_to(speaker, answer.error()));
    auto read = read_configuration(*answer);
    if (!read)
        co_return std::unexpected(read.error());
    auto configuration = std::make_shared<const WireConfiguration>(std::move(*read));
    keep(speaker.credential, configuration);
    co_return configuration;
}

Awaitable<Result<Accounts::Configuration>> Accounts::configuration(Speaker speaker, Budget budget)
{
    Result<Configuration> found = kept(speaker.credential);
    if (!*found)
        found = co_await fetch(speaker, budget);
    if (!found)
        co_return found;
    // An account that does not tell whose it is, is nobody's.
    if (speaker.patient && (*found)->nhs_number != speaker.patient)
        co_return fhir::fail(ErrorKind::link_invalid);
    co_return found;
}

Awaitable<Result<xml::Document>> Accounts::ask(Speaker speaker, Question question, Budget budget)
{
    auto found = co_await configuration(speaker, budget);
    if (!found)
        co_return std::unexpected(found.error());
    if (!(*found)->appointments_enabled && is_about_appointments(question.service))
        co_return fhir::fail(ErrorKind::service_disabled);
    question.account = Account::parse(speaker.credential);
    question.patient_id = (*found)->patient_id;
    auto answer = co_await calls_.send(std::move(question), budget);
    if (!answer)
        co_return std::unexpected(told_to(speaker, answer.error()));
    co_return answer;
}

Awaitable<Result<xml::Document>> Accounts::send(Speaker speaker, Question question, Budget budget)
{
    const auto known = kept(speaker.credential);
    auto answer = co_await ask(speaker, question, budget);
    if (answer || answer.error().effect_possible())
        co_return answer;
    const auto kind = answer.error().kind();
    const bool stale = is_stale_patient_id(answer.error());
    if (stale || kind == ErrorKind::link_invalid || kind == ErrorKind::service_disabled)
        forget(speaker.credential);
    if (!stale || !known)
        co_return answer;
    auto again = co_await ask(std::move(speaker), std::move(question), budget);
    co_return again;
}

} // namespace adapters::vision
