// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/nhs_number.hpp"
#include "fhir/model/patient.hpp"
#include "fhir/outcome/error.hpp"
#include "gateway/awaitable.hpp"
#include "gateway/identity/caller.hpp"
#include "gateway/policy/consents.hpp"
#include "gateway/policy/directory.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace gateway::search
{

/// Where link credentials are kept: practice (ODS code), NHS number, credential.
struct KeptLinks
{
    std::function<Awaitable<fhir::Result<std::optional<std::string>>>(std::string, std::string)> find;
    std::function<Awaitable<fhir::Result<void>>(std::string, std::string, std::string)> keep;
};

/// One patient at one practice, also where the practice's system shows a patient only to whoever is linked to
/// them. Sharing is the caller's to check; whoever is hidden from the caller is not known. Thread-safe.
class PracticePatients
{
public:
    explicit PracticePatients(KeptLinks links, std::chrono::milliseconds limit = std::chrono::seconds(3),
                              const policy::Consents* consents = nullptr)
        : links_(std::move(links)), limit_(limit), consents_(consents)
    {}

    /// `patient_not_found` also where the system cannot be asked about somebody to whom nothing links it.
    Awaitable<fhir::Result<fhir::Patient>> find(identity::Caller caller,
                                                std::shared_ptr<const policy::Practice> practice,
                                                fhir::NhsNumber number, std::string request_id) const;

    /// Makes the patient known: a temporary registration, or a new link where the system works with links.
    /// Errors: `already_linked` when they are known; `not_implemented` where neither exists.
    Awaitable<fhir::Result<fhir::Patient>> add(identity::Caller caller,
                                               std::shared_ptr<const policy::Practice> practice,
                                               fhir::NhsNumber number, fhir::Patient details,
                                               std::string request_id) const;

private:
    Awaitable<fhir::Result<fhir::Patient>> find_at(identity::Caller caller,
                                                   std::shared_ptr<const policy::Practice> practice,
                                                   fhir::NhsNumber number, std::string request_id,
                                                   bool hidden) const;
    Awaitable<fhir::Result<fhir::Patient>> link(std::shared_ptr<const policy::Practice> practice,
                                                adapters::FindPatient query) const;

    KeptLinks links_;
    std::chrono::milliseconds limit_;
    const policy::Consents* consents_;
};

} // namespace gateway::search
