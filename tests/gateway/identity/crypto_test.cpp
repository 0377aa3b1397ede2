// SPDX-License-Identifier: Apache-2.0
#include "gateway/identity/crypto.hpp"

#include <gtest/gtest.h>

using namespace gateway::identity;

TEST(Digests, MatchPublishedVectors)
{
    EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    // RFC 4231, test case 2
    EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Base64Url, GoesBothWays)
{
    for (const std::string bytes : {"", "f", "fo", "foo", "foob", "fooba", "foobar", "\xFB\xFF\xFE"})
        EXPECT_EQ(base64url_decode(base64url_encode(bytes)), bytes);
    EXPECT_EQ(base64url_encode("\xFB\xFF"), "-_8");
}

TEST(Base64Url, OnlyTheCanonicalTextDecodes)
{
    for (const char* bad : {"A", "Zg==", "Zh", "Zm9", "Z+8", "Z/8", "Zm 9v", "Zm9v\n", "Zg=", "\xC3\xA9"})
        EXPECT_FALSE(base64url_decode(bad)) << bad;
}

TEST(Hex, GoesBothWays)
{
    EXPECT_EQ(from_hex("00fFa0"), std::string("\x00\xFF\xA0", 3));
    EXPECT_FALSE(from_hex("0"));
    EXPECT_FALSE(from_hex("0g"));
}

TEST(RandomTokens, DifferAndHaveTheirLength)
{
    EXPECT_EQ(random_token(32).size(), 43U);
    EXPECT_NE(random_token(), random_token());
}

TEST(ConstantTimeComparison, AnswersLikeAnyOther)
{
    EXPECT_TRUE(equal_in_constant_time("same", "same"));
    EXPECT_FALSE(equal_in_constant_time("same", "sane"));
    EXPECT_FALSE(equal_in_constant_time("same", "longer"));
}
