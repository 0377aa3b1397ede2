// SPDX-License-Identifier: Apache-2.0
#include "adapters/upstream/public_address.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace adapters::upstream
{
namespace
{

using boost::asio::ip::address_v4;
using boost::asio::ip::address_v6;

struct Network
{
    std::uint32_t address;
    unsigned bits;
};

constexpr std::uint32_t v4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d)
{
    return a << 24 | b << 16 | c << 8 | d;
}

constexpr std::array not_public_v4{
    Network{v4(0, 0, 0, 0), 8},      Network{v4(10, 0, 0, 0), 8},     Network{v4(100, 64, 0, 0), 10},
    Network{v4(127, 0, 0, 0), 8},    Network{v4(169, 254, 0, 0), 16}, Network{v4(172, 16, 0, 0), 12},
    Network{v4(192, 0, 0, 0), 24},   Network{v4(192, 0, 2, 0), 24},   Network{v4(192, 88, 99, 0), 24},
    Network{v4(192, 168, 0, 0), 16}, Network{v4(198, 18, 0, 0), 15},  Network{v4(198, 51, 100, 0), 24},
    Network{v4(203, 0, 113, 0), 24}, Network{v4(224, 0, 0, 0), 3},
};

bool is_public_v4(std::uint32_t address)
{
    return std::ranges::none_of(not_public_v4, [&](const Network& network) {
        return (address ^ network.address) >> (32 - network.bits) == 0;
    });
}

std::uint32_t v4_at(const address_v6::bytes_type& bytes, std::size_t first)
{
    return v4(bytes[first], bytes[first + 1], bytes[first + 2], bytes[first + 3]);
}

bool starts_with(const address_v6::bytes_type& bytes, std::initializer_list<unsigned> begin)
{
    return std::equal(begin.begin(), begin.end(), bytes.begin());
}

bool is_public_v6(const address_v6::bytes_type& bytes)
{
    if (starts_with(bytes, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff})) // IPv4-mapped
        return is_public_v4(v4_at(bytes, 12));
    if (starts_with(bytes, {0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) // NAT64
        return is_public_v4(v4_at(bytes, 12));
    if (starts_with(bytes, {0x20, 0x02})) // 6to4
        return is_public_v4(v4_at(bytes, 2));
    if (starts_with(bytes, {0x20, 0x01, 0x0d, 0xb8}) || starts_with(bytes, {0x3f, 0xff})) // documentation
        return false;
    if (starts_with(bytes, {0x20, 0x01}) && bytes[2] < 0x02) // 2001::/23: Teredo, benchmarks, ORCHID
        return false;
    return (bytes[0] & 0xe0) == 0x20; // 2000::/3, all that is given out
}

} // namespace

bool is_public(const boost::asio::ip::address& address)
{
    return address.is_v4() ? is_public_v4(address.to_v4().to_uint())
                           : is_public_v6(address.to_v6().to_bytes());
}

} // namespace adapters::upstream
