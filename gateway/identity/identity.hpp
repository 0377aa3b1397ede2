// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "fhir/outcome/error.hpp"
#include "fhir/rest/message.hpp"
#include "gateway/awaitable.hpp"
#include "gateway/identity/caller.hpp"
#include "gateway/identity/identity_settings.hpp"
#include "gateway/identity/login_guard.hpp"

#include <functional>
#include <memory>
#include <string>

namespace gateway::identity
{

/// SMART Backend Services: issues and verifies access tokens. Thread-safe.
class Identity
{
public:
    virtual ~Identity() = default;

    /// The caller behind `Authorization: Bearer …`. Errors: `login_required`, `token_invalid`,
    /// `token_expired`. Verified tokens are cached.
    virtual fhir::Result<Caller> authenticate(const fhir::rest::Request& request) = 0;

    /// `POST /oauth2/token`: answers in OAuth JSON, not OperationOutcome.
    virtual Awaitable<fhir::rest::Response> token(fhir::rest::Request request) = 0;
    /// `GET …/.well-known/smart-configuration`.
    virtual fhir::rest::Response smart_configuration() const = 0;
    /// `GET /oauth2/jwks`: the public keys of tokens issued here.
    virtual fhir::rest::Response jwks() const = 0;

    /// Fetches key sets of external issuers that have grown old, or in which authenticate() missed a key,
    /// each at most once a minute. Call it now and then. True when anything new was fetched.
    virtual Awaitable<bool> refresh_keys();
    /// From the next request on these alone are known: tokens of a client or an issuer that is gone open
    /// nothing any more, whenever they were issued. Reads the key files; errors name the client or issuer and
    /// the file, and then nothing has changed.
    virtual fhir::Result<void> replace_parties(std::vector<Client> clients,
                                               std::vector<ExternalIssuer> issuers);
    /// A token for a registered client without asking for its proof: for the sandbox, which hands out ready
    /// tokens. Holds all scopes of the client. Kind `not_found` for an unknown client.
    virtual fhir::Result<std::string> mint(std::string_view client_id, std::chrono::seconds lifetime);
};

/// True the first time a client uses this assertion id, false for a replay; `expires`: when it may be
/// forgotten. Durable in the store, so that a replay is also seen after a restart and by other nodes.
using JtiStore =
    std::function<Awaitable<fhir::Result<bool>>(std::string client, std::string jti, fhir::Instant expires)>;
/// For tests and single processes that keep nothing.
JtiStore memory_jti_store(const adapters::Clock& clock);

/// The body of an https URL that answers 200; how key sets are fetched.
using FetchText = std::function<Awaitable<fhir::Result<std::string>>(std::string url)>;
/// Through the shared upstream client, without a client certificate; at most 256 KiB. `ca_file` empty: system
/// store.
FetchText https_fetch(std::string ca_file);

/// Reads the signing key and every `jwks_file`; the error names the file or setting. `clock`, `random`
/// outlive the identity, and so does `guard`, which may be nullptr.
fhir::Result<std::unique_ptr<Identity>> make_identity(IdentitySettings settings, const adapters::Clock& clock,
                                                      adapters::Random& random, JtiStore remember_jti,
                                                      FetchText fetch, LoginGuard* guard = nullptr);

} // namespace gateway::identity
