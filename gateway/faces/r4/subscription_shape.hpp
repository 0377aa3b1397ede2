// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/subscription.hpp"
#include "fhir/outcome/error.hpp"
#include "gateway/notify/subscription.hpp"

#include <string>
#include <string_view>

/// FHIR R4 Subscription with the extensions of the R5 backport. `origin` of the public base names our topics.
namespace gateway::faces::r4
{

/// Of the extension on the channel that shows a new secret, once.
std::string secret_extension(std::string_view origin);

/// Headers show their names only. `with_secret`: in the answer that hands it out.
fhir::Subscription to_resource(const notify::Subscription& subscription, std::string_view origin,
                               bool with_secret = false);

/// Refuses whatever the gateway would not keep or not obey. Errors with path: `required`, `value_invalid`.
/// What the server decides (version, client, secret) stays unset. A header whose value is hidden, as reading
/// shows it, counts as not said.
fhir::Result<notify::Subscription> from_resource(const fhir::Subscription& resource, std::string_view origin);

} // namespace gateway::faces::r4
