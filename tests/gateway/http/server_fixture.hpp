// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/transport/certificates.hpp"
#include "gateway/http/server.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <future>

namespace tests
{

/// Answers with what it was asked, refuses with the error's sentence.
class EchoHandler : public gateway::http::Handler
{
public:
    using Answer = std::function<gateway::Awaitable<fhir::rest::Response>(fhir::rest::Request)>;

    gateway::Awaitable<fhir::rest::Response> handle(fhir::rest::Request request) override;
    fhir::rest::Response refuse(const fhir::Error& error) override;

    Answer answer; ///< instead of the echo
};

/// A server with one listener on a free port and a throw-away certificate for `localhost`.
class ServerFixture : public testing::Test
{
protected:
    ServerFixture();
    ~ServerFixture() override;

    /// With `settings_` as the test has changed it.
    void start(unsigned threads = 1);
    RawClient connect(std::optional<adapters::transport::Identity> identity = {});
    RawClient::Options client_options() const;
    /// One request on a connection of its own: everything that came back until the server closed.
    std::string exchange(std::string_view bytes);

    TemporaryFolder directory_;
    adapters::transport::Authority authority_;
    gateway::http::ListenerSettings settings_;
    gateway::http::ListenerStats stats_;
    EchoHandler handler_;
    std::unique_ptr<gateway::http::Server> server_;
    std::uint16_t port_ = 0;
};

} // namespace tests
