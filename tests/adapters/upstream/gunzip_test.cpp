// SPDX-License-Identifier: Apache-2.0
#include "adapters/upstream/gunzip.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

namespace
{

using adapters::upstream::gunzip;

constexpr std::size_t plenty = 8 << 20;

std::string gzipped(std::string_view text)
{
    z_stream stream{};
    deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    std::string packed(deflateBound(&stream, text.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

/// Does not compress well, so that its size is what counts and not its ratio.
std::string noise(std::size_t bytes)
{
    std::string text(bytes, '\0');
    std::uint32_t state = 1;
    for (char& c : text) {
        state = state * 1664525 + 1013904223;
        c = static_cast<char>(state >> 24);
    }
    return text;
}

} // namespace

TEST(Gunzip, UnpacksWhatWasPacked)
{
    for (const std::string& text : {std::string(), std::string("{}"), noise(16384), noise(200'000)})
        EXPECT_EQ(gunzip(gzipped(text), plenty), text);
}

TEST(Gunzip, ABombIsNotUnpacked)
{
    EXPECT_EQ(gunzip(gzipped(std::string(7 << 20, '0')), plenty), std::nullopt);
}

TEST(Gunzip, SmallAnswersMayBePackedAsMuchAsTheyLike)
{
    const std::string text(60'000, ' ');
    EXPECT_EQ(gunzip(gzipped(text), plenty), text);
}

TEST(Gunzip, MoreThanTheLimitIsNotUnpacked)
{
    const std::string text = noise(100'000);
    EXPECT_EQ(gunzip(gzipped(text), text.size()), text);
    EXPECT_EQ(gunzip(gzipped(text), text.size() - 1), std::nullopt);
}

TEST(Gunzip, ADamagedOrCutStreamIsNothing)
{
    const std::string packed = gzipped(noise(5'000));
    for (std::size_t length = 0; length < packed.size(); length += 97)
        EXPECT_EQ(gunzip(std::string_view(packed).substr(0, length), plenty), std::nullopt) << length;
    std::string flipped = packed;
    flipped[packed.size() - 6] ^= 1; // in the checksum
    EXPECT_EQ(gunzip(flipped, plenty), std::nullopt);
    EXPECT_EQ(gunzip("not gzip at all", plenty), std::nullopt);
}

TEST(Gunzip, NothingMayFollowTheStream)
{
    EXPECT_EQ(gunzip(gzipped("{}") + "x", plenty), std::nullopt);
    EXPECT_EQ(gunzip(gzipped("{}") + gzipped("{}"), plenty), std::nullopt);
}
