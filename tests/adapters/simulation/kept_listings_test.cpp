// SPDX-License-Identifier: Apache-2.0
#include "adapters/simulation/kept_listings.hpp"

#include <gtest/gtest.h>

namespace
{

using adapters::simulation::KeptListings;

TEST(KeptListings, WhatShowsTheSameIsWrittenOnce)
{
    KeptListings<> listings;
    int written = 0;
    const auto ask = [&](const std::string& key) {
        return listings.of(key, [&] { return key + " " + std::to_string(++written); });
    };
    EXPECT_EQ(ask("a"), "a 1");
    EXPECT_EQ(ask("b"), "b 2");
    EXPECT_EQ(ask("a"), "a 1");
}

TEST(KeptListings, TheOneLongestUnaskedForGoesFirst)
{
    KeptListings<> listings;
    int written = 0;
    for (int i = 0; i < 20; ++i) {
        listings.of("asked", [&] { return std::to_string(++written); });
        listings.of(std::to_string(i), [] { return std::string(); });
    }
    EXPECT_EQ(written, 1);
}

} // namespace
