// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/policy/consents.hpp"
#include "tests/support/asio_test.hpp"

#include <algorithm>
#include <map>

namespace tests
{

/// Consents in memory, with the promises of the store.
class MemoryConsents : public gateway::store::ConsentStore
{
public:
    using Record = gateway::store::ConsentRecord;
    template <class T>
    using Answer = gateway::Awaitable<fhir::Result<T>>;

    bool fails = false;

    Answer<std::optional<std::int64_t>> write_consent(Record record) override
    {
        if (fails)
            co_return fhir::fail(fhir::ErrorKind::store_unavailable);
        auto& versions = kept_[record.id];
        const bool same = versions.empty() || versions.front().patient == record.patient;
        if (static_cast<std::int64_t>(versions.size()) != record.version || !same)
            co_return std::optional<std::int64_t>();
        ++record.version;
        versions.push_back(std::move(record));
        co_return static_cast<std::int64_t>(versions.size());
    }
    Answer<std::vector<Record>> consents() override { co_return newest({}); }
    Answer<std::vector<Record>> consents_of(std::string patient) override { co_return newest(patient); }
    Answer<std::vector<Record>> consent_history(std::string id) override
    {
        const auto found = kept_.find(id);
        std::vector<Record> versions = found == kept_.end() ? std::vector<Record>() : found->second;
        std::ranges::reverse(versions);
        co_return versions;
    }

private:
    std::vector<Record> newest(const std::string& patient) const
    {
        std::vector<Record> found;
        for (const auto& [id, versions] : kept_)
            if (patient.empty() || versions.back().patient == patient)
                found.push_back(versions.back());
        return found;
    }

    std::map<std::string, std::vector<Record>> kept_;
};

/// What `work` gives; also where that has no value of its own to begin with.
template <class T>
fhir::Result<T> finished(gateway::Awaitable<fhir::Result<T>> work)
{
    std::optional<fhir::Result<T>> result;
    run<int>([](gateway::Awaitable<fhir::Result<T>> inner, auto& out) -> gateway::Awaitable<int> {
        auto done = co_await std::move(inner);
        out.emplace(std::move(done));
        co_return 0;
    }(std::move(work), result));
    return std::move(*result);
}

/// What hides a patient, recorded by an operator for everywhere unless said otherwise.
inline gateway::policy::ConsentChange consent_of(std::string_view digits, gateway::policy::ConsentKind kind,
                                                 std::string_view custodian = {},
                                                 std::string_view organisation = {})
{
    gateway::policy::Consent wanted{.patient = *fhir::NhsNumber::parse(digits)};
    wanted.kind = kind;
    wanted.custodian = fhir::OdsCode::parse(custodian);
    wanted.organisation = fhir::OdsCode::parse(organisation);
    wanted.reason = "patient-request";
    return {.wanted = std::move(wanted), .writer = {}, .author = "A. Operator", .via = "test"};
}

/// The same consent, ended.
inline gateway::policy::ConsentChange ended(gateway::policy::Consent consent)
{
    consent.status = gateway::policy::ConsentStatus::inactive;
    consent.reason = "no-longer-wanted";
    return {.wanted = std::move(consent), .writer = {}, .author = "A. Operator", .via = "test"};
}

} // namespace tests
