// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/calendar/feeds.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_identity.hpp"
#include "tests/support/sqlite_fixture.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace tests
{

/// Calendar feeds over a database of their own. Practices A10001 and A20002 share with HUB01 until
/// `end_agreement`; the clients `hub` and `other` are HUB01's, `desk` is A10001's own.
class CalendarWorld
{
public:
    static constexpr const char* url = "https://gateway.example.net/calendar";

    CalendarWorld()
    {
        set_clients("system/*.cruds");
        share({"HUB01"});
        consents = std::make_unique<gateway::policy::Consents>(
            gateway::policy::ConsentParts{*store, [this] { return directory; }, clock, random});
        feeds = std::make_unique<gateway::calendar::Feeds>(
            gateway::calendar::FeedParts{*store, clients, [this] { return directory; }, consents.get(), clock,
                                         clock, random},
            gateway::calendar::FeedSettings{.url = url, .most_feeds = 3});
    }

    template <class T>
    T must(gateway::Awaitable<fhir::Result<T>> work)
    {
        auto result = run(context, std::move(work));
        if (!result)
            throw std::runtime_error(result.error().sentence());
        return std::move(*result);
    }
    template <class T>
    fhir::ErrorKind refused(gateway::Awaitable<fhir::Result<T>> work)
    {
        auto result = run(context, std::move(work));
        if (result)
            throw std::runtime_error("it was taken");
        return result.error().kind();
    }

    static gateway::identity::Caller caller(const std::string& client = "hub",
                                            const std::string& ods = "HUB01")
    {
        auto caller = caller_with("system/*.cruds", ods);
        caller.client_id = client;
        return caller;
    }
    void set_clients(std::string_view scopes)
    {
        std::vector<gateway::identity::Client> known;
        for (const auto& [id, ods] :
             {std::pair{"hub", "HUB01"}, std::pair{"other", "HUB01"}, std::pair{"desk", "A10001"}})
            known.push_back({id,
                             *fhir::OdsCode::parse(ods),
                             "Northmoor Hub",
                             {},
                             {},
                             gateway::identity::parse_scopes(scopes),
                             {},
                             {},
                             {}});
        clients.replace(known);
    }
    void share(const std::vector<std::string>& consumers)
    {
        using gateway::policy::Practice;
        std::vector<std::shared_ptr<const Practice>> practices;
        std::vector<fhir::OdsCode> codes, asking;
        for (const auto& [ods, name] :
             {std::pair{"A10001", "Larkhill Surgery"}, std::pair{"A20002", "Beck Lane; Practice"}}) {
            codes.push_back(*fhir::OdsCode::parse(ods));
            practices.push_back(
                std::make_shared<Practice>(Practice{codes.back(), name, "emis", {}, {}, {}, {}}));
        }
        for (const std::string& consumer : consumers)
            asking.push_back(*fhir::OdsCode::parse(consumer));
        directory = std::make_shared<gateway::policy::Directory>(
            std::move(practices), std::vector<gateway::policy::Federation>{{"north", codes, asking}});
    }
    void end_agreement() { share({}); }

    /// Version 1, an hour from now, in session s1 of the practice.
    void book(const std::string& id, const std::string& practice = "A10001", const std::string& by = "HUB01",
              const std::string& session = "s1")
    {
        namespace store_ = gateway::store;
        store_::NewIntent wanted;
        wanted.intent.id = "intent-" + id;
        wanted.intent.appointment = id;
        wanted.intent.practice = practice;
        wanted.intent.created = clock.now();
        wanted.intent.lease = {"node", "token-" + id, clock.now() + std::chrono::minutes(1)};
        wanted.slots = {practice + "." + id};
        store_::AppointmentRecord record;
        record.id = id;
        record.updated = clock.now();
        record.practice = practice;
        record.booked_by = by;
        record.patient = "9990000018";
        record.status = "booked";
        record.start = clock.now() + std::chrono::minutes(60);
        record.end = clock.now() + std::chrono::minutes(70);
        record.resource = R"({"resourceType":"Appointment","description":"Ear pain"})";
        record.supplier = R"({"key":"1","schedule":"Schedule/)" + practice + "." + session + "\"}";
        wanted.appointment = record;
        must(store->begin(wanted));
        store_::IntentChange done;
        done.intent = wanted.intent.id;
        done.token = wanted.intent.lease.token;
        done.to = store_::IntentState::done;
        done.now = clock.now();
        done.appointment = record;
        must(store->advance(done));
    }
    void change(const std::string& id, const std::string& status)
    {
        gateway::store::NativeVersion seen;
        seen.appointment = *must(store->appointment(id));
        seen.appointment.status = status;
        seen.appointment.updated = clock.now();
        must(store->note(seen));
    }
    static gateway::Awaitable<fhir::Result<bool>> written(gateway::policy::Consents& to,
                                                          gateway::policy::ConsentChange change)
    {
        auto done = co_await to.write(std::move(change));
        if (!done)
            co_return std::unexpected(done.error());
        co_return true;
    }
    void hide_patient()
    {
        gateway::policy::Consent wanted{.patient = *fhir::NhsNumber::parse("9990000018")};
        wanted.kind = *gateway::policy::parse_consent_kind("dissent");
        wanted.reason = "patient-request";
        must(written(*consents, {.wanted = wanted, .writer = {}, .author = "op", .via = "management"}));
    }

    static std::string secret_of(const std::string& address)
    {
        return address.substr(std::string_view(url).size() + 1, 43);
    }
    /// The calendar of a feed as it would be read now.
    std::string shown(const gateway::calendar::MadeFeed& made)
    {
        const auto found = must(feeds->find(secret_of(made.url)));
        return found ? must(feeds->show(*found)) : std::string("nobody's");
    }

    boost::asio::io_context context{1};
    FakeClock clock;
    FakeRandom random;
    SqliteFixture database;
    std::unique_ptr<gateway::store::Store> store = database.open();
    gateway::notify::CurrentSubscribers clients;
    std::shared_ptr<const gateway::policy::Directory> directory;
    std::unique_ptr<gateway::policy::Consents> consents;
    std::unique_ptr<gateway::calendar::Feeds> feeds;
};

} // namespace tests
