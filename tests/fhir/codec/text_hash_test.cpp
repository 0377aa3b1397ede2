// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/text_hash.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace
{

using fhir::codec::text_hash;

TEST(TextHash, EveryByteOfATextAndItsLengthMatter)
{
    std::set<std::uint64_t> seen;
    std::size_t texts = 0;
    for (std::size_t size = 0; size < 100; ++size) {
        const std::string text(size, 'a');
        seen.insert(text_hash(text));
        ++texts;
        for (std::size_t i = 0; i < size; ++i, ++texts) {
            std::string other = text;
            other[i] = 'b';
            seen.insert(text_hash(other));
        }
    }
    EXPECT_EQ(seen.size(), texts);
}

TEST(TextHash, AMissingByteIsNotAZero)
{
    for (const std::size_t size : {0U, 7U, 8U, 31U, 32U})
        EXPECT_NE(text_hash(std::string(size, '\0')), text_hash(std::string(size + 1, '\0')));
}

} // namespace
