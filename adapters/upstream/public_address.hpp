// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/ip/address.hpp>

namespace adapters::upstream
{

/// Whether the address is one of the public internet: none of this machine, of private or shared networks, of
/// links, for documentation, benchmarks, multicast or reserved (RFC 6890 and its registries), and no IPv6
/// address that carries such an IPv4 address.
bool is_public(const boost::asio::ip::address& address);

} // namespace adapters::upstream
