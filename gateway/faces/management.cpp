// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/management.hpp"

#include "fhir/codec/json_value.hpp"
#include "fhir/outcome/catalogue.hpp"
#include "gateway/faces/audited.hpp"
#include "gateway/observability/log.hpp"

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

constexpr std::string_view unknown_path = "/unknown";
constexpr std::string_view export_path = "/audit/exports";
constexpr std::size_t longest_intent_id = 64;

Response json_answer(const JsonValue& body)
{
    return text_answer(200, "application/json", fhir::codec::to_json(body, true) + "\n");
}

/// The intent that a path below /unknown names; empty when it names none.
std::string intent_of(std::string_view path)
{
    if (!path.starts_with("/unknown/") || path.size() > unknown_path.size() + 1 + longest_intent_id)
        return {};
    const std::string_view id = path.substr(unknown_path.size() + 1);
    return id.find('/') == std::string_view::npos ? std::string(id) : std::string();
}

std::string body_text(const JsonValue& object, std::string_view name)
{
    const JsonValue* const member = object.find(name);
    return member && member->is_string() ? member->text() : std::string();
}

JsonValue intent_json(const booking::OpenIntent& open, fhir::Instant now)
{
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(now - open.since);
    auto value = JsonValue::object({{"id", open.intent},
                                    {"kind", open.kind},
                                    {"state", open.state},
                                    {"practice", open.practice_ods},
                                    {"appointment", open.appointment},
                                    {"since", fhir::to_utc_text(open.since)},
                                    {"age_seconds", std::int64_t{age.count()}},
                                    {"attempts", open.attempts},
                                    {"last_failure", open.last_failure},
                                    {"next_step", open.next_step}});
    if (!open.moves_to.empty())
        value.set("moves_to", open.moves_to);
    return value;
}

JsonValue resolved_json(const booking::ResolvedIntent& shown, fhir::Instant now)
{
    auto body = intent_json(shown.intent, now);
    if (!shown.by.empty())
        body.set("resolution", JsonValue::object({{"as", shown.found},
                                                  {"by", shown.by},
                                                  {"reason", shown.reason},
                                                  {"at", fhir::to_utc_text(shown.at)},
                                                  {"practice_showed", shown.seen},
                                                  {"override", shown.against_read_back}}));
    return body;
}

/// `as`, `reason`, `override` and `practice_key` of the body; who says so stands in the proof.
fhir::Result<booking::Resolution> read_resolution(const JsonValue& body, std::string intent, std::string by)
{
    booking::Resolution resolution;
    const auto finding = booking::finding_of(body_text(body, "as"));
    if (!finding)
        return fhir::fail(fhir::ErrorKind::value_invalid,
                          "Say what the practice's book holds: booked, not-booked, cancelled, not-cancelled, "
                          "amended or not-amended; or again.");
    resolution.finding = *finding;
    resolution.intent = std::move(intent);
    resolution.by = std::move(by);
    resolution.reason = body_text(body, "reason");
    resolution.practice_key = body_text(body, "practice_key");
    const JsonValue* const insists = body.find("override");
    resolution.override_read_back = insists && insists->boolean();
    return resolution;
}

class ManagementHandler : public http::Handler
{
public:
    explicit ManagementHandler(Management management)
        : shown_(std::move(management)), desk_{shown_.policy, shown_.worklist.operator_of, shown_.clock,
                                               shown_.code_system, shown_.slot_types},
          consents_{shown_.consents, shown_.worklist.operator_of, shown_.audit, shown_.code_system},
          outbox_{shown_.outbox, shown_.worklist.operator_of, shown_.code_system},
          calendars_{shown_.calendars, shown_.worklist.operator_of, shown_.audit, shown_.code_system}
    {}

    Awaitable<Response> handle(Request request) override
    {
        if (shown_.policy && is_for_policy_desk(request.path())) {
            auto answer = co_await at_policy_desk(desk_, std::move(request));
            co_return answer;
        }
        if (shown_.consents && is_for_consent_desk(request.path())) {
            auto answer = co_await at_consent_desk(consents_, std::move(request));
            co_return answer;
        }
        if (shown_.outbox && is_for_outbox_desk(request.path())) {
            auto answer = co_await at_outbox_desk(outbox_, std::move(request));
            co_return answer;
        }
        if (shown_.calendars && is_for_calendar_desk(request.path())) {
            auto answer = co_await at_calendar_desk(calendars_, std::move(request));
            co_return answer;
        }
        const std::string intent = intent_of(request.path());
        if (request.method == "POST" && !intent.empty() && shown_.worklist.resolve) {
            const auto by = shown_.worklist.operator_of(request);
            auto answer = co_await settle(std::move(request), intent);
            co_await write_down(by, intent, answer.status);
            co_return answer;
        }
        if (request.method == "POST" && request.path() == export_path) {
            auto answer = co_await note_export(std::move(request));
            co_return answer;
        }
        if (request.method != "GET" && request.method != "HEAD") {
            auto refused = plain(fhir::Error(fhir::ErrorKind::method_not_allowed));
            refused.headers.set("Allow", intent.empty() ? "GET, HEAD" : "GET, HEAD, POST");
            co_return refused;
        }
        if (!intent.empty() && shown_.worklist.show) {
            auto answer = co_await show(intent);
            co_return answer;
        }
        if (request.path() != unknown_path)
            co_return page(request.path());
        auto answer = co_await unknown();
        co_return answer;
    }

    Response refuse(const fhir::Error& error) override { return plain(error); }

private:
    /// What an operator said of a write nobody knew the outcome of. It stands, whether or not its record
    /// could be written at once.
    Awaitable<void> write_down(fhir::Result<std::string> by, std::string intent, unsigned status) const
    {
        audit::AuditRecord record;
        record.event = audit::Event::write;
        record.via = "management";
        record.action = "POST /unknown/{intent}";
        record.user = by.value_or(std::string());
        record.type = "Intent";
        record.id = std::move(intent);
        judge(record, status, by ? std::string_view() : fhir::catalogue_row(by.error().kind()).code);
        auto written = co_await hand_in(shown_.audit, std::move(record), {});
        static_cast<void>(written);
    }

    /// Somebody has written the audit trail, or a part of it, into a file.
    Awaitable<Response> note_export(Request request) const
    {
        const auto by = shown_.worklist.operator_of ? shown_.worklist.operator_of(request)
                                                    : fhir::fail(fhir::ErrorKind::login_required);
        if (!by)
            co_return plain(by.error());
        const auto body = fhir::codec::parse_json(request.body);
        const auto hash = body ? body_text(*body, "sha256") : std::string();
        if (hash.size() != 64 || hash.find_first_not_of("0123456789abcdef") != std::string::npos)
            co_return plain(fhir::Error(fhir::ErrorKind::value_invalid,
                                        "sha256 is the hash of the file, 64 hexadecimal digits."));
        audit::AuditRecord record;
        record.event = audit::Event::export_;
        record.via = "management";
        record.action = "audit export";
        record.user = *by;
        record.type = "AuditExport";
        record.id = hash;
        auto written = co_await hand_in(shown_.audit, std::move(record), {});
        if (!written)
            co_return plain(written.error());
        co_return json_answer(JsonValue::object({{"recorded", hash}}));
    }

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
        return text_answer(404, "text/plain; charset=utf-8",
                           "Nothing is served at this path; there are /livez, /readyz, /metrics, /unknown, "
                           "/policy/practices, "
                           "/_ping, "
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
        co_return json_answer(body);
    }

    Awaitable<Response> show(std::string intent) const
    {
        auto found = co_await shown_.worklist.show(std::move(intent));
        if (!found)
            co_return plain(found.error());
        co_return json_answer(resolved_json(*found, shown_.clock.now()));
    }

    /// A person's word on an intent, or the wish that the gateway look again.
    Awaitable<Response> settle(Request request, std::string intent) const
    {
        auto by = shown_.worklist.operator_of(request);
        if (!by)
            co_return plain(by.error());
        const auto body = fhir::codec::parse_json(request.body);
        if (!body)
            co_return plain(body.error());
        if (body_text(*body, "as") == "again") {
            auto reopened = co_await shown_.worklist.settle_again(intent);
            if (!reopened)
                co_return plain(reopened.error());
            observability::log(observability::Level::info, "intent_reopened",
                               {{"intent", intent}, {"by", *by}});
            auto answer = co_await show(std::move(intent));
            co_return answer;
        }
        auto resolution = read_resolution(*body, std::move(intent), std::move(*by));
        if (!resolution)
            co_return plain(resolution.error());
        auto resolved = co_await shown_.worklist.resolve(std::move(*resolution));
        if (!resolved)
            co_return plain(resolved.error());
        co_return json_answer(resolved_json(*resolved, shown_.clock.now()));
    }

    Management shown_;
    PolicyDesk desk_;
    ConsentDesk consents_;
    OutboxDesk outbox_;
    CalendarDesk calendars_;
};

} // namespace

std::unique_ptr<http::Handler> make_management_handler(Management management)
{
    return std::make_unique<ManagementHandler>(std::move(management));
}

} // namespace gateway::faces
