// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sealer.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include <sys/stat.h>

using namespace gateway::store;

namespace
{

Sealer::Key key_of(unsigned char fill)
{
    Sealer::Bytes master;
    master.fill(fill);
    return Sealer::Key::derived_from(master);
}

std::string write(const tests::TemporaryFolder& folder, const std::string& content, mode_t mode)
{
    const std::string path = folder.file("key");
    std::ofstream(path, std::ios::binary) << content;
    chmod(path.c_str(), mode);
    return path;
}

TEST(Sealer, OpensWhatItSealed)
{
    const Sealer sealer(key_of(1));
    for (const std::string& plain : {std::string(), std::string("9990000018"), std::string(100000, 'x')})
        EXPECT_EQ(sealer.open(sealer.seal(plain, "here"), "here"), plain);
}

TEST(Sealer, NeverSealsTheSameWayTwice)
{
    const Sealer sealer(key_of(1));
    EXPECT_NE(sealer.seal("text", "here"), sealer.seal("text", "here"));
}

TEST(Sealer, DoesNotOpenAnotherPlaceOrWithAnotherKey)
{
    const Sealer sealer(key_of(1));
    const std::string sealed = sealer.seal("text", "here");
    EXPECT_FALSE(sealer.open(sealed, "there"));
    EXPECT_FALSE(Sealer(key_of(2)).open(sealed, "here"));
}

TEST(Sealer, NoticesEveryChangedOrMissingByte)
{
    const Sealer sealer(key_of(1));
    const std::string sealed = sealer.seal("text", "here");
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        std::string changed = sealed;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(sealer.open(changed, "here")) << i;
        EXPECT_FALSE(sealer.open(sealed.substr(0, i), "here")) << i;
    }
}

TEST(Sealer, FingerprintsAreStableAndDependOnKeyAndPurpose)
{
    const Sealer sealer(key_of(1));
    EXPECT_EQ(sealer.fingerprint("patient", "x"), sealer.fingerprint("patient", "x"));
    EXPECT_NE(sealer.fingerprint("patient", "x"), sealer.fingerprint("patient", "y"));
    EXPECT_NE(sealer.fingerprint("patient", "x"), sealer.fingerprint("identifier", "x"));
    EXPECT_NE(sealer.fingerprint("patient", "x"), Sealer(key_of(2)).fingerprint("patient", "x"));
}

TEST(KeyFile, RawBytesAndHexadecimalAreTheSameKey)
{
    const tests::TemporaryFolder folder;
    const auto raw = read_key_file(write(folder, std::string(32, '\x1f'), 0600));
    std::string hex;
    for (int i = 0; i < 32; ++i)
        hex += "1F";
    const auto text = read_key_file(write(folder, hex + "\n", 0600));
    ASSERT_TRUE(raw);
    ASSERT_TRUE(text);
    EXPECT_EQ(*raw, *text);
}

TEST(KeyFile, ReadableByOthersIsRefusedInAPlainSentence)
{
    const tests::TemporaryFolder folder;
    for (const mode_t mode : {0640, 0604, 0620, 0601}) {
        const auto key = read_key_file(write(folder, std::string(32, 'k'), mode));
        ASSERT_FALSE(key) << mode;
        EXPECT_NE(key.error().sentence().find("Set its mode to 0600"), std::string::npos);
        EXPECT_NE(key.error().sentence().find(folder.file("key")), std::string::npos);
    }
}

TEST(KeyFile, WrongLengthMissingFileAndFolderAreRefused)
{
    const tests::TemporaryFolder folder;
    for (const std::string& content : {std::string(), std::string(31, 'k'), std::string(33, 'k'),
                                       std::string(64, 'z'), std::string(200, 'a')})
        EXPECT_FALSE(read_key_file(write(folder, content, 0600))) << content.size();
    EXPECT_FALSE(read_key_file(folder.file("missing")));
    EXPECT_FALSE(read_key_file(folder.file("")));
}

TEST(KeyFile, CreatingNeverOverwrites)
{
    const tests::TemporaryFolder folder;
    ASSERT_TRUE(create_key_file(folder.file("new")));
    const auto first = read_key_file(folder.file("new"));
    ASSERT_TRUE(first);
    EXPECT_FALSE(create_key_file(folder.file("new")));
    EXPECT_EQ(*read_key_file(folder.file("new")), *first);
}

} // namespace
