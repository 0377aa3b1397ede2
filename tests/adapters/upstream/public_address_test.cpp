// SPDX-License-Identifier: Apache-2.0
#include "adapters/upstream/public_address.hpp"

#include <boost/asio/ip/address.hpp>
#include <gtest/gtest.h>

namespace public_address_test
{

bool public_address(const char* text)
{
    return adapters::upstream::is_public(boost::asio::ip::make_address(text));
}

TEST(PublicAddress, ThoseOfTheInternetAre)
{
    for (const char* text :
         {"1.1.1.1", "8.8.8.8", "172.15.255.255", "172.32.0.1", "100.63.255.255", "223.255.255.255",
          "2a00:1450:4009:81f::200e", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"})
        EXPECT_TRUE(public_address(text)) << text;
}

TEST(PublicAddress, ThoseOfThisMachineAndOfPrivateNetworksAreNot)
{
    for (const char* text :
         {"127.0.0.1",      "127.9.9.9",      "0.0.0.0",         "10.1.2.3",    "172.16.0.1",
          "172.31.255.255", "192.168.1.1",    "169.254.169.254", "100.64.0.1",  "100.127.255.255",
          "198.18.0.1",     "198.19.255.255", "192.0.2.1",       "203.0.113.9", "224.0.0.1",
          "239.1.1.1",      "240.0.0.1",      "255.255.255.255", "::",          "::1",
          "fe80::1",        "fc00::1",        "fd12:3456::1",    "ff02::1",     "2001:db8::1",
          "2001::1"})
        EXPECT_FALSE(public_address(text)) << text;
}

TEST(PublicAddress, APrivateAddressInsideAnotherOneStaysPrivate)
{
    for (const char* text : {"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::a00:1",
                             "2002:7f00:1::", "2002:a9fe:a9fe::1"})
        EXPECT_FALSE(public_address(text)) << text;
}

} // namespace public_address_test
