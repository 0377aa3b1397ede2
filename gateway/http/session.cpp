// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/session.hpp"
#include "gateway/http/response_head.hpp"
#include "gateway/observability/log.hpp"

namespace gateway::http
{
namespace
{

using adapters::transport::ErrorCode;
using Clock = std::chrono::steady_clock;
using Delivery = fhir::rest::Response::Delivery;
using State = RequestReader::State;

/// What is put on the wire: nothing but the head for HEAD and bodiless statuses, half of the body for the
/// simulated fault.
std::string_view wire_bytes(fhir::rest::Response& response, const std::string& head, bool head_method)
{
    if (head_method || !may_have_body(response.status))
        return head;
    const auto body = response.body.size();
    const auto whole = response.body.with_head(head);
    return response.delivery == Delivery::truncate ? whole.substr(0, head.size() + body / 2) : whole;
}

} // namespace

Session::Session(Listener& listener, Worker& worker, adapters::transport::Socket socket, std::string address,
                 std::shared_ptr<void> place)
    : listener_(listener), worker_(worker), peer_address_(std::move(address)), place_(std::move(place)),
      stream_(adapters::transport::TlsStream::accepted(std::move(socket), listener.tls())),
      reader_(listener.policy())
{
    ++listener_.stats().connections;
    ++listener_.stats().open_connections;
    enter(Phase::handshake);
}

Session::~Session()
{
    --listener_.stats().open_connections;
}

Awaitable<void> Session::run(std::shared_ptr<Session> self)
{
    const bool secured = co_await self->handshake();
    bool more = secured;
    while (more)
        more = co_await self->serve_one();
    self->stream_.close();
}

Awaitable<bool> Session::handshake()
{
    const ErrorCode error = co_await stream_.handshake();
    if (error) {
        ++listener_.stats().handshake_failures;
        report_certificate();
        stream_.cut();
        co_return false;
    }
    peer_subject_ = stream_.peer_subject();
    peer_sha256_ = stream_.peer_sha256();
    co_return true;
}

/// Without a word the other side's people could only guess: OpenSSL tells them no more than "handshake
/// failure".
void Session::report_certificate() const
{
    const std::string why = stream_.refused_certificate();
    if (!why.empty())
        observability::log(observability::Level::warning, "client_certificate_refused",
                           {{"listener", listener_.name()}, {"peer", peer_address_}, {"reason", why}});
}

Awaitable<bool> Session::serve_one()
{
    const State state = co_await receive();
    if (state == State::refused) {
        co_await refuse(reader_.error());
        co_return false;
    }
    if (state != State::ready)
        co_return false;
    ++listener_.stats().requests;
    served_ = true;
    fhir::rest::Request request = reader_.take();
    add_peer(request);
    enter(Phase::handling);
    auto response = co_await answer(std::move(request));
    const bool more = co_await send(std::move(response));
    co_return more;
}

/// Until a request is whole or refused. Anything else means that the connection is over.
Awaitable<State> Session::receive()
{
    for (;;) {
        const State state = reader_.advance(input_);
        if (state == State::ready || state == State::refused)
            co_return state;
        const bool between = state == State::head && input_.empty();
        if (between && worker_.draining())
            co_return state;
        enter(state == State::body ? Phase::body : between ? Phase::idle : Phase::head);
        if (reader_.take_expectation()) {
            const ErrorCode error = co_await stream_.write_all("HTTP/1.1 100 Continue\r\n\r\n");
            if (error)
                co_return state;
        }
        const bool arrived = co_await read_more();
        if (!arrived && late_ && !between)
            co_await refuse(fhir::Error(fhir::ErrorKind::request_timeout));
        if (!arrived)
            co_return state;
    }
}

Awaitable<bool> Session::read_more()
{
    if (input_.empty())
        input_ = std::string(); // gives its memory back while nothing comes
    const ErrorCode error = co_await stream_.read_some(input_);
    co_return !error && !late_;
}

Awaitable<fhir::rest::Response> Session::answer(fhir::rest::Request request)
{
    ++listener_.stats().in_flight;
    struct Done
    {
        ListenerStats& stats;
        ~Done() { --stats.in_flight; }
    } const done{listener_.stats()};
    try {
        co_return co_await listener_.handler().handle(std::move(request));
    } catch (const std::exception&) {
        report_exception("handler");
    }
    co_return listener_.handler().refuse(fhir::Error(fhir::ErrorKind::internal));
}

/// True when the connection goes on.
Awaitable<bool> Session::send(fhir::rest::Response response)
{
    if (response.delivery == Delivery::drop) {
        stream_.cut();
        co_return false;
    }
    Framing framing;
    framing.http_1_0 = reader_.http_1_0();
    framing.keep_alive = reader_.keep_alive() && response.delivery != Delivery::close && !worker_.draining();
    const std::string head = render_head(response, framing);
    enter(Phase::writing);
    const ErrorCode error = co_await stream_.write_all(wire_bytes(response, head, reader_.head_method()));
    if (error || late_ || response.delivery == Delivery::truncate) {
        stream_.cut();
        co_return false;
    }
    co_return framing.keep_alive;
}

/// Answers in the listener's own form, then leaves: after a refusal nothing that follows can be trusted to be
/// a request.
Awaitable<void> Session::refuse(fhir::Error error)
{
    const auto& stats = listener_.stats();
    if (stats.on_refusal)
        stats.on_refusal(error);
    late_ = false;
    auto response = listener_.handler().refuse(error);
    response.delivery = Delivery::close;
    co_await send(std::move(response));
    co_await leave();
}

/// Reads away what the client still sends, for a moment: closing over unread bytes would reset the connection
/// and take the answer along.
Awaitable<void> Session::leave()
{
    constexpr std::size_t most_discarded = 8 << 20;
    stream_.finish_sending();
    enter(Phase::leaving);
    for (std::size_t discarded = 0; discarded < most_discarded && !late_; discarded += input_.size()) {
        input_.clear();
        const ErrorCode error = co_await stream_.read_some(input_);
        if (error)
            break;
    }
    stream_.cut();
}

Session::Time Session::limit_of(Phase phase) const
{
    const Limits& limits = listener_.limits();
    switch (phase) {
    case Phase::handshake:
        return entered_ + limits.handshake_limit;
    case Phase::idle:
        return entered_ + (served_ ? limits.idle_limit : limits.header_limit);
    case Phase::head:
        return entered_ + limits.header_limit;
    case Phase::body:
        return entered_ + limits.body_limit;
    case Phase::writing:
        return entered_ + limits.write_limit;
    case Phase::leaving:
        return entered_ + std::min(limits.write_limit, std::chrono::milliseconds(1000));
    case Phase::handling:
        break;
    }
    return Time::max(); // the handler's own deadlines decide
}

void Session::enter(Phase phase)
{
    if (phase != phase_ || phase == Phase::handshake) {
        phase_ = phase;
        entered_ = Clock::now();
        deadline_ = limit_of(phase);
    }
    if (phase == Phase::body)
        keep_body_rate();
}

/// A body may not trickle in: what has come buys the time for what is to come.
void Session::keep_body_rate()
{
    const Limits& limits = listener_.limits();
    const std::chrono::milliseconds earned(reader_.body_bytes() * 1000 /
                                           std::max<std::size_t>(limits.min_body_bytes_per_second, 1));
    deadline_ = std::min(limit_of(Phase::body), entered_ + limits.body_grace + earned);
}

void Session::expire(Time now)
{
    if (now < deadline_)
        return;
    late_ = true;
    stream_.cancel(); // again at every tick, should the operation have ended just before
}

void Session::drain()
{
    if (phase_ == Phase::idle || phase_ == Phase::handshake)
        stream_.cancel();
}

void Session::add_peer(fhir::rest::Request& request) const
{
    request.peer_address = peer_address_;
    request.client_certificate_subject = peer_subject_;
    request.client_certificate_sha256 = peer_sha256_;
}

} // namespace gateway::http
