// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/https_call.hpp"

#include "adapters/upstream/upstream.hpp"
#include "gateway/awaitable.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>

namespace gateway::cli
{

namespace
{

using fhir::Result;
using fhir::rest::Response;

Result<Response> send(adapters::upstream::Upstream& upstream, adapters::upstream::Call call)
{
    boost::asio::io_context context{1};
    std::optional<Result<Response>> answer;
    boost::asio::co_spawn(context, upstream.send(std::move(call)),
                          [&](std::exception_ptr failure, Result<Response> result) {
                              if (!failure)
                                  answer = std::move(result);
                          });
    while (!answer && context.run_one() > 0)
        ;
    return answer ? std::move(*answer) : fhir::fail(fhir::ErrorKind::internal);
}

fhir::Error not_reached(const std::string& origin, const fhir::Error& why)
{
    std::string sentence = origin + " cannot be reached";
    if (!why.supplier_code().empty())
        sentence += " (" + why.supplier_code() + ")";
    return fhir::Error(why.kind(), sentence + ". Check the address, and name the authority of its "
                                              "certificate with --ca-file.");
}

} // namespace

Result<Response> call_once(const std::string& origin, const std::string& ca_file, const std::string& name,
                           fhir::rest::Request request)
{
    adapters::upstream::Endpoint endpoint;
    endpoint.name = name;
    endpoint.base_url = origin;
    endpoint.ca_file = ca_file;
    auto upstream = adapters::upstream::make_https_upstream(std::move(endpoint));
    if (!upstream)
        return std::unexpected(upstream.error());
    adapters::upstream::Call call;
    const bool reads = request.method == "GET";
    call.effect = reads ? adapters::upstream::Effect::read : adapters::upstream::Effect::write;
    call.request = std::move(request);
    call.limit = std::chrono::seconds(10);
    call.operation = name;
    auto answer = send(**upstream, std::move(call));
    if (!answer)
        return std::unexpected(not_reached(origin, answer.error()));
    return answer;
}

} // namespace gateway::cli
