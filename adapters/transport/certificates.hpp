// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

/// Throw-away certificates (ECDSA P-256) for the sandbox and for tests. Failures of OpenSSL are exceptions:
/// start-up only.
namespace adapters::transport
{

/// A certificate and its private key, both PEM.
struct Identity
{
    std::string certificate;
    std::string key;
};

/// A certificate authority of its own.
struct Authority : Identity
{};

enum class Purpose
{
    server,
    client
};

Authority make_authority(std::string_view name, std::chrono::seconds validity = std::chrono::days(3650));

/// `names`: the first is the common name; for a server all are DNS names or IP addresses it answers to. A
/// negative `validity` has expired.
Identity issue(const Authority& authority, const std::vector<std::string>& names, Purpose purpose,
               std::chrono::seconds validity = std::chrono::days(365));

/// PEM revocation list of these certificates (PEM). A negative `validity` is out of date.
std::string revocation_list(const Authority& authority, const std::vector<std::string>& revoked,
                            std::chrono::seconds validity = std::chrono::days(30));

} // namespace adapters::transport
