// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/audit/export_verifier.hpp"
#include "gateway/audit/export_writer.hpp"
#include "gateway/audit/trail.hpp"
#include "gateway/identity/crypto.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/sqlite_fixture.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tests
{

inline gateway::audit::Note booked_note(int number)
{
    using namespace gateway::audit;
    Note note;
    note.record.event = Event::write;
    note.record.via = "fhir";
    note.record.action = "POST [base]/Appointment";
    note.record.status = 201;
    note.record.agent = "ZZ901";
    note.record.client = "northmoor-hub";
    note.record.type = "Appointment";
    note.record.id = "appointment-" + std::to_string(number);
    note.record.version = "1";
    note.record.practice = "A10001";
    note.record.request = "request-" + std::to_string(number);
    note.patient = "9990000018";
    return note;
}

inline gateway::audit::Note searched_note(int practices = 3)
{
    gateway::audit::Note note;
    note.record.via = "fhir";
    note.record.action = "GET [base]/Slot";
    note.record.status = 200;
    note.record.agent = "ZZ901";
    note.record.practices = practices;
    return note;
}

/// Keys, a clock, a database, and a trail on it that can be opened again.
class AuditWorld
{
public:
    AuditWorld() { open(); }

    void open(std::optional<std::chrono::hours> keep = {}, std::size_t most_waiting = 10000)
    {
        trail.reset();
        store.reset();
        store = database.open();
        gateway::audit::TrailSettings settings;
        settings.chain = "node-a";
        settings.keep = keep;
        settings.most_waiting = most_waiting;
        trail = std::make_unique<gateway::audit::Trail>(
            gateway::audit::TrailParts{*store, key, mark, clock, metrics}, settings);
    }

    template <class T>
    T must(gateway::Awaitable<fhir::Result<T>> work)
    {
        auto result = run(context, std::move(work));
        if (!result)
            throw std::runtime_error(result.error().sentence());
        if constexpr (!std::is_void_v<T>)
            return std::move(*result);
    }
    void tend()
    {
        run(context, [](gateway::audit::Trail& of) -> gateway::Awaitable<bool> {
            co_await of.tend();
            co_return true;
        }(*trail));
    }
    void purge()
    {
        run(context, [](gateway::audit::Trail& of) -> gateway::Awaitable<bool> {
            co_await of.purge();
            co_return true;
        }(*trail));
    }
    void record(gateway::audit::Note note) { must(trail->record(std::move(note))); }
    void record_bookings(int count)
    {
        for (int i = 1; i <= count; ++i)
            record(booked_note(i));
    }

    std::string exported(gateway::audit::ExportRange range = {})
    {
        std::string text;
        must(gateway::audit::write_export(*store, key, range, clock.now(), [&](std::string_view line) {
            text += line;
            return true;
        }));
        return text;
    }
    std::vector<gateway::audit::VerifyingKey> keys() const { return {key.public_key()}; }
    std::expected<gateway::audit::VerifiedExport, gateway::audit::Finding>
    verified(std::string_view text) const
    {
        gateway::audit::ExportVerifier verifier(keys());
        verifier.feed(text);
        return verifier.finish();
    }

    static std::string mark(std::string_view digits) { return gateway::identity::hmac_sha256("key", digits); }

    boost::asio::io_context context{1};
    SqliteFixture database;
    FakeClock clock;
    gateway::observability::Metrics metrics;
    gateway::audit::SigningKey key = gateway::audit::generate_signing_key();
    std::unique_ptr<gateway::store::Store> store;
    std::unique_ptr<gateway::audit::Trail> trail;
};

} // namespace tests
