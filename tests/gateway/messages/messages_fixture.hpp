// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/messages/carrier.hpp"
#include "gateway/notify/courier.hpp"
#include "gateway/notify/office.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_recorder.hpp"
#include "tests/support/sqlite_fixture.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tests::messages
{

using namespace gateway::messages;
namespace store = gateway::store;
using std::chrono::hours;
using std::chrono::minutes;

/// What mail servers were sent, and what they say: the answers in turn, then that it is taken.
class FakeMail : public MailSender
{
public:
    struct Box
    {
        std::vector<Mail> mails;
        std::deque<Sent> answers;
    };
    explicit FakeMail(Box& box) : box_(box) {}
    gateway::Awaitable<Sent> send(Mail mail) override
    {
        box_.mails.push_back(std::move(mail));
        Sent answer;
        if (!box_.answers.empty()) {
            answer = std::move(box_.answers.front());
            box_.answers.pop_front();
        }
        co_return answer;
    }

private:
    Box& box_;
};

class FakeTexts : public adapters::upstream::Upstream
{
public:
    explicit FakeTexts(std::vector<fhir::rest::Request>& requests) : requests_(requests) {}
    gateway::Awaitable<fhir::Result<fhir::rest::Response>> send(adapters::upstream::Call call) override
    {
        requests_.push_back(std::move(call.request));
        fhir::rest::Response taken;
        taken.status = 202;
        co_return taken;
    }

private:
    std::vector<fhir::rest::Request>& requests_;
};

/// The courier over a database, with mails to patients and teams. Practice A10001 has the telephone number
/// 01632 960123. It is 8:00 on a Monday in November.
class MessagesTest : public testing::Test
{
protected:
    MessagesTest()
    {
        gateway::policy::Practice practice{
            *fhir::OdsCode::parse("A10001"), "Larkhill Surgery", "emis", "01632 960123", {}, {}, {}};
        directory_ = std::make_shared<gateway::policy::Directory>(
            std::vector<std::shared_ptr<const gateway::policy::Practice>>{
                std::make_shared<gateway::policy::Practice>(std::move(practice))},
            std::vector<gateway::policy::Federation>{});
        consents_ = std::make_unique<gateway::policy::Consents>(
            gateway::policy::ConsentParts{*store_, [this] { return directory_; }, clock_, random_});
        settings_.email.server.url = "smtps://mail.example.net:465";
        settings_.email.from = "no-reply@gateway.example.net";
        settings_.email.to_patients = settings_.email.to_teams = true;
        settings_.teams = {{"HUB01", "", "hub@example.org"}, {"HUB01", "Nurses", "nurses@example.org"}};
        start();
    }

    /// Anew, with the settings as they are now.
    void start()
    {
        courier_.reset();
        CarrierParts parts{{*store_, [this] { return directory_; }, consents_.get(), clock_},
                           clock_,
                           &recorded_,
                           std::make_unique<FakeMail>(box_),
                           std::make_unique<FakeTexts>(texts_),
                           "gateway.example.net"};
        carrier_ = std::make_unique<MessageCarrier>(std::move(parts), settings_);
        gateway::notify::CourierParts courier{*store_, subscribers_, visibility_, clock_, random_, metrics_};
        courier.carrier = carrier_.get();
        courier.on_dead_letters = [this](gateway::notify::DeadLetters letters) -> gateway::Awaitable<bool> {
            dead_.push_back(std::move(letters));
            co_return true;
        };
        gateway::notify::CourierSettings courier_settings;
        courier_settings.node = "node-a";
        courier_ = std::make_unique<gateway::notify::Courier>(std::move(courier), courier_settings);
        must(courier_->open_channels());
    }

    template <class T>
    T must(gateway::Awaitable<fhir::Result<T>> work)
    {
        auto result = run(context_, std::move(work));
        if (!result)
            throw std::runtime_error(result.error().sentence());
        if constexpr (!std::is_void_v<T>)
            return std::move(*result);
    }
    void rounds()
    {
        for (int i = 0; i < 20 && run(context_, courier_->round()); ++i) {
        }
    }

    static std::string
    resource(const std::string& telecom = R"({"system":"email","value":"pat@example.org"})",
             const std::string& more = {})
    {
        return R"({"resourceType":"Appointment","status":"booked","description":"Ear pain",)"
               R"("start":"2026-11-24T09:00:00Z","contained":[)"
               R"({"resourceType":"Patient","id":"p","identifier":[{"system":)"
               R"("https://fhir.nhs.uk/Id/nhs-number","value":"9990000018"}],"telecom":[)" +
               telecom + R"(]}],"participant":[{"actor":{"reference":"#p"},"status":"accepted"}])" + more +
               "}";
    }
    /// Version 1, tomorrow at nine.
    void book(const std::string& id, const std::string& json = resource())
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
        record.booked_by = "HUB01";
        record.patient = "9990000018";
        record.status = "booked";
        record.start = FakeClock::default_start + hours(25);
        record.end = record.start + minutes(10);
        record.resource = json;
        record.supplier = "{}";
        wanted.appointment = record;
        must(store_->begin(wanted));
        store::IntentChange done;
        done.intent = wanted.intent.id;
        done.token = wanted.intent.lease.token;
        done.to = store::IntentState::done;
        done.now = clock_.now();
        done.appointment = record;
        must(store_->advance(done));
    }
    template <class Change>
    void change(const std::string& id, Change wanted)
    {
        store::NativeVersion seen;
        seen.appointment = *must(store_->appointment(id));
        seen.appointment.updated = clock_.now();
        wanted(seen.appointment);
        must(store_->note(seen));
    }
    static void move_to(store::AppointmentRecord& record, fhir::Instant start)
    {
        const std::string before = fhir::to_utc_text(record.start);
        record.start = start;
        record.resource.replace(record.resource.find(before), before.size(), fhir::to_utc_text(start));
    }
    void move(const std::string& id, fhir::Instant start)
    {
        change(id, [&](store::AppointmentRecord& record) { move_to(record, start); });
    }
    void cancel(const std::string& id)
    {
        change(id, [](store::AppointmentRecord& record) { record.status = "cancelled"; });
    }
    store::TaskRecord task(const std::string& id, const std::string& team = "Reception")
    {
        store::TaskRecord record;
        record.id = id;
        record.owner = "HUB01";
        record.team = team;
        record.requester = "A10001";
        record.kind = "practice-message";
        record.status = "requested";
        record.patient = "9990000018";
        record.due = FakeClock::default_start + hours(4);
        record.resource = "{}";
        must(store_->create_task({record, {}, {}, {}}));
        return record;
    }
    static gateway::Awaitable<fhir::Result<bool>> written(gateway::policy::Consents& to,
                                                          gateway::policy::ConsentChange change)
    {
        auto done = co_await to.write(std::move(change));
        if (!done)
            co_return std::unexpected(done.error());
        co_return true;
    }
    void decided(const char* kind)
    {
        gateway::policy::Consent wanted{.patient = *fhir::NhsNumber::parse("9990000018")};
        wanted.kind = *gateway::policy::parse_consent_kind(kind);
        wanted.reason = "patient-request";
        must(written(*consents_, {.wanted = wanted, .writer = {}, .author = "op", .via = "management"}));
    }
    /// `to: subject`, since the last call.
    std::vector<std::string> sent()
    {
        std::vector<std::string> shown;
        for (const Mail& mail : std::exchange(box_.mails, {}))
            shown.push_back(mail.to + ": " + mail.subject);
        return shown;
    }
    /// `17 dead smtp_550`, of a channel, oldest first.
    std::vector<std::string> deliveries(std::string_view channel = patient_emails)
    {
        std::vector<std::string> shown;
        store::DeliveryFilter all;
        all.subscription = std::string(channel);
        all.from = 1;
        for (const store::DeliveryRecord& each : must(store_->deliveries(all)))
            shown.push_back(std::to_string(each.number) + " " + std::string(store::to_text(each.state)) +
                            (each.failure.empty() ? "" : " " + each.failure));
        return shown;
    }

    using Words = std::vector<std::string>;

    boost::asio::io_context context_{1};
    FakeClock clock_;
    FakeRandom random_;
    SqliteFixture database_;
    std::unique_ptr<store::Store> store_ = database_.open();
    gateway::observability::Metrics metrics_;
    FakeRecorder recorded_;
    gateway::notify::CurrentSubscribers subscribers_;
    std::shared_ptr<const gateway::policy::Directory> directory_;
    std::unique_ptr<gateway::policy::Consents> consents_;
    gateway::notify::Visibility visibility_{*store_, [this] { return directory_; }, nullptr, clock_};
    MessageSettings settings_;
    FakeMail::Box box_;
    std::vector<fhir::rest::Request> texts_;
    std::vector<gateway::notify::DeadLetters> dead_;
    std::unique_ptr<MessageCarrier> carrier_;
    std::unique_ptr<gateway::notify::Courier> courier_;
};

} // namespace tests::messages
