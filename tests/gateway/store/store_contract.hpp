// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/gateway/store/engines.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/sqlite_fixture.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

/// What the contract of store.hpp is told with: an engine, what is written to it, and the fixture.
namespace tests
{

using namespace gateway::store;
using Answer = Begun::Answer;

inline constexpr fhir::Instant now = FakeClock::default_start;
inline constexpr auto minute = std::chrono::minutes(1);

inline AppointmentRecord appointment(const std::string& id)
{
    AppointmentRecord record;
    record.id = id;
    record.updated = now;
    record.practice = "A10001";
    record.booked_by = "HUB01";
    record.patient = "9990000018";
    record.status = "pending";
    record.start = now + 60 * minute;
    record.end = now + 70 * minute;
    record.resource = R"({"resourceType":"Appointment"})";
    record.supplier = "{}";
    return record;
}

inline NewIntent booking(const std::string& id, std::vector<std::string> slots)
{
    NewIntent wanted;
    wanted.intent.id = "intent-" + id;
    wanted.intent.appointment = id;
    wanted.intent.practice = "A10001";
    wanted.intent.payload = "payload of " + id;
    wanted.intent.created = now;
    wanted.intent.lease = {"node", "token-" + id, now + minute};
    wanted.slots = std::move(slots);
    wanted.appointment = appointment(id);
    return wanted;
}

inline NewIntent cancelling(const std::string& id, std::int64_t version)
{
    NewIntent wanted;
    wanted.intent.id = "cancel-" + id;
    wanted.intent.kind = IntentKind::cancel;
    wanted.intent.appointment = id;
    wanted.intent.practice = "A10001";
    wanted.intent.created = now;
    wanted.intent.lease = {"node", "token-cancel-" + id, now + minute};
    wanted.expected_version = version;
    return wanted;
}

inline IntentChange change(const NewIntent& wanted, IntentState to)
{
    IntentChange step;
    step.intent = wanted.intent.id;
    step.token = wanted.intent.lease.token;
    step.to = to;
    step.now = now;
    return step;
}

inline IntentChange booked(const NewIntent& wanted)
{
    IntentChange step = change(wanted, IntentState::done);
    step.appointment = *wanted.appointment;
    step.appointment->status = "booked";
    return step;
}

class StoreContract : public testing::TestWithParam<Engine>
{
protected:
    template <class T>
    T must(gateway::Awaitable<fhir::Result<T>> work)
    {
        auto result = run(context, std::move(work));
        if (!result)
            throw std::runtime_error(result.error().sentence());
        if constexpr (!std::is_void_v<T>)
            return std::move(*result);
    }
    Answer begin(const NewIntent& wanted) { return must(store->begin(wanted)).answer; }
    void reopen()
    {
        store.reset();
        store = engine->open();
    }

    boost::asio::io_context context{1};
    std::unique_ptr<EngineUnderTest> engine = GetParam().make();
    std::unique_ptr<Store> store = engine->open();
};

class SqliteUnderTest : public EngineUnderTest
{
public:
    std::unique_ptr<Store> open() override { return fixture_.open(); }

private:
    SqliteFixture fixture_;
};

/// The engines there are.
inline const std::vector<Engine> engines{{"Sqlite", [] { return std::make_unique<SqliteUnderTest>(); }}};
inline std::string engine_name(const testing::TestParamInfo<Engine>& instance)
{
    return instance.param.name;
}

} // namespace tests
