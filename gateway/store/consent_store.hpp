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

/// One version of what a patient has decided. What `body` means the store does not know; sealed like the
/// number, because whose it is could be guessed from it.
struct ConsentRecord
{
    std::string id;
    std::int64_t version = 0;
    std::string patient; ///< NHS number digits; sealed, found by hash
    std::string body;    ///< sealed
    fhir::Instant at{};
};

/// Patients' decisions on who may see their appointments; the part of a Store that stands behind
/// policy::Consents. Versions are never changed. The promises are Store's.
class ConsentStore
{
public:
    virtual ~ConsentStore() = default;

    /// As the version behind `record.version` (0: as the first), which is returned. Nothing when another one
    /// is the newest by now, or it is another patient's; then nothing is written.
    virtual Awaitable<fhir::Result<std::optional<std::int64_t>>> write_consent(ConsentRecord record) = 0;
    /// The newest version of each, by id.
    virtual Awaitable<fhir::Result<std::vector<ConsentRecord>>> consents() = 0;
    /// The same, of one patient.
    virtual Awaitable<fhir::Result<std::vector<ConsentRecord>>> consents_of(std::string patient) = 0;
    /// Newest first.
    virtual Awaitable<fhir::Result<std::vector<ConsentRecord>>> consent_history(std::string id) = 0;
};

} // namespace gateway::store
