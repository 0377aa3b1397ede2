// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/base64url.hpp"

#include <gtest/gtest.h>

using namespace fhir;

TEST(Base64Url, ComesBackWhateverTheLength)
{
    std::string bytes;
    for (int i = 0; i < 260; ++i) {
        EXPECT_EQ(base64url_decode(base64url_encode(bytes)), bytes);
        bytes.push_back(static_cast<char>(i * 7));
    }
}

TEST(Base64Url, OnlyOneTextStandsForBytes)
{
    EXPECT_EQ(base64url_decode("AA"), std::string(1, '\0'));
    for (const char* text : {"A", "AB", "AA=", "AA==", "A A", "+A", "/A", "AAB"})
        EXPECT_FALSE(base64url_decode(text)) << text;
}
