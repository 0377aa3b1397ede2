// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/store/store_contract.hpp"

// The promises of consent_store.hpp.

namespace tests
{
namespace
{

ConsentRecord consent_record(const std::string& id, std::int64_t follows, const std::string& body = "{}",
                             const std::string& patient = "9990000018")
{
    return {id, follows, patient, body, now};
}

TEST_P(StoreContract, AConsentIsReadAsItWasWritten)
{
    EXPECT_EQ(must(store->write_consent(consent_record("c1", 0, R"({"kind":"dissent"})"))), 1);
    reopen();
    const auto found = must(store->consents());
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].id, "c1");
    EXPECT_EQ(found[0].version, 1);
    EXPECT_EQ(found[0].patient, "9990000018");
    EXPECT_EQ(found[0].body, R"({"kind":"dissent"})");
    EXPECT_EQ(found[0].at, now);
}

TEST_P(StoreContract, OfTwoWhoChangeTheSameVersionOfAConsentOneIsToldSo)
{
    ASSERT_EQ(must(store->write_consent(consent_record("c1", 0))), 1);
    EXPECT_EQ(must(store->write_consent(consent_record("c1", 1, "first"))), 2);
    EXPECT_EQ(must(store->write_consent(consent_record("c1", 1, "second"))), std::nullopt);
    EXPECT_EQ(must(store->write_consent(consent_record("c1", 0))), std::nullopt);
    EXPECT_EQ(must(store->consents())[0].body, "first");
}

TEST_P(StoreContract, AConsentIsNeverPassedOnToAnotherPatient)
{
    ASSERT_EQ(must(store->write_consent(consent_record("c1", 0))), 1);
    EXPECT_EQ(must(store->write_consent(consent_record("c1", 1, "{}", "9990000026"))), std::nullopt);
    EXPECT_EQ(must(store->consents())[0].patient, "9990000018");
}

TEST_P(StoreContract, ConsentsOfAPatientAreFoundByNumberInTheirNewestVersion)
{
    must(store->write_consent(consent_record("c1", 0, "one")));
    must(store->write_consent(consent_record("c1", 1, "two")));
    must(store->write_consent(consent_record("c2", 0, "other", "9990000026")));
    must(store->write_consent(consent_record("c3", 0, "three")));
    const auto found = must(store->consents_of("9990000018"));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].body, "two");
    EXPECT_EQ(found[1].body, "three");
    EXPECT_TRUE(must(store->consents_of("9990000034")).empty());
}

TEST_P(StoreContract, EveryVersionOfAConsentIsKept)
{
    must(store->write_consent(consent_record("c1", 0, "one")));
    must(store->write_consent(consent_record("c1", 1, "two")));
    const auto versions = must(store->consent_history("c1"));
    ASSERT_EQ(versions.size(), 2U);
    EXPECT_EQ(versions[0].body, "two");
    EXPECT_EQ(versions[1].body, "one");
    EXPECT_TRUE(must(store->consent_history("c2")).empty());
}

} // namespace
} // namespace tests
