// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/id.hpp"

#include <gtest/gtest.h>

namespace
{

using namespace fhir;

TEST(OdsCodeParse, LowerCaseIsFolded)
{
    const auto code = OdsCode::parse("a99001");
    ASSERT_TRUE(code);
    EXPECT_EQ(code->text(), "A99001");
}

TEST(OdsCodeParse, OtherCharactersAndLengthsAreRefused)
{
    for (auto text : {"", "A9900100001", "A99-01", "A99 01", "A99.01", "Ä9"})
        EXPECT_FALSE(OdsCode::parse(text)) << text;
}

TEST(FhirId, FollowsTheR4Pattern)
{
    EXPECT_TRUE(is_id("A99001.s-1"));
    EXPECT_TRUE(is_id(std::string(64, 'a')));
    for (auto text :
         {std::string(), std::string(65, 'a'), std::string("a_b"), std::string("a/b"), std::string("a b")})
        EXPECT_FALSE(is_id(text)) << text;
}

TEST(PracticeIdParse, SplitsAtTheFirstDot)
{
    const auto id = PracticeId::parse("A99001.s-17");
    ASSERT_TRUE(id);
    EXPECT_EQ(id->ods.text(), "A99001");
    EXPECT_EQ(id->local, "s-17");
    EXPECT_EQ(id->text(), "A99001.s-17");
}

TEST(PracticeIdParse, OneIdHasOneSpelling)
{
    for (auto text : {"a99001.s-17", "A99001", "A99001.", ".s", "A99001.a.b", "A99001.a_b", "A99001.a b"})
        EXPECT_FALSE(PracticeId::parse(text)) << text;
}

TEST(LocalId, PlainKeysStayAsTheyAre)
{
    for (auto key : {"1", "123456", "abc-DEF-9", "00000000-0000-4000-8000-000000000001"})
        EXPECT_EQ(local_id(key), key);
}

TEST(LocalId, OtherKeysBecomeAHashThatFitsAnId)
{
    // SHA-256 of "abc" (FIPS 180-4 example) cannot be used as "abc" is plain; an empty key is hashed.
    EXPECT_EQ(local_id(""), "xe3b0c44298fc1c149afbf4c8996fb92427ae41e4");
    EXPECT_EQ(local_id("a b"), "xc8687a08aa5d6ed2044328fa6a697ab8e96dc342");
    const std::string blocks(200, '_');
    EXPECT_EQ(local_id(blocks).size(), 41u);
    EXPECT_TRUE(PracticeId::parse("A99001." + local_id(blocks)));
}

TEST(LocalId, AKeyThatLooksHashedIsHashedAgain)
{
    const std::string hashed = local_id("a b");
    EXPECT_NE(local_id(hashed), hashed);
}

TEST(LocalId, DifferentKeysOfOneLengthDiffer)
{
    EXPECT_NE(local_id(std::string(55, '_')), local_id(std::string(56, '_')));
    EXPECT_NE(local_id(std::string(63, '_')), local_id(std::string(64, '_')));
}

TEST(UuidV7, CarriesTimeVersionAndVariant)
{
    // RFC 9562, appendix A.6.
    const Instant moment{std::chrono::milliseconds(0x017F22E279B0)};
    const auto text = uuid_v7(moment, 0xCC3, std::uint64_t{0x18C4DC0C0C07398F} << 2);
    EXPECT_EQ(text, "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    EXPECT_TRUE(is_uuid(text));
}

TEST(UuidV7, LaterIsGreater)
{
    const Instant moment{std::chrono::milliseconds(1'800'000'000'000)};
    EXPECT_LT(uuid_v7(moment, ~0ull, ~0ull), uuid_v7(moment + std::chrono::milliseconds(1), 0, 0));
}

TEST(IsUuid, OtherShapesAreRefused)
{
    for (auto text : {"", "017f22e279b07cc398c4dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
                      "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0"})
        EXPECT_FALSE(is_uuid(text)) << text;
}

} // namespace
