// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/identity/identity_fixture.hpp"

#include "adapters/upstream/deadline.hpp"
#include "gateway/identity/key_source.hpp"

#include <boost/asio/post.hpp>

using namespace gateway::identity;
using namespace std::chrono_literals;
using tests::keys;

namespace
{

const std::string url = "https://hub.example.org/jwks";

class KeySourceTest : public tests::IdentityTest
{
protected:
    KeySourceTest()
    {
        settings_.clients[0].jwks_file.clear();
        settings_.clients[0].jwks_url = url;
        settings_.issuers[0].jwks_file.clear();
        settings_.issuers[0].jwks_url = url;
        web_[url] = to_key_set_json({keys().hub.public_key()});
        make();
    }

    std::string ask_with(const PrivateKey& key)
    {
        return error_of(ask(sign_jwt(key, "JWT", good_assertion())));
    }
};

} // namespace

TEST_F(KeySourceTest, KeysAreFetchedWhenFirstNeededAndThenKept)
{
    EXPECT_EQ(fetches_, 0);
    EXPECT_EQ(ask_with(keys().hub), "granted");
    EXPECT_EQ(ask_with(keys().hub), "granted");
    EXPECT_EQ(fetches_, 1);
}

TEST_F(KeySourceTest, ANewKeyIsFetchedButAtMostOnceAMinute)
{
    EXPECT_EQ(ask_with(keys().hub), "granted");
    web_[url] = to_key_set_json({keys().stranger.public_key()});
    EXPECT_EQ(ask_with(keys().stranger), "invalid_client");
    EXPECT_EQ(fetches_, 1);
    clock_.advance(61s);
    EXPECT_EQ(ask_with(keys().stranger), "granted");
    EXPECT_EQ(ask_with(keys().hub), "invalid_client");
    EXPECT_EQ(fetches_, 2);
}

TEST_F(KeySourceTest, KnownKeysSurviveAnOutageForADay)
{
    EXPECT_EQ(ask_with(keys().hub), "granted");
    web_.clear();
    clock_.advance(23h);
    EXPECT_EQ(ask_with(keys().hub), "granted");
    clock_.advance(2h);
    EXPECT_EQ(ask_with(keys().hub), "invalid_client");
}

TEST_F(KeySourceTest, AnUnreadableKeySetChangesNothing)
{
    EXPECT_EQ(ask_with(keys().hub), "granted");
    web_[url] = "<html>";
    clock_.advance(2h);
    EXPECT_EQ(ask_with(keys().hub), "granted");
    EXPECT_EQ(fetches_, 2);
}

TEST_F(KeySourceTest, AnIssuersMissingKeyIsFetchedInTheBackground)
{
    auto claims = good_token();
    claims.set("iss", tests::other_issuer);
    const std::string token = sign_jwt(keys().hub, "JWT", claims);
    EXPECT_FALSE(with_token(token));
    EXPECT_TRUE(tests::run(identity_->refresh_keys()));
    EXPECT_TRUE(with_token(token));
    EXPECT_FALSE(tests::run(identity_->refresh_keys()));
}

TEST_F(KeySourceTest, ManyThatWaitCauseOneFetch)
{
    boost::asio::io_context context(1);
    int calls = 0, found = 0;
    KeySource source(url, clock_, [&](std::string) -> gateway::Awaitable<fhir::Result<std::string>> {
        ++calls;
        co_await boost::asio::post(co_await boost::asio::this_coro::executor, adapters::use_awaitable);
        co_return web_.at(url);
    });
    for (int i = 0; i < 10; ++i)
        boost::asio::co_spawn(
            context, source.with_key(keys().hub.id()),
            [&](std::exception_ptr, std::shared_ptr<const KeySet> set) { found += set->keys().size() == 1; });
    context.run();
    EXPECT_EQ(calls, 1);
    EXPECT_EQ(found, 10);
}
