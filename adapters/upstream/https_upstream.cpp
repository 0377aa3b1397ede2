// SPDX-License-Identifier: Apache-2.0
#include "adapters/upstream/base_url.hpp"
#include "adapters/upstream/breaker.hpp"
#include "adapters/upstream/bulkhead.hpp"
#include "adapters/upstream/connector.hpp"
#include "adapters/upstream/pool.hpp"
#include "adapters/upstream/request_bytes.hpp"
#include "adapters/upstream/response_reader.hpp"
#include "adapters/upstream/watchdog.hpp"

#include <atomic>

namespace asio = boost::asio;

namespace adapters::upstream
{
namespace
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::Result;
using fhir::rest::Response;
using transport::ErrorCode;
using transport::TlsStream;
using Time = Monotonic::time_point;
using Outcome = CircuitBreaker::Outcome;

std::uint64_t next_endpoint_number()
{
    static std::atomic<std::uint64_t> number{0};
    return ++number;
}

/// One request on its way, as all steps need it.
struct Work
{
    std::string bytes;
    Effect effect;
    bool head_method;
    Time deadline;
};

/// What became of one try on one connection.
struct Try
{
    bool pooled = false;
    bool sent = false;     ///< anything at all
    bool answered = false; ///< at least one byte came back
    bool late = false;
};

/// A status with which proxies and overloaded servers say that the system itself was not reached.
bool is_transport_failure(unsigned status)
{
    return status == 502 || status == 503 || status == 504;
}

Outcome judge(const Result<Response>& result)
{
    if (result)
        return is_transport_failure(result->status) ? Outcome::failure : Outcome::success;
    switch (result.error().kind()) {
    case ErrorKind::supplier_unavailable:
    case ErrorKind::supplier_timeout:
    case ErrorKind::supplier_error:
        return Outcome::failure;
    default:
        return Outcome::unclear;
    }
}

/// Tells the breaker how an admitted call ended, cancelled ones included: those count as late when most of
/// their time had gone.
class Admission
{
public:
    Admission(CircuitBreaker& breaker, std::chrono::milliseconds limit)
        : breaker_(&breaker), patience_(Monotonic::now() + limit / 2)
    {}
    ~Admission()
    {
        if (breaker_ != nullptr)
            end(Monotonic::now() >= patience_ ? Outcome::failure : Outcome::unclear);
    }
    Admission(const Admission&) = delete;
    Admission& operator=(const Admission&) = delete;

    void end(Outcome outcome) { std::exchange(breaker_, nullptr)->record(outcome, Monotonic::now()); }

private:
    CircuitBreaker* breaker_;
    Time patience_;
};

class RealUpstream final : public HttpsUpstream
{
public:
    RealUpstream(Endpoint endpoint, BaseUrl base, transport::TlsContext tls)
        : endpoint_(std::move(endpoint)), base_(std::move(base)), tls_(std::move(tls)),
          breaker_(endpoint_.breaker_failures, endpoint_.breaker_open_for), bulkhead_(endpoint_.max_in_flight)
    {}

    Awaitable<Result<Response>> send(Call call) override;
    EndpointState state() const override;

private:
    Awaitable<Result<Response>> send_admitted(const Work& work);
    Awaitable<Result<Response>> try_once(const Work& work, bool fresh, Try& outcome);
    Awaitable<Result<TlsStream>> connection(const Work& work, bool fresh, Try& outcome);
    Awaitable<Result<Response>> exchange(const Work& work, TlsStream& stream, ResponseReader& reader,
                                         Try& outcome);
    bool worth_another(const Work& work, const Try& outcome);
    Error failure(const Work& work, const Try& outcome, const std::string& why) const;
    Error busy(ErrorKind kind, std::string sentence, std::chrono::milliseconds wait) const;

    const Endpoint endpoint_;
    const BaseUrl base_;
    const transport::TlsContext tls_;
    const std::uint64_t number_ = next_endpoint_number();
    CircuitBreaker breaker_;
    Bulkhead bulkhead_;
    RetryBudget retries_;
    std::atomic<std::uint64_t> calls_{0};
    std::atomic<std::uint64_t> failures_{0};
    std::atomic<std::uint64_t> connects_{0};
};

Error RealUpstream::busy(ErrorKind kind, std::string sentence, std::chrono::milliseconds wait) const
{
    Error error(kind, std::move(sentence));
    error.retry_in(std::max(std::chrono::ceil<std::chrono::seconds>(wait), std::chrono::seconds(1)));
    return error;
}

Awaitable<Result<Response>> RealUpstream::send(Call call)
{
    ++calls_;
    Work work{{}, call.effect, call.request.method == "HEAD", Monotonic::now() + call.limit};
    auto bytes = to_bytes(call.request, base_);
    if (!bytes)
        co_return std::unexpected(bytes.error());
    work.bytes = std::move(*bytes);
    if (!breaker_.admit(Monotonic::now())) {
        ++failures_;
        co_return std::unexpected(
            busy(ErrorKind::supplier_unavailable,
                 "The practice's system has failed several times in a row and is left alone for a moment.",
                 breaker_.remaining(Monotonic::now())));
    }
    Admission admission(breaker_, call.limit);
    auto permit = co_await bulkhead_.enter(work.deadline);
    if (!permit) {
        ++failures_;
        admission.end(Outcome::unclear);
        co_return std::unexpected(busy(ErrorKind::supplier_unavailable,
                                       "Too many requests to the practice's system are waiting already.",
                                       std::chrono::seconds(1)));
    }
    auto result = co_await send_admitted(work);
    admission.end(judge(result));
    if (!result)
        ++failures_;
    co_return result;
}

Awaitable<Result<Response>> RealUpstream::send_admitted(const Work& work)
{
    retries_.deposit();
    Try first;
    auto result = co_await try_once(work, false, first);
    if (result || !worth_another(work, first))
        co_return result;
    Try second;
    auto again = co_await try_once(work, true, second);
    co_return again;
}

/// Only a connection lost before the first byte of an answer is tried again: a read within the budget, a
/// write only when none of it left.
bool RealUpstream::worth_another(const Work& work, const Try& outcome)
{
    if (outcome.late || outcome.answered)
        return false;
    if (!outcome.sent)
        return outcome.pooled;
    return work.effect == Effect::read && retries_.withdraw();
}

Awaitable<Result<TlsStream>> RealUpstream::connection(const Work& work, bool fresh, Try& outcome)
{
    auto executor = co_await asio::this_coro::executor;
    auto pooled = fresh ? std::nullopt : Pool::of(executor).take(number_, Monotonic::now());
    if (pooled) {
        outcome.pooled = true;
        co_return std::move(*pooled);
    }
    ++connects_;
    const auto limit = std::min(work.deadline, Monotonic::now() + endpoint_.connect_limit);
    auto stream = co_await connect(base_.host, base_.port, tls_, limit, endpoint_.public_addresses_only);
    co_return stream;
}

Awaitable<Result<Response>> RealUpstream::try_once(const Work& work, bool fresh, Try& outcome)
{
    auto executor = co_await asio::this_coro::executor;
    auto stream = co_await connection(work, fresh, outcome);
    if (!stream)
        co_return std::unexpected(stream.error());
    ResponseReader reader({.max_body_bytes = endpoint_.max_response_bytes}, work.head_method);
    const Watchdog watchdog(executor, work.deadline, [&stream, &outcome] {
        outcome.late = true;
        stream->cut();
    });
    auto result = co_await exchange(work, *stream, reader, outcome);
    if (result && reader.keep_alive() && !outcome.late)
        Pool::of(executor).give(number_, std::move(*stream), endpoint_.max_idle_connections,
                                Monotonic::now());
    else
        stream->close();
    co_return result;
}

Awaitable<Result<Response>> RealUpstream::exchange(const Work& work, TlsStream& stream,
                                                   ResponseReader& reader, Try& outcome)
{
    using State = ResponseReader::State;
    const auto before = stream.bytes_sent();
    // An error here does not end it: the supplier may have answered before it had read everything.
    const ErrorCode unsent = co_await stream.write_all(work.bytes);
    outcome.sent = stream.bytes_sent() != before;
    std::string input;
    State state = State::head;
    while (outcome.sent && state != State::ready && state != State::malformed) {
        const ErrorCode error = co_await stream.read_some(input);
        outcome.answered = outcome.answered || !input.empty();
        if (error == asio::error::eof && outcome.answered)
            state = reader.end_of_stream();
        else if (error)
            co_return std::unexpected(failure(work, outcome, unsent ? unsent.message() : error.message()));
        else
            state = reader.advance(input);
    }
    if (!outcome.sent)
        co_return std::unexpected(failure(work, outcome, unsent.message()));
    // More than was asked for would be read as the answer to the next request.
    if (state == State::malformed || !input.empty()) {
        Error error(ErrorKind::supplier_malformed);
        error.from_supplier(state == State::malformed ? reader.reason() : "it goes on after its end");
        co_return std::unexpected(error.effect_is_possible(work.effect == Effect::write));
    }
    co_return reader.take();
}

Error RealUpstream::failure(const Work& work, const Try& outcome, const std::string& why) const
{
    ErrorKind kind = ErrorKind::supplier_error;
    if (!outcome.sent)
        kind = ErrorKind::supplier_unavailable;
    else if (outcome.late)
        kind = ErrorKind::supplier_timeout;
    else if (outcome.answered)
        kind = ErrorKind::supplier_malformed;
    Error error(kind);
    if (kind == ErrorKind::supplier_error)
        error = Error(kind, "The practice's system broke off the connection before it had answered.");
    error.from_supplier(outcome.late ? "no answer in time" : why);
    error.effect_is_possible(outcome.sent && work.effect == Effect::write);
    return error;
}

EndpointState RealUpstream::state() const
{
    EndpointState state;
    state.breaker = breaker_.state();
    state.in_flight = bulkhead_.in_flight();
    state.calls = calls_;
    state.failures = failures_;
    state.connects = connects_;
    return state;
}

} // namespace

Result<std::unique_ptr<HttpsUpstream>> make_https_upstream(Endpoint endpoint)
{
    transport::ignore_sigpipe();
    auto base = parse_base_url(endpoint.base_url);
    if (!base)
        return std::unexpected(base.error());
    auto tls =
        transport::make_client_context({endpoint.ca_file, endpoint.certificate_file, endpoint.key_file});
    if (!tls)
        return std::unexpected(tls.error());
    return std::make_unique<RealUpstream>(std::move(endpoint), std::move(*base), std::move(*tls));
}

} // namespace adapters::upstream
