// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/gpconnect/gpconnect.hpp"
#include "adapters/gpconnect/interaction.hpp"
#include "adapters/gpconnect/names.hpp"
#include "adapters/gpconnect/token.hpp"
#include "adapters/gpconnect/tree.hpp"
#include "adapters/simulation/simulated_upstream.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"

#include <functional>
#include <gtest/gtest.h>

/// One synthetic practice, Tarnbeck Surgery (Z98101), and ways to talk to its provider with and without the
/// adapter.
namespace tests::gpconnect
{

namespace gpc = adapters::gpconnect;
using fhir::codec::JsonValue;
using gpc::Interaction;

inline constexpr const char* orla = "9990001014";
inline constexpr const char* ben = "9990001022";    ///< holds slot 90422
inline constexpr const char* late = "9990001030";   ///< deceased
inline constexpr const char* absent = "9990001049"; ///< not known at the practice

adapters::simulation::PracticeSeed tarnbeck();
adapters::Provenance lowmoor();

/// UTC.
fhir::Instant at(const char* text);

/// The provider alone, spoken to in bare HTTP.
class Provider
{
public:
    explicit Provider(std::map<std::string, std::string> options = {});

    fhir::rest::Request request(Interaction interaction, const std::string& target,
                                const std::string& body = {}) const;
    fhir::rest::Response send(const fhir::rest::Request& request) { return simulator->handle(request); }
    fhir::rest::Response send(Interaction interaction, const std::string& target,
                              const std::string& body = {})
    {
        return send(request(interaction, target, body));
    }
    adapters::simulation::BookRow row(const std::string& slot_key) const;

    FakeClock clock;
    FakeRandom random;
    std::unique_ptr<adapters::simulation::Simulator> simulator;
};

JsonValue json(const fhir::rest::Response& response);
/// `status CODE` of an error, `201` of a success.
std::string verdict(const fhir::rest::Response& response);
std::size_t entries(const fhir::rest::Response& response, std::string_view type);
std::string slot_search(const std::string& start, const std::string& end, const std::string& more = {});

/// A valid booking of slot 90411 by Lowmoor for Orla.
JsonValue booking();
std::string text(const JsonValue& tree);

/// Provider, fault switches, in-memory upstream and adapter.
class World
{
public:
    explicit World(std::map<std::string, std::string> options = {});

    adapters::FindSlots whole_week() const;
    adapters::FoundSlots slots();
    adapters::OfferedSlot slot(const std::string& local);
    adapters::PatientContext patient(const char* nhs_number = orla) const;
    adapters::BookAppointment order(std::vector<std::string> locals);
    fhir::Result<adapters::SupplierAppointment> book(std::vector<std::string> locals);
    adapters::simulation::BookRow row(const std::string& slot_key) const;
    void fault(adapters::simulation::Fault::Kind kind, const std::string& path = {},
               bool writes_only = false);

    FakeClock clock;
    FakeRandom random;
    adapters::simulation::SimulatorHost host;
    adapters::simulation::SimulatedUpstream upstream;
    std::unique_ptr<adapters::Adapter> adapter;
};

/// Hands out canned answers and keeps what was asked.
class ScriptedUpstream : public adapters::upstream::Upstream
{
public:
    using Script = std::function<fhir::Result<fhir::rest::Response>(const adapters::upstream::Call&)>;
    explicit ScriptedUpstream(Script script) : script_(std::move(script)) {}
    adapters::Awaitable<fhir::Result<fhir::rest::Response>> send(adapters::upstream::Call call) override
    {
        calls.push_back(call);
        co_return script_(call);
    }
    std::vector<adapters::upstream::Call> calls;

private:
    Script script_;
};

fhir::rest::Response response(unsigned status, std::string_view body);
std::string outcome(std::string_view code, std::string_view diagnostics = "",
                    std::string_view system = gpc::names::spine_code_system);
adapters::PracticeConfig config();

} // namespace tests::gpconnect
