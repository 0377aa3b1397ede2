// SPDX-License-Identifier: Apache-2.0
#include "gateway/notify/signature.hpp"

#include "gateway/identity/crypto.hpp"

namespace gateway::notify
{

std::string signature_of(const Subscription& subscription, std::string_view body, fhir::Instant now)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch());
    const std::string at = std::to_string(seconds.count());
    const std::string signed_text = at + "." + std::string(body);
    const auto by = [&](const std::string& secret) {
        return ",v1=" + identity::to_hex(identity::hmac_sha256(secret, signed_text));
    };
    std::string text = "t=" + at + by(subscription.secret);
    const bool old_one_too = !subscription.previous_secret.empty() && subscription.previous_until &&
                             now < *subscription.previous_until;
    return old_one_too ? text + by(subscription.previous_secret) : text;
}

} // namespace gateway::notify
