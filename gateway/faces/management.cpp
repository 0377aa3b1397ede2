// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/management.hpp"

#include "fhir/codec/json_value.hpp"
#include "fhir/outcome/catalogue.hpp"

namespace gateway::faces
{

namespace
{

using fhir::codec::JsonValue;
using fhir::rest::Request;
using fhir::rest::Response;

Response plain(const fhir::Error& error)
{
    return text_answer(fhir::catalogue_row(error.kind()).http_status, "text/plain; charset=utf-8",
                       error.sentence() + "\n");
}

JsonValue intent_json(const booking::OpenIntent& open, fhir::Instant now)
{
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(now - open.since);
    return JsonValue::object({{"id", open.intent},
                              {"kind", open.kind},
                              {"state", open.needs_person ? "needs-person" : "settling"},
                              {"practice", open.practice_ods},
                              {"appointment", open.appointment},
                              {"since", fhir::to_utc_text(open.since)},
                              {"age_seconds", std::int64_t{age.count()}},
                              {"attempts", open.attempts},
                              {"last_failure", open.last_failure}});
}

class ManagementHandler : public http::Handler
{
public:
    explicit ManagementHandler(Management management) : shown_(std::move(management)) {}

    Awaitable<Response> handle(Request request) override
    {
        if (request.method != "GET" && request.method != "HEAD") {
            auto refused = plain(fhir::Error(fhir::ErrorKind::method_not_allowed));
            refused.headers.set("Allow", "GET, HEAD");
            co_return refused;
        }
        if (request.path() != "/unknown")
            co_return page(request.path());
        auto answer = co_await unknown();
        co_return answer;
    }

    Response refuse(const fhir::Error& error) override { return plain(error); }

private:
    Response page(std::string_view path) const
    {
        // Liveness looks at nothing else: a restart cures neither a full disk nor a dead practice.
        if (path == "/livez" || path == "/heartbeat")
            return text_answer(200, "text/plain; charset=utf-8", "ok\n");
        if (path == "/readyz")
            return ready_answer(shown_.health);
        if (path == "/metrics")
            return metrics();
        if (path == "/_ping")
            return ping_answer(shown_.health);
        if (path == "/_status")
            return status_answer(shown_.health);
        return text_answer(
            404, "text/plain; charset=utf-8",
            "Nothing is served at this path; there are /livez, /readyz, /metrics, /unknown, /_ping, "
            "/_status and /heartbeat.\n");
    }

    Response metrics() const
    {
        if (shown_.before_metrics)
            shown_.before_metrics();
        return text_answer(200, "text/plain; version=0.0.4; charset=utf-8", shown_.metrics.text());
    }

    /// Writes whose outcome nobody knows yet, oldest first, for whoever must find out at the practice.
    Awaitable<Response> unknown() const
    {
        fhir::Result<std::vector<booking::OpenIntent>> open;
        if (shown_.open_intents) {
            auto found = co_await shown_.open_intents();
            open = std::move(found);
        }
        if (!open)
            co_return plain(open.error());
        std::int64_t waiting = 0;
        auto intents = JsonValue::array();
        for (const booking::OpenIntent& each : *open) {
            waiting += each.needs_person ? 1 : 0;
            intents.items().push_back(intent_json(each, shown_.clock.now()));
        }
        const auto body = JsonValue::object({{"needs_person", waiting},
                                             {"settling", static_cast<std::int64_t>(open->size()) - waiting},
                                             {"intents", std::move(intents)}});
        co_return text_answer(200, "application/json", fhir::codec::to_json(body, true) + "\n");
    }

    Management shown_;
};

} // namespace

std::unique_ptr<http::Handler> make_management_handler(Management management)
{
    return std::make_unique<ManagementHandler>(std::move(management));
}

} // namespace gateway::faces
