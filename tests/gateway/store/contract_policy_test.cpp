// SPDX-License-Identifier: Apache-2.0
// The promises of policy_store.hpp.
#include "tests/gateway/store/store_contract.hpp"

namespace tests
{
namespace
{

PolicyRecord agreement_record(const std::string& key, std::int64_t follows, const std::string& body = "{}")
{
    return {"agreement", key, follows, body, body.empty(), "A. Jones", "agreed on Monday", now};
}

TEST_P(StoreContract, APolicyEntryIsReadAsItWasWritten)
{
    EXPECT_EQ(must(store->write_policy(agreement_record("harbour", 0, R"({"id":"harbour"})"))), 1);
    const auto found = must(store->policies());
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, "agreement");
    EXPECT_EQ(found[0].key, "harbour");
    EXPECT_EQ(found[0].version, 1);
    EXPECT_EQ(found[0].body, R"({"id":"harbour"})");
    EXPECT_FALSE(found[0].removed);
    EXPECT_EQ(found[0].author, "A. Jones");
    EXPECT_EQ(found[0].reason, "agreed on Monday");
    EXPECT_EQ(found[0].at, now);
}

TEST_P(StoreContract, OfTwoWhoChangeTheSameVersionOfAPolicyOneIsToldSo)
{
    ASSERT_EQ(must(store->write_policy(agreement_record("harbour", 0))), 1);
    EXPECT_EQ(must(store->write_policy(agreement_record("harbour", 1, "first"))), 2);
    EXPECT_EQ(must(store->write_policy(agreement_record("harbour", 1, "second"))), std::nullopt);
    EXPECT_EQ(must(store->write_policy(agreement_record("harbour", 0))), std::nullopt);
    EXPECT_EQ(must(store->policies())[0].body, "first");
}

TEST_P(StoreContract, EveryVersionOfAPolicyIsKeptAlsoOfARemovedOne)
{
    must(store->write_policy(agreement_record("harbour", 0, "one")));
    must(store->write_policy(agreement_record("harbour", 1, "")));
    must(store->write_policy(agreement_record("moor", 0, "other")));
    const auto versions = must(store->policy_history("agreement", "harbour"));
    ASSERT_EQ(versions.size(), 2U);
    EXPECT_EQ(versions[0].version, 2);
    EXPECT_TRUE(versions[0].removed);
    EXPECT_EQ(versions[1].body, "one");
    const auto newest = must(store->policies());
    ASSERT_EQ(newest.size(), 2U);
    EXPECT_TRUE(newest[0].removed);
    EXPECT_EQ(newest[1].key, "moor");
    EXPECT_TRUE(must(store->policy_history("valve", "harbour")).empty()) << "kinds have names of their own";
}

} // namespace
} // namespace tests
