// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/json_value.hpp"
#include "gateway/notify/courier.hpp"
#include "gateway/notify/office.hpp"
#include "gateway/notify/service.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_identity.hpp"
#include "tests/support/fake_recorder.hpp"
#include "tests/support/sqlite_fixture.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tests::notify
{

using namespace gateway::notify;
namespace store = gateway::store;
using fhir::codec::JsonValue;
using std::chrono::minutes;
using std::chrono::seconds;

inline constexpr const char* base_url = "https://gateway.example.net/fhir/R4";

/// What receivers were sent, and what they say: the answers in turn, then 200.
struct Receivers
{
    std::vector<std::pair<std::string, fhir::rest::Request>> requests; ///< with the origin
    std::deque<fhir::Result<fhir::rest::Response>> answers;
    std::vector<adapters::upstream::Endpoint> endpoints;
    std::function<void()> meanwhile; ///< while the next one is under way

    void answer(unsigned status, const std::string& retry_after = {})
    {
        fhir::rest::Response response;
        response.status = status;
        if (!retry_after.empty())
            response.headers.set("Retry-After", retry_after);
        answers.emplace_back(std::move(response));
    }
};

class FakeReceiver : public adapters::upstream::Upstream
{
public:
    FakeReceiver(Receivers& all, std::string origin) : all_(all), origin_(std::move(origin)) {}
    gateway::Awaitable<fhir::Result<fhir::rest::Response>> send(adapters::upstream::Call call) override
    {
        all_.requests.emplace_back(origin_, std::move(call.request));
        if (const auto others = std::exchange(all_.meanwhile, {}))
            others();
        fhir::rest::Response taken;
        taken.status = 200;
        fhir::Result<fhir::rest::Response> answer = std::move(taken);
        if (!all_.answers.empty()) {
            answer = std::move(all_.answers.front());
            all_.answers.pop_front();
        }
        co_return answer;
    }

private:
    Receivers& all_;
    std::string origin_;
};

/// Practice A10001 shares with HUB01 and HUB02. The client `hub` of HUB01 may have notifications at
/// hub.example.org.
class NotifyTest : public testing::Test
{
protected:
    NotifyTest();

    template <class T>
    T must(gateway::Awaitable<fhir::Result<T>> work)
    {
        auto result = run(context_, std::move(work));
        if (!result)
            throw std::runtime_error(result.error().sentence());
        return std::move(*result);
    }
    template <class T>
    fhir::Error refused(gateway::Awaitable<fhir::Result<T>> work)
    {
        auto result = run(context_, std::move(work));
        return result ? fhir::Error(fhir::ErrorKind::internal, "it was taken") : result.error();
    }

    static gateway::identity::Caller caller(const std::string& client = "hub",
                                            const std::string& ods = "HUB01");
    Subscription wanted(std::string_view topic = store::appointment_topic) const;
    /// In status active, its handshake done and forgotten.
    Subscription subscribed(Subscription wanted);
    Subscription subscribed() { return subscribed(wanted()); }
    Subscription now_of(const std::string& id) { return must(service_->read(caller(), id)); }

    /// An appointment that HUB01 booked at the practice, as version 1 and further ones.
    void book(const std::string& id, const std::string& booked_by = "HUB01",
              const std::string& patient = "9990000018");
    void change(const std::string& id, std::int64_t follows, const std::string& status);

    std::unique_ptr<Courier> make_courier();
    bool round() { return run(context_, courier_->round()); }
    /// Bodies that have been sent since the last call.
    std::vector<JsonValue> sent();
    static std::string status_of(const JsonValue& bundle, const std::string& name);
    static std::vector<std::string> focuses(const JsonValue& bundle);

    boost::asio::io_context context_{1};
    FakeClock clock_;
    FakeRandom random_;
    SqliteFixture database_;
    std::unique_ptr<store::Store> store_ = database_.open();
    gateway::observability::Metrics metrics_;
    FakeRecorder recorded_;
    std::vector<gateway::identity::Client> clients_;
    CurrentSubscribers subscribers_;
    std::shared_ptr<const gateway::policy::Directory> directory_;
    std::unique_ptr<gateway::policy::Consents> consents_;
    std::unique_ptr<Visibility> visibility_;
    std::unique_ptr<Subscriptions> service_;
    CourierSettings settings_;
    Receivers receivers_;
    std::vector<DeadLetters> dead_;
    bool deaf_ = false;       ///< nobody can be told of dead letters
    bool unreadable_ = false; ///< resources
    std::unique_ptr<Courier> courier_;
};

inline gateway::identity::Caller NotifyTest::caller(const std::string& client, const std::string& ods)
{
    auto caller = tests::caller_with("system/*.cruds", ods);
    caller.client_id = client;
    return caller;
}

inline NotifyTest::NotifyTest()
{
    gateway::identity::Client hub{"hub", *fhir::OdsCode::parse("HUB01"),
                                  "Hub", {},
                                  {},    gateway::identity::parse_scopes("system/*.cruds"),
                                  {},    {},
                                  {}};
    hub.notify_hosts = {"hub.example.org", "Hub.Example.org:8443"};
    clients_.push_back(hub);
    hub.client_id = "other";
    hub.ods = *fhir::OdsCode::parse("HUB02");
    clients_.push_back(hub);
    subscribers_.replace(clients_);
    gateway::policy::Practice practice{*fhir::OdsCode::parse("A10001"), "Practice", "emis", {}, {}, {}, {}};
    directory_ = std::make_shared<gateway::policy::Directory>(
        std::vector<std::shared_ptr<const gateway::policy::Practice>>{
            std::make_shared<gateway::policy::Practice>(std::move(practice))},
        std::vector<gateway::policy::Federation>{
            {"north",
             {*fhir::OdsCode::parse("A10001")},
             {*fhir::OdsCode::parse("HUB01"), *fhir::OdsCode::parse("HUB02")}}});
    const auto snapshot = [this] { return directory_; };
    consents_ = std::make_unique<gateway::policy::Consents>(
        gateway::policy::ConsentParts{*store_, snapshot, clock_, random_});
    visibility_ = std::make_unique<Visibility>(*store_, snapshot, consents_.get(), clock_);
    service_ = std::make_unique<Subscriptions>(
        ServiceParts{*store_, subscribers_, *visibility_, clock_, random_}, ServiceSettings{base_url, 5});
    settings_.base_url = base_url;
    settings_.node = "node-a";
    courier_ = make_courier();
}

inline std::unique_ptr<Courier> NotifyTest::make_courier()
{
    CourierParts parts{*store_, subscribers_, *visibility_, clock_, random_, metrics_, &recorded_};
    parts.connect = [this](adapters::upstream::Endpoint endpoint)
        -> fhir::Result<std::unique_ptr<adapters::upstream::Upstream>> {
        receivers_.endpoints.push_back(endpoint);
        return std::make_unique<FakeReceiver>(receivers_, endpoint.base_url);
    };
    parts.resource =
        [this](gateway::identity::Caller,
               std::string subject) -> gateway::Awaitable<fhir::Result<std::optional<std::string>>> {
        if (unreadable_)
            co_return fhir::fail(fhir::ErrorKind::store_unavailable);
        co_return R"({"resourceType":"Appointment","id":")" + subject.substr(12) + "\"}";
    };
    parts.on_dead_letters = [this](DeadLetters letters) -> gateway::Awaitable<bool> {
        if (deaf_)
            co_return false;
        dead_.push_back(std::move(letters));
        co_return true;
    };
    return std::make_unique<Courier>(std::move(parts), settings_);
}

inline Subscription NotifyTest::wanted(std::string_view topic) const
{
    Subscription wanted;
    wanted.status = "requested";
    wanted.topic = topic_named(topic);
    wanted.reason = "tell reception";
    wanted.endpoint = "https://hub.example.org/hooks/apptgw?from=gp";
    wanted.headers = {"Authorization: Bearer abc"};
    return wanted;
}

inline Subscription NotifyTest::subscribed(Subscription wanted)
{
    const auto made = must(service_->create(caller(), std::move(wanted)));
    round();
    receivers_.requests.clear();
    return must(service_->read(caller(), made.id));
}

inline void NotifyTest::book(const std::string& id, const std::string& booked_by, const std::string& patient)
{
    store::NewIntent wanted;
    wanted.intent.id = "intent-" + id;
    wanted.intent.appointment = id;
    wanted.intent.practice = "A10001";
    wanted.intent.created = clock_.now();
    wanted.intent.lease = {"node", "token-" + id, clock_.now() + minutes(1)};
    wanted.slots = {"A10001." + id};
    store::AppointmentRecord record;
    record.id = id;
    record.updated = clock_.now();
    record.practice = "A10001";
    record.booked_by = booked_by;
    record.patient = patient;
    record.status = "pending";
    record.start = clock_.now() + minutes(60);
    record.end = clock_.now() + minutes(70);
    record.resource = R"({"resourceType":"Appointment"})";
    record.supplier = "{}";
    wanted.appointment = record;
    must(store_->begin(wanted));
    store::IntentChange done;
    done.intent = wanted.intent.id;
    done.token = wanted.intent.lease.token;
    done.to = store::IntentState::done;
    done.now = clock_.now();
    done.appointment = record;
    done.appointment->status = "booked";
    must(store_->advance(done));
}

inline void NotifyTest::change(const std::string& id, std::int64_t follows, const std::string& status)
{
    store::NativeVersion seen;
    seen.appointment = *must(store_->appointment(id));
    seen.appointment.version = follows;
    seen.appointment.status = status;
    must(store_->note(seen));
}

inline std::vector<JsonValue> NotifyTest::sent()
{
    std::vector<JsonValue> bodies;
    for (auto& [origin, request] : std::exchange(receivers_.requests, {}))
        bodies.push_back(fhir::codec::parse_json(request.body).value());
    return bodies;
}

inline const JsonValue* value_below(const JsonValue& parameter)
{
    for (const auto& [name, value] : parameter.members())
        if (name.starts_with("value"))
            return &value;
    return nullptr;
}

/// The value of that parameter of the status.
inline std::string NotifyTest::status_of(const JsonValue& bundle, const std::string& name)
{
    const auto* status = bundle.find("entry")->items().front().find("resource");
    for (const JsonValue& each : status->find("parameter")->items())
        if (each.find("name")->text() == name)
            if (const auto* value = value_below(each))
                return value->is_object() ? value->find("reference")->text() : value->text();
    return {};
}

/// `1 Appointment/a`, of each event.
inline std::vector<std::string> NotifyTest::focuses(const JsonValue& bundle)
{
    std::vector<std::string> found;
    const auto* status = bundle.find("entry")->items().front().find("resource");
    for (const JsonValue& each : status->find("parameter")->items()) {
        if (each.find("name")->text() != "notification-event")
            continue;
        std::string text;
        for (const JsonValue& part : each.find("part")->items()) {
            if (part.find("name")->text() == "event-number")
                text += part.find("valueString")->text();
            if (part.find("name")->text() == "focus") {
                const auto* reference = part.find("valueReference");
                const auto* literal = reference->find("reference");
                text += " " + (literal ? literal->text().substr(std::string_view(base_url).size() + 1)
                                       : reference->find("identifier")->find("value")->text());
            }
        }
        found.push_back(text);
    }
    return found;
}

using Words = std::vector<std::string>;

class CourierTest : public NotifyTest
{
protected:
    /// Focus of every event that was sent, in the order of sending.
    Words heard()
    {
        Words all;
        for (const JsonValue& body : sent())
            for (const std::string& each : focuses(body))
                all.push_back(each);
        return all;
    }
    /// The patient does not want anybody but the practice to know.
    void dissent()
    {
        gateway::policy::Consent wanted{.patient = *fhir::NhsNumber::parse("9990000018")};
        wanted.kind = *gateway::policy::parse_consent_kind("dissent");
        wanted.reason = "patient-request";
        must(written(*consents_, {.wanted = wanted, .writer = {}, .author = "op", .via = "management"}));
    }
    static gateway::Awaitable<fhir::Result<bool>> written(gateway::policy::Consents& consents,
                                                          gateway::policy::ConsentChange change)
    {
        auto done = co_await consents.write(std::move(change));
        if (!done)
            co_return std::unexpected(done.error());
        co_return true;
    }
    void rounds(int most = 10)
    {
        for (int i = 0; i < most && round(); ++i) {
        }
    }
};

} // namespace tests::notify
