// SPDX-License-Identifier: Apache-2.0
#include "gateway/limits/shedding.hpp"

#include "gateway/observability/metrics.hpp"

#include <algorithm>

namespace gateway::limits
{

namespace
{

using fhir::rest::Request;
using fhir::rest::Response;

constexpr std::chrono::seconds come_back_in{2};

bool is_health(std::string_view path)
{
    return path == "/_ping" || path == "/_status";
}

bool has(std::string_view path, std::string_view part)
{
    return path.find(part) != std::string_view::npos;
}

/// Searches that are sent as a form or a Parameters resource.
bool is_search_by_post(std::string_view path)
{
    return path.ends_with("/_search") || path.ends_with("/$find");
}

class Shedding : public http::Handler
{
public:
    explicit Shedding(SheddingParts parts) : parts_(std::move(parts)) {}

    Awaitable<Response> handle(Request request) override
    {
        const Work work = work_of(request.method, request.path());
        if (parts_.load.must_shed(work))
            co_return busy();
        if (has_too_many_parts(request.body))
            co_return too_many_parts();
        const InFlight counted(parts_.load);
        auto response = co_await parts_.inner.handle(std::move(request));
        co_return response;
    }

    Response refuse(const fhir::Error& error) override { return parts_.inner.refuse(error); }

private:
    struct InFlight
    {
        explicit InFlight(Load& counted_in) : load(counted_in) { load.begin(); }
        ~InFlight() { load.end(); }
        InFlight(const InFlight&) = delete;
        InFlight& operator=(const InFlight&) = delete;
        Load& load;
    };

    Response busy()
    {
        parts_.metrics.http_rejected("shed");
        fhir::Error error(parts_.kind, "The gateway has more to do than it can at present.");
        error.advise("Nothing was done. Send the request again after the time in the Retry-After header.",
                     fhir::Remedy::wait);
        error.retry_in(come_back_in);
        Response response = parts_.inner.refuse(error);
        response.status = 503;
        response.headers.set("Retry-After", std::to_string(come_back_in.count()));
        return response;
    }

    Response too_many_parts()
    {
        parts_.metrics.http_rejected("parts");
        return parts_.inner.refuse(fhir::Error(fhir::ErrorKind::too_costly,
                                               "The body has more parts than anything that is taken here."));
    }

    SheddingParts parts_;
};

} // namespace

Work work_of(std::string_view method, std::string_view path)
{
    if (is_health(path))
        return Work::health;
    const bool reads = method == "GET" || method == "HEAD" || method == "OPTIONS";
    // After a lost answer a consumer looks here whether the appointment was made.
    if (reads)
        return has(path, "/Appointment/") && !has(path, "/$find") ? Work::change : Work::search;
    if (method != "POST" || path == "/oauth2/token")
        return Work::change;
    return is_search_by_post(path) ? Work::search : Work::booking;
}

bool has_too_many_parts(std::string_view body)
{
    constexpr std::ptrdiff_t most = 20000;
    if (body.size() <= static_cast<std::size_t>(most))
        return false;
    const auto begins_a_part = [](char c) {
        return c == ',' || c == '{' || c == '[' || c == '<' || c == '=';
    };
    return std::ranges::count_if(body, begins_a_part) > most;
}

std::unique_ptr<http::Handler> make_shedding(SheddingParts parts)
{
    return std::make_unique<Shedding>(std::move(parts));
}

} // namespace gateway::limits
