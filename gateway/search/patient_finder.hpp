// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "fhir/model/nhs_number.hpp"
#include "fhir/model/patient.hpp"
#include "fhir/outcome/error.hpp"
#include "gateway/awaitable.hpp"
#include "gateway/identity/caller.hpp"
#include "gateway/policy/consents.hpp"
#include "gateway/policy/directory.hpp"
#include "gateway/search/federated_search.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gateway::search
{

/// Which of the practices that a caller may see hold a patient.
struct FoundPatients
{
    std::vector<fhir::Patient> patients;  ///< one per practice that knows them; ids `<ODS>.<local>`
    std::vector<MissingPractice> missing; ///< could not be asked, or did not answer
};

/// Asks practices for a patient by NHS number. Practices cannot be asked by the ids they give patients, so an
/// id can be read only by a caller who found that patient here a short while ago. A practice at which the
/// patient is hidden from the caller is asked about nobody. Thread-safe.
class PatientFinder
{
public:
    virtual ~PatientFinder() = default;

    /// A patient nobody knows is an empty answer, not an error.
    virtual Awaitable<FoundPatients> find(identity::Caller caller, fhir::NhsNumber number,
                                          std::string request_id) = 0;
    /// Asks the practice again. `not_found` also for an id that this caller has not found before.
    virtual Awaitable<fhir::Result<fhir::Patient>> read(identity::Caller caller, std::string id,
                                                        std::string request_id) = 0;
    /// Whom an id stands for, when this caller's organisation found that patient here a short while ago. Asks
    /// nobody.
    virtual std::optional<fhir::NhsNumber> remembered(const fhir::OdsCode& consumer,
                                                      const std::string& id) = 0;
};

struct PatientFinderSettings
{
    std::chrono::milliseconds limit{3000}; ///< per practice; all are asked at once, up to max_parallel
    std::size_t max_parallel = 16;
    std::chrono::minutes remember{30};
    std::size_t max_remembered = 20000;
};

std::unique_ptr<PatientFinder>
make_patient_finder(std::function<std::shared_ptr<const policy::Directory>()> directory,
                    const adapters::Clock& clock, PatientFinderSettings settings = {},
                    const policy::Consents* consents = nullptr);

} // namespace gateway::search
