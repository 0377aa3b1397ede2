// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/json_value.hpp"
#include "gateway/identity/crypto.hpp"
#include "gateway/identity/identity.hpp"
#include "gateway/identity/jwt.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace tests
{

using fhir::codec::JsonValue;
using gateway::identity::Algorithm;
using gateway::identity::KeyType;
using gateway::identity::PrivateKey;

inline const std::string token_url = "https://gateway.example.net/oauth2/token";
inline const std::string base_url = "https://gateway.example.net/fhir/R4";
inline const std::string own_issuer = "https://gateway.example.net";
inline const std::string other_issuer = "https://login.example.org";
inline const std::string certificate_sha256(64, 'a');

/// Keys are dear to make, so every test of the program shares them.
struct TestKeys
{
    PrivateKey gateway = gateway::identity::generate_private_key(KeyType::ec_p256);
    PrivateKey hub = gateway::identity::generate_private_key(KeyType::ec_p384);
    PrivateKey hub_rsa = gateway::identity::generate_private_key(KeyType::rsa);
    PrivateKey issuer = gateway::identity::generate_private_key(KeyType::ec_p256);
    PrivateKey stranger = gateway::identity::generate_private_key(KeyType::ec_p384);
    PrivateKey stranger_p256 = gateway::identity::generate_private_key(KeyType::ec_p256);
};
const TestKeys& keys();

/// An identity with the clients `hub` (EC and RSA key), `bound` (same keys, certificate required), `visitor`
/// (no keys, external issuer only) and one external issuer.
class IdentityTest : public testing::Test
{
protected:
    IdentityTest();
    void make();

    /// The claims of a good client assertion of `hub`, with a new jti.
    JsonValue good_assertion();
    /// The claims of a good access token.
    JsonValue good_token() const;

    fhir::rest::Response post(const std::string& body, const std::string& certificate = {});
    fhir::rest::Response ask(const std::string& assertion, const std::string& scope = "system/Slot.rs",
                             const std::string& certificate = {});
    static JsonValue json(const fhir::rest::Response& response);
    /// The OAuth error code, or `granted`.
    static std::string error_of(const fhir::rest::Response& response);
    fhir::Result<gateway::identity::Caller> with_token(const std::string& token,
                                                       const std::string& certificate = {});

    TemporaryFolder directory_;
    FakeClock clock_;
    FakeRandom random_;
    std::map<std::string, std::string> web_; ///< what fetching a URL answers
    int fetches_ = 0;
    int jti_ = 0;
    gateway::identity::IdentitySettings settings_;
    std::unique_ptr<gateway::identity::Identity> identity_;
};

} // namespace tests
