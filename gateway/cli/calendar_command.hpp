// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "fhir/outcome/error.hpp"
#include "gateway/cli/management_call.hpp"
#include "gateway/settings/settings.hpp"

#include <string>

namespace gateway::cli
{

/// What `calendar` was given.
struct CalendarOptions
{
    ManagementListener listener;
    bool json = false; ///< print what the gateway answers
    std::string feed;  ///< its id
    std::string by, reason;
};

/// Calendar feeds at a running gateway. What is printed, or why not, as the gateway said it.
class CalendarCommand
{
public:
    CalendarCommand(const CalendarOptions& options, const settings::Settings& settings,
                    const adapters::Clock& clock, adapters::Random& random)
        : options_(options), settings_(settings), clock_(clock), random_(random)
    {}

    fhir::Result<std::string> list() const;
    fhir::Result<std::string> revoke() const;

private:
    fhir::Result<std::string> ask(fhir::rest::Request request) const;

    const CalendarOptions& options_;
    const settings::Settings& settings_;
    const adapters::Clock& clock_;
    adapters::Random& random_;
};

} // namespace gateway::cli
