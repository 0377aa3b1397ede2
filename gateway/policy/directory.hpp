// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/registry.hpp"
#include "fhir/model/ods_code.hpp"
#include "fhir/outcome/error.hpp"
#include "gateway/policy/service.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::policy
{

/// One practice as configured, with its live adapter.
struct Practice
{
    fhir::OdsCode ods;
    std::string name;
    std::string system; ///< `emis`, `gpconnect`
    std::string phone;
    std::optional<adapters::PatientLink> search_identity;
    std::shared_ptr<adapters::upstream::Upstream> upstream;
    std::shared_ptr<adapters::Adapter> adapter;
    SessionPatterns public_sessions = {}; ///< of which anybody may know the slots; empty: none
};

struct Federation
{
    std::string name;
    std::vector<fhir::OdsCode> practices;
    std::vector<fhir::OdsCode> consumers; ///< organisations that may search and book in it
};

/// Who exists and who shares with whom. An immutable snapshot, swapped whole on reload.
class Directory
{
public:
    Directory(std::vector<std::shared_ptr<const Practice>> practices, std::vector<Federation> federations,
              std::vector<BookableService> services = {});

    /// nullptr when unknown.
    std::shared_ptr<const Practice> practice(const fhir::OdsCode& ods) const;
    /// Practices that share with this consumer, in order of ODS code. A practice may always see its own book.
    std::vector<std::shared_ptr<const Practice>> visible_to(const fhir::OdsCode& consumer) const;
    bool shares(const fhir::OdsCode& practice, const fhir::OdsCode& consumer) const;
    const std::vector<std::shared_ptr<const Practice>>& practices() const { return practices_; }
    const std::vector<Federation>& federations() const { return federations_; }
    /// nullptr when unknown.
    const BookableService* service(std::string_view id) const;
    const std::vector<BookableService>& services() const { return services_; }

private:
    std::vector<std::shared_ptr<const Practice>> practices_;
    std::vector<Federation> federations_;
    std::vector<BookableService> services_;
};

} // namespace gateway::policy
