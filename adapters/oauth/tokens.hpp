// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/oauth/assertion.hpp"
#include "adapters/registry.hpp"

#include <memory>
#include <mutex>
#include <string>

namespace adapters::oauth
{

/// What the practice's server is asked with: an access token by the client credentials grant (RFC 6749
/// section 4.4), by secret or by a signed assertion; or nothing but the client certificate of the
/// connection. Settings of the practice: `service_root`, `client_id`, `token_url`, `token_ca_file`, `scope`,
/// `client_secret`, `private_key`, `key_id`. Shared by all threads; a token is kept until shortly before it
/// ends.
class Tokens
{
public:
    /// `upstream` carries the requests of a token endpoint below the service root; any other endpoint gets a
    /// client of its own.
    Tokens(const PracticeConfig& practice, upstream::Upstream& upstream, const Clock& clock, Random& random,
           Signing signing = Signing::smart);

    /// Empty where the practice's settings name no client. No error of this is ever of a possible effect.
    Awaitable<fhir::Result<std::string>> get();
    /// The server refused this one.
    void forget(const std::string& token);

private:
    Awaitable<fhir::Result<std::string>> fetch();
    fhir::Result<upstream::Call> request();
    fhir::Result<std::string> accept(const fhir::rest::Response& response);
    std::string setting(const std::string& name) const;

    const PracticeConfig& practice_;
    const Clock& clock_;
    Random& random_;
    const Signing signing_;
    upstream::Upstream* upstream_;
    std::unique_ptr<upstream::HttpsUpstream> own_;
    std::string target_;
    std::string problem_; ///< why the settings cannot work; empty when they can
    std::mutex mutex_;
    std::string token_;
    fhir::Instant good_until_{};
};

} // namespace adapters::oauth
