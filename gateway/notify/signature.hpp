// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/notify/subscription.hpp"

#include <string>
#include <string_view>

namespace gateway::notify
{

inline constexpr std::string_view signature_header = "Apptgw-Signature", delivery_header = "Apptgw-Delivery";

/// `t=1763856000,v1=<hex>`: HMAC-SHA-256 over the seconds since 1970, a full stop and the body, with the
/// subscription's secret as it was handed out. For a day after a new secret there are two `v1`, the second by
/// the old one.
std::string signature_of(const Subscription& subscription, std::string_view body, fhir::Instant now);
/// The same with one secret, for what is no subscription.
std::string signed_with(const std::string& secret, std::string_view body, fhir::Instant now);

} // namespace gateway::notify
