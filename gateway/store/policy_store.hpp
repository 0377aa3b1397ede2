// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"
#include "fhir/outcome/error.hpp"
#include "gateway/awaitable.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gateway::store
{

/// One version of an agreement, area or valve as an operator wrote it. What `body` means the store does not
/// know; none of it is about a patient.
struct PolicyRecord
{
    std::string kind; ///< `agreement`, `area` or `valve`
    std::string key;  ///< within its kind
    std::int64_t version = 0;
    std::string body; ///< empty where removed
    bool removed = false;
    std::string author;
    std::string reason;
    fhir::Instant at{};
};

/// What operators changed of the policy; the part of a Store that its administration stands on. Versions are
/// never changed. The promises are Store's.
class PolicyStore
{
public:
    virtual ~PolicyStore() = default;

    /// As the version behind `record.version` (0: as the first), which is returned. Nothing when another one
    /// is the newest by now; then nothing is written.
    virtual Awaitable<fhir::Result<std::optional<std::int64_t>>> write_policy(PolicyRecord record) = 0;
    /// The newest version of each, removed ones too; by kind, then key.
    virtual Awaitable<fhir::Result<std::vector<PolicyRecord>>> policies() = 0;
    /// Newest first.
    virtual Awaitable<fhir::Result<std::vector<PolicyRecord>>> policy_history(std::string kind,
                                                                              std::string key) = 0;
};

} // namespace gateway::store
