// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/transport/certificates.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tests
{

/// The server's side of one connection, blocking; nothing waits longer than ten seconds.
class ScriptedConnection
{
public:
    virtual ~ScriptedConnection() = default;
    /// Head and body of one request; empty when the client has gone.
    virtual std::string read_request() = 0;
    virtual void send(std::string_view bytes) = 0;
    /// With close_notify; without a call the connection is cut.
    virtual void close() = 0;
    /// Until the client leaves.
    virtual void wait_for_close() = 0;
};

/// A TLS server on a free port that says exactly what its script says: the n-th connection runs the n-th script, later ones the last.
class ScriptedServer
{
public:
    using Script = std::function<void(ScriptedConnection&)>;

    /// With `client_ca_pem`, clients must present a certificate of that authority.
    ScriptedServer(const adapters::transport::Identity& identity, std::vector<Script> scripts,
                   const std::string& client_ca_pem = {});
    ~ScriptedServer();

    std::uint16_t port() const;
    std::size_t connections() const;
    /// How many of them resumed a session.
    std::size_t resumed() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace tests
