// SPDX-License-Identifier: Apache-2.0
#include "gateway/notify/signature.hpp"

#include "gateway/identity/crypto.hpp"

namespace gateway::notify
{

namespace
{

std::string signed_by(std::initializer_list<std::string_view> secrets, std::string_view body,
                      fhir::Instant now)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch());
    const std::string at = std::to_string(seconds.count());
    const std::string signed_text = at + "." + std::string(body);
    std::string text = "t=" + at;
    for (const std::string_view secret : secrets)
        text += ",v1=" + identity::to_hex(identity::hmac_sha256(secret, signed_text));
    return text;
}

} // namespace

std::string signature_of(const Subscription& subscription, std::string_view body, fhir::Instant now)
{
    const bool old_one_too = !subscription.previous_secret.empty() && subscription.previous_until &&
                             now < *subscription.previous_until;
    if (old_one_too)
        return signed_by({subscription.secret, subscription.previous_secret}, body, now);
    return signed_by({subscription.secret}, body, now);
}

std::string signed_with(const std::string& secret, std::string_view body, fhir::Instant now)
{
    return signed_by({secret}, body, now);
}

} // namespace gateway::notify
