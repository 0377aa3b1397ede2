// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "fhir/outcome/error.hpp"
#include "gateway/cli/management_call.hpp"
#include "gateway/settings/settings.hpp"

#include <iosfwd>
#include <string>

namespace gateway::cli
{

/// What `consent` was given. The NHS number is none of it: it comes on standard input, because command lines
/// are seen by others and kept.
struct ConsentOptions
{
    ManagementListener listener;
    bool json = false; ///< print what the gateway answers
    std::string kind, at, from_whom, from, until;
    std::string id; ///< of `end`
    bool in_error = false;
    std::string reason, by;
};

/// Asks and changes what patients decided, at a running gateway. What is printed, or why not, as the gateway
/// said it.
class ConsentCommand
{
public:
    ConsentCommand(const ConsentOptions& options, const settings::Settings& settings,
                   const adapters::Clock& clock, adapters::Random& random)
        : options_(options), settings_(settings), clock_(clock), random_(random)
    {}

    fhir::Result<std::string> list(std::istream& number) const;
    fhir::Result<std::string> add(std::istream& number) const;
    fhir::Result<std::string> end() const;

private:
    fhir::Result<std::string> post(std::string target, std::string body) const;

    const ConsentOptions& options_;
    const settings::Settings& settings_;
    const adapters::Clock& clock_;
    adapters::Random& random_;
};

} // namespace gateway::cli
