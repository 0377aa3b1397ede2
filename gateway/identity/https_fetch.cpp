// SPDX-License-Identifier: Apache-2.0
#include "adapters/upstream/upstream.hpp"
#include "gateway/identity/identity.hpp"

#include <map>
#include <memory>
#include <mutex>

namespace gateway::identity
{
namespace
{

using adapters::upstream::HttpsUpstream;

/// `https://host[:port]/` and the rest.
struct SplitUrl
{
    std::string base, target;
};

std::optional<SplitUrl> split(const std::string& url)
{
    constexpr std::string_view scheme = "https://";
    if (!url.starts_with(scheme))
        return std::nullopt;
    const auto slash = url.find('/', scheme.size());
    if (slash == std::string::npos || slash == scheme.size())
        return std::nullopt;
    return SplitUrl{url.substr(0, slash + 1), url.substr(slash + 1)};
}

/// One connection pool per host, made when first asked for.
class HttpsFetch
{
public:
    explicit HttpsFetch(std::string ca_file) : ca_file_(std::move(ca_file)) {}

    Awaitable<fhir::Result<std::string>> get(std::string url)
    {
        const auto parts = split(url);
        if (!parts)
            co_return fhir::fail(fhir::ErrorKind::value_invalid, url + " is not an https URL.");
        auto upstream = upstream_for(parts->base);
        if (!upstream)
            co_return std::unexpected(upstream.error());
        adapters::upstream::Call call;
        call.request.target = parts->target;
        call.request.headers.set("Accept", "application/json");
        call.operation = "key_set";
        auto answer = co_await (*upstream)->send(std::move(call));
        if (!answer)
            co_return std::unexpected(answer.error());
        if (answer->status != 200)
            co_return fhir::fail(fhir::ErrorKind::supplier_error,
                                 url + " answered with status " + std::to_string(answer->status) + ".");
        co_return std::string(answer->body.view());
    }

private:
    fhir::Result<std::shared_ptr<HttpsUpstream>> upstream_for(const std::string& base)
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = upstreams_.find(base); found != upstreams_.end())
            return found->second;
        adapters::upstream::Endpoint endpoint;
        endpoint.name = base;
        endpoint.base_url = base;
        endpoint.ca_file = ca_file_;
        endpoint.max_idle_connections = 1;
        endpoint.max_response_bytes = 256 << 10;
        auto made = adapters::upstream::make_https_upstream(std::move(endpoint));
        if (!made)
            return std::unexpected(made.error());
        return upstreams_.emplace(base, std::move(*made)).first->second;
    }

    std::string ca_file_;
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<HttpsUpstream>> upstreams_;
};

Awaitable<fhir::Result<std::string>> get_from(std::shared_ptr<HttpsFetch> fetcher, std::string url)
{
    auto text = co_await fetcher->get(std::move(url));
    co_return text;
}

} // namespace

FetchText https_fetch(std::string ca_file)
{
    return [fetcher = std::make_shared<HttpsFetch>(std::move(ca_file))](std::string url) {
        return get_from(fetcher, std::move(url));
    };
}

} // namespace gateway::identity
