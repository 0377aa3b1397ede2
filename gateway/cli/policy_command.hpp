// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/cli/management_call.hpp"

#include <string>

namespace gateway::cli
{

/// What `practice`, `valve`, `agreement` and `slot-type` were given.
struct PolicyOptions
{
    ManagementListener listener;
    bool json = false;     ///< print what the gateway answers
    bool csv = false;      ///< of lists: for spreadsheets
    bool unmapped = false; ///< of `slot-type list`: only those
    std::string name;      ///< ODS code, or agreement id
    std::string file;      ///< of `agreement put`
    std::string until;     ///< of a pause or a limit
    std::string reason, by;
    unsigned per_hour = 0;
};

/// Asks and changes a running gateway's policy. What is printed, or why not, as the gateway said it.
class PolicyCommand
{
public:
    PolicyCommand(const PolicyOptions& options, const settings::Settings& settings,
                  const adapters::Clock& clock, adapters::Random& random)
        : options_(options), settings_(settings), clock_(clock), random_(random)
    {}

    fhir::Result<std::string> practices() const; ///< with their valves
    fhir::Result<std::string> practice() const;
    /// `open`, `limited` or `paused`.
    fhir::Result<std::string> set_valve(const std::string& state) const;
    fhir::Result<std::string> agreements() const;
    fhir::Result<std::string> agreement() const;
    fhir::Result<std::string> agreement_history() const;
    /// Every table of the file, areas and valves too, one after the other.
    fhir::Result<std::string> put_file() const;
    fhir::Result<std::string> remove_agreement() const;
    /// What practices call their slots, and what that means.
    fhir::Result<std::string> slot_types() const;

private:
    fhir::Result<fhir::rest::Response> ask(fhir::rest::Request request) const;
    fhir::Result<std::string> get(const std::string& target) const;
    /// Of what stands there now; empty where nothing does.
    fhir::Result<std::string> etag_of(const std::string& target) const;
    fhir::Result<std::string> change(fhir::rest::Request request, const std::string& etag) const;
    fhir::Result<std::string> put(const policy::PolicyTable& table) const;

    const PolicyOptions& options_;
    const settings::Settings& settings_;
    const adapters::Clock& clock_;
    adapters::Random& random_;
};

} // namespace gateway::cli
