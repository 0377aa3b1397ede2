// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "fhir/outcome/error.hpp"
#include "gateway/cli/management_call.hpp"
#include "gateway/settings/settings.hpp"

#include <string>

namespace gateway::cli
{

/// What `outbox` was given.
struct OutboxOptions
{
    ManagementListener listener;
    bool json = false;  ///< print what the gateway answers
    std::string target; ///< `<subscription>` or `<subscription>/<number>`
    std::string state;  ///< of what `show` shows
    std::string by, reason;
};

/// Asks about notifications, and changes what becomes of them, at a running gateway. What is printed, or why
/// not, as the gateway said it.
class OutboxCommand
{
public:
    OutboxCommand(const OutboxOptions& options, const settings::Settings& settings,
                  const adapters::Clock& clock, adapters::Random& random)
        : options_(options), settings_(settings), clock_(clock), random_(random)
    {}

    fhir::Result<std::string> list() const;
    fhir::Result<std::string> show() const;
    /// `order`: hold, release, replay, cancel.
    fhir::Result<std::string> order(const std::string& order) const;

private:
    fhir::Result<std::string> ask(fhir::rest::Request request) const;

    const OutboxOptions& options_;
    const settings::Settings& settings_;
    const adapters::Clock& clock_;
    adapters::Random& random_;
};

} // namespace gateway::cli
