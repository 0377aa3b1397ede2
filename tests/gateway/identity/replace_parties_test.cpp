// SPDX-License-Identifier: Apache-2.0
/// Clients and issuers that change while the gateway serves.
#include "tests/gateway/identity/identity_fixture.hpp"

using namespace gateway::identity;
using tests::JsonValue;
using tests::keys;

namespace
{

class ReplaceParties : public tests::IdentityTest
{
protected:
    std::string visitor_token() const
    {
        JsonValue claims = good_token();
        claims.set("iss", tests::other_issuer);
        claims.set("client_id", "visitor");
        return sign_jwt(keys().issuer, "at+jwt", claims);
    }

    std::vector<Client> clients_without(std::string_view id) const
    {
        auto clients = settings_.clients;
        std::erase_if(clients, [&](const Client& client) { return client.client_id == id; });
        return clients;
    }

    std::string hub_token() const { return sign_jwt(keys().gateway, "at+jwt", good_token()); }
};

TEST_F(ReplaceParties, ARemovedClientsTokensOpenNothingAtOnce)
{
    const std::string token = hub_token();
    ASSERT_TRUE(with_token(token)) << "and it is in the cache of verified tokens now";
    ASSERT_TRUE(identity_->replace_parties(clients_without("hub"), settings_.issuers));
    const auto refused = with_token(token);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), fhir::ErrorKind::token_invalid);
    EXPECT_EQ(error_of(ask(sign_jwt(keys().hub, "JWT", good_assertion()))), "invalid_client");
    EXPECT_FALSE(identity_->mint("hub", std::chrono::seconds(60)));
}

TEST_F(ReplaceParties, AClientWhoseScopesWereCutHasLessAtOnce)
{
    const std::string token = hub_token();
    ASSERT_TRUE(with_token(token)->may(Permission::search, "Slot"));
    auto clients = settings_.clients;
    clients[0].scopes = parse_scopes("system/Appointment.r");
    ASSERT_TRUE(identity_->replace_parties(clients, settings_.issuers));
    EXPECT_FALSE(with_token(token)->may(Permission::search, "Slot"));
}

TEST_F(ReplaceParties, AClientBoundToACertificateNowNeedsItAtOnce)
{
    const std::string token = hub_token();
    ASSERT_TRUE(with_token(token));
    auto clients = settings_.clients;
    clients[0].certificate_sha256 = tests::certificate_sha256;
    ASSERT_TRUE(identity_->replace_parties(clients, settings_.issuers));
    EXPECT_FALSE(with_token(token));
    EXPECT_TRUE(with_token(token, tests::certificate_sha256));
}

TEST_F(ReplaceParties, KeysRotateWithAnOverlapOrAtOnce)
{
    const auto file = settings_.clients[0].jwks_file;
    const auto next = generate_private_key(KeyType::ec_p384);
    const auto asks_with = [&](const PrivateKey& key) {
        return error_of(ask(sign_jwt(key, "JWT", good_assertion())));
    };
    EXPECT_EQ(asks_with(next), "invalid_client");

    directory_.write("hub.json", to_key_set_json({keys().hub.public_key(), next.public_key()}));
    ASSERT_TRUE(identity_->replace_parties(settings_.clients, settings_.issuers));
    EXPECT_EQ(asks_with(keys().hub), "granted");
    EXPECT_EQ(asks_with(next), "granted");

    directory_.write("hub.json", to_key_set_json({next.public_key()}));
    ASSERT_TRUE(identity_->replace_parties(settings_.clients, settings_.issuers));
    EXPECT_EQ(asks_with(keys().hub), "invalid_client");
    EXPECT_EQ(asks_with(next), "granted");
}

TEST_F(ReplaceParties, ARemovedIssuersTokensOpenNothingAtOnce)
{
    const std::string token = visitor_token();
    ASSERT_TRUE(with_token(token));
    ASSERT_TRUE(identity_->replace_parties(settings_.clients, {}));
    EXPECT_FALSE(with_token(token));
    EXPECT_TRUE(with_token(hub_token()));
}

TEST_F(ReplaceParties, WhatCannotBeReadChangesNothing)
{
    const std::string token = hub_token();
    auto broken = clients_without("hub");
    broken[0].jwks_file = directory_.write("broken.json", "{");
    const auto refused = identity_->replace_parties(broken, {});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().sentence().find("Client `bound`"), std::string::npos)
        << refused.error().sentence();
    EXPECT_TRUE(with_token(token));
    EXPECT_TRUE(with_token(visitor_token()));
    EXPECT_EQ(error_of(ask(sign_jwt(keys().hub, "JWT", good_assertion()))), "granted");
}

TEST_F(ReplaceParties, KeySetsAlreadyFetchedAreKept)
{
    const std::string url = "https://login.example.org/jwks";
    web_[url] = to_key_set_json({keys().issuer.public_key()});
    settings_.issuers = {{tests::other_issuer, tests::base_url, {}, url}};
    make();
    EXPECT_FALSE(with_token(visitor_token()));
    tests::run(identity_->refresh_keys());
    ASSERT_TRUE(with_token(visitor_token()));
    web_.clear();
    ASSERT_TRUE(identity_->replace_parties(settings_.clients, settings_.issuers));
    EXPECT_TRUE(with_token(visitor_token())) << "while the issuer's own service is down";
    EXPECT_EQ(fetches_, 1);
}

} // namespace
