// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/transport/certificates.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tests
{

/// A blocking TLS client that sends exactly the bytes it is given. Nothing waits longer than ten seconds.
class RawClient
{
public:
    struct Options
    {
        std::string ca_pem;
        std::string host = "localhost";
        std::optional<adapters::transport::Identity> identity;
        std::string alpn = "http/1.1"; ///< empty: no ALPN
        int max_version = 0;           ///< TLS1_2_VERSION, ...
        std::string ciphers;           ///< TLS 1.2 list
    };

    /// Throws std::runtime_error when the handshake fails.
    RawClient(std::uint16_t port, const Options& options);
    ~RawClient();
    RawClient(RawClient&&) noexcept;

    /// Errors are ignored: the peer may have closed already.
    void send(std::string_view bytes);
    /// Head and body of one answer with Content-Length (or none: head only, as for HEAD); empty when the
    /// connection ends first.
    std::string receive_answer(bool head_only = false);
    /// Everything until the peer closes.
    std::string receive_all();
    /// Whether the peer has ended the connection with a close_notify (after receive_all).
    bool closed_properly() const;
    /// Waits for the end without expecting bytes.
    bool wait_for_close() { return receive_all().empty(); }
    void half_close();
    std::string version() const;
    bool resumed() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// The status of an answer, 0 when there is none.
unsigned status_of(std::string_view answer);
std::string_view body_of(std::string_view answer);

} // namespace tests
