// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/listeners.hpp"

#include "adapters/upstream/deadline.hpp"
#include "fhir/codec/json_value.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>

#include <charconv>
#include <stdexcept>

namespace chaos
{

using adapters::Awaitable;
using fhir::ErrorKind;
using fhir::codec::JsonValue;
using fhir::rest::Request;
using fhir::rest::Response;

namespace
{

class Line : public adapters::upstream::Upstream
{
public:
    explicit Line(Listeners& all) : all_(all) {}
    Awaitable<fhir::Result<Response>> send(adapters::upstream::Call call) override
    {
        return all_.send(std::move(call));
    }

private:
    Listeners& all_;
};

const JsonValue& below(const JsonValue& object, std::string_view name)
{
    const JsonValue* found = object.find(name);
    if (!found)
        throw std::runtime_error("a notification without " + std::string(name));
    return *found;
}

/// `Task/<id>` of a URL, the ODS code of an organisation.
std::string subject_in(const JsonValue& reference)
{
    const JsonValue* literal = reference.find("reference");
    if (!literal)
        return below(below(reference, "identifier"), "value").text();
    const std::string url = literal->text();
    return url.substr(url.rfind('/', url.rfind('/') - 1) + 1);
}

std::int64_t number_in(std::string_view text)
{
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

Heard::Event read_part(const JsonValue& parameter)
{
    Heard::Event event;
    for (const JsonValue& part : below(parameter, "part").items()) {
        const std::string name = below(part, "name").text();
        if (name == "event-number")
            event.number = number_in(below(part, "valueString").text());
        if (name == "focus")
            event.subject = subject_in(below(part, "valueReference"));
    }
    return event;
}

/// `W/"3"` of each focus, in the order of the events.
std::int64_t version_in(const JsonValue& entry)
{
    const JsonValue* etag = below(entry, "response").find("etag");
    return etag ? number_in(std::string_view(etag->text()).substr(3)) : 0;
}

} // namespace

Heard read_notification(const Request& request)
{
    Heard heard;
    heard.receiver = request.target;
    heard.delivery = request.headers.get("Apptgw-Delivery");
    const auto bundle = fhir::codec::parse_json(request.body);
    if (!bundle)
        throw std::runtime_error("a notification that is no JSON");
    const auto& entries = below(*bundle, "entry").items();
    for (const JsonValue& each : below(below(entries.front(), "resource"), "parameter").items()) {
        const std::string name = below(each, "name").text();
        if (name == "type")
            heard.type = below(each, "valueCode").text();
        if (name == "subscription")
            heard.subscription = subject_in(below(each, "valueReference")).substr(sizeof "Subscription/" - 1);
        if (name == "notification-event")
            heard.events.push_back(read_part(each));
    }
    for (std::size_t i = 0; i < heard.events.size() && i + 1 < entries.size(); ++i)
        heard.events[i].version = version_in(entries[i + 1]);
    return heard;
}

struct Listeners::Waiting
{
    Waiting(const adapters::Executor& executor, milliseconds limit) : bell(executor, limit) {}
    adapters::Timer bell;
    std::optional<Response> response;
};

std::unique_ptr<adapters::upstream::Upstream> Listeners::connect()
{
    return std::make_unique<Line>(*this);
}

void Listeners::arrive(const Request& request, const Hearing& hearing, Moment sent,
                       const std::weak_ptr<Waiting>& waiting)
{
    Heard heard = read_notification(request);
    heard.sent = sent;
    heard.arrived = around_.clock.moment();
    heard.taken = hearing.status < 300;
    heard.refused = hearing.status == 422;
    around_.trace.line("  " + heard.receiver + " " + heard.type + " " + heard.delivery + " -> " +
                       std::to_string(hearing.status));
    heard_.push_back(std::move(heard));
    if (hearing.lost)
        return;
    around_.agenda.after(hearing.back, [waiting, hearing] {
        const auto still = waiting.lock();
        if (!still)
            return;
        still->response.emplace();
        still->response->status = hearing.status;
        if (hearing.retry_after.count() > 0)
            still->response->headers.set("Retry-After", std::to_string(hearing.retry_after.count()));
        still->bell.cancel();
    });
}

Awaitable<fhir::Result<Response>> Listeners::send(adapters::upstream::Call call)
{
    const Fate before = around_.fates->at({Effect::notification, false});
    if (before == Fate::crash) {
        around_.crash();
        co_await never();
    }
    const Hearing hearing = around_.fates->hearing(call.request.target);
    if (before == Fate::fail || hearing.away)
        co_return std::unexpected(fhir::Error(ErrorKind::supplier_unavailable));
    auto executor = co_await boost::asio::this_coro::executor;
    auto waiting = std::make_shared<Waiting>(executor, call.limit);
    around_.agenda.after(hearing.there,
                         [this, request = std::move(call.request), hearing, sent = around_.clock.moment(),
                          late = std::weak_ptr(waiting)] { arrive(request, hearing, sent, late); });
    co_await waiting->bell.async_wait(boost::asio::as_tuple(adapters::use_awaitable));
    if (!waiting->response)
        co_return std::unexpected(fhir::Error(ErrorKind::supplier_timeout));
    const Fate after = around_.fates->at({Effect::notification, true});
    if (after == Fate::crash) {
        around_.crash();
        co_await never();
    }
    if (after == Fate::fail)
        co_return std::unexpected(fhir::Error(ErrorKind::supplier_error));
    co_return std::move(*waiting->response);
}

} // namespace chaos
