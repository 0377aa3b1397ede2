// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/transport/tls_stream.hpp"
#include "gateway/http/listener.hpp"
#include "gateway/http/request_reader.hpp"
#include "gateway/http/worker.hpp"

namespace gateway::http
{

/// One connection from handshake to close: requests strictly in order, one at a time. Every phase has its
/// limit, watched by the worker's tick; an idle connection holds no buffers.
class Session : public Job
{
public:
    /// `address`: of the other side; `place`: what it has at the listener, for as long as the session lives.
    Session(Listener& listener, Worker& worker, adapters::transport::Socket socket, std::string address,
            std::shared_ptr<void> place);
    ~Session() override;

    static Awaitable<void> run(std::shared_ptr<Session> self);

    void expire(Time now) override;
    void drain() override;

private:
    enum class Phase
    {
        handshake,
        idle,
        head,
        body,
        handling,
        writing,
        leaving
    };

    Awaitable<bool> handshake();
    void report_certificate() const;
    Awaitable<bool> serve_one();
    Awaitable<RequestReader::State> receive();
    Awaitable<bool> read_more();
    Awaitable<fhir::rest::Response> answer(fhir::rest::Request request);
    Awaitable<bool> send(fhir::rest::Response response);
    Awaitable<void> refuse(fhir::Error error);
    Awaitable<void> leave();
    void enter(Phase phase);
    Time limit_of(Phase phase) const;
    void keep_body_rate();
    void add_peer(fhir::rest::Request& request) const;

    Listener& listener_;
    Worker& worker_;
    std::string peer_address_;
    std::shared_ptr<void> place_;
    std::string peer_subject_;
    std::string peer_sha256_;
    adapters::transport::TlsStream stream_;
    RequestReader reader_;
    std::string input_;
    Phase phase_ = Phase::handshake;
    bool late_ = false;
    bool served_ = false;
    Time entered_;
    Time deadline_;
};

} // namespace gateway::http
