// SPDX-License-Identifier: Apache-2.0
#include "adapters/simulation/simulated_upstream.hpp"

#include "adapters/upstream/deadline.hpp"

namespace adapters::simulation
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::rest::Response;
using upstream::Call;
using upstream::Effect;

namespace
{

/// As the real client limits what it reads.
constexpr std::size_t max_response_bytes = std::size_t{8} << 20;

/// Every failure after the request has left: a client cannot know what became of a write.
fhir::Result<Response> lost(ErrorKind kind, Effect effect)
{
    return std::unexpected(Error(kind).effect_is_possible(effect == Effect::write));
}

fhir::Result<Response> received(Response response, Effect effect)
{
    if (response.delivery == Response::Delivery::drop)
        return lost(ErrorKind::supplier_error, effect);
    if (response.delivery == Response::Delivery::truncate || response.body.size() > max_response_bytes)
        return lost(ErrorKind::supplier_malformed, effect);
    return response;
}

} // namespace

SimulatedUpstream::SimulatedUpstream(SimulatorHost& host, std::string base_path)
    : host_(host), base_path_(std::move(base_path))
{
    if (!base_path_.ends_with('/'))
        base_path_ += '/';
}

Awaitable<fhir::Result<Response>> SimulatedUpstream::send(Call call)
{
    auto& request = call.request;
    request.target =
        base_path_ + (request.target.starts_with('/') ? request.target.substr(1) : request.target);
    request.headers.set("Host", "supplier.example");
    if (!request.body.empty() || request.method != "GET")
        request.headers.set("Content-Length", std::to_string(request.body.size()));

    auto reply = host_.handle(request);
    if (reply.hang || reply.delay >= call.limit) {
        co_await pause(call.limit);
        co_return lost(ErrorKind::supplier_timeout, call.effect);
    }
    if (reply.delay.count() > 0)
        co_await pause(reply.delay);
    co_return received(std::move(reply.response), call.effect);
}

} // namespace adapters::simulation
