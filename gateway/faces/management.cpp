// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/management.hpp"

#include "fhir/outcome/catalogue.hpp"

namespace gateway::faces
{

namespace
{

using fhir::rest::Request;
using fhir::rest::Response;

Response plain(const fhir::Error& error)
{
    return text_answer(fhir::catalogue_row(error.kind()).http_status, "text/plain; charset=utf-8",
                       error.sentence() + "\n");
}

class Management : public http::Handler
{
public:
    Management(Health health, const observability::Metrics& metrics)
        : health_(std::move(health)), metrics_(metrics)
    {}

    Awaitable<Response> handle(Request request) override { co_return answer(request); }

    Response refuse(const fhir::Error& error) override { return plain(error); }

private:
    Response answer(const Request& request) const
    {
        if (request.method != "GET" && request.method != "HEAD") {
            auto refused = plain(fhir::Error(fhir::ErrorKind::method_not_allowed));
            refused.headers.set("Allow", "GET, HEAD");
            return refused;
        }
        return page(request.path());
    }

    Response page(std::string_view path) const
    {
        // Liveness looks at nothing else: a restart cures neither a full disk nor a dead practice.
        if (path == "/livez" || path == "/heartbeat")
            return text_answer(200, "text/plain; charset=utf-8", "ok\n");
        if (path == "/readyz")
            return ready_answer(health_);
        if (path == "/metrics")
            return text_answer(200, "text/plain; version=0.0.4; charset=utf-8", metrics_.text());
        if (path == "/_ping")
            return ping_answer(health_);
        if (path == "/_status")
            return status_answer(health_);
        return text_answer(404, "text/plain; charset=utf-8", "Nothing is served at this path.\n");
    }

    Health health_;
    const observability::Metrics& metrics_;
};

} // namespace

std::unique_ptr<http::Handler> make_management_handler(Health health, const observability::Metrics& metrics)
{
    return std::make_unique<Management>(std::move(health), metrics);
}

} // namespace gateway::faces
