// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/fhir_r4/fhir_r4.hpp"
#include "adapters/json_tree.hpp"
#include "adapters/simulation/simulated_upstream.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/practice_seed.hpp"

#include <functional>
#include <gtest/gtest.h>

/// Brackenfold Surgery (Z90001) on a FHIR R4 server, and what can happen between it and the adapter.
namespace tests::fhir_r4
{

namespace r4 = adapters::fhir_r4;
using fhir::codec::JsonValue;
using fhir::rest::Request;
using fhir::rest::Response;

using Options = std::map<std::string, std::string>;

inline constexpr const char* root = "https://fhir.example/Z90001/fhir/R4/";

/// Passes calls on, remembers them, and lets a test spoil the answers.
class Between : public adapters::upstream::Upstream
{
public:
    explicit Between(adapters::upstream::Upstream& far) : far_(far) {}
    adapters::Awaitable<fhir::Result<Response>> send(adapters::upstream::Call call) override;

    std::vector<Request> calls;
    std::function<void(const Request&, Response&)> spoil;

private:
    adapters::upstream::Upstream& far_;
};

Response answer(unsigned status, std::string_view body,
                std::string_view content_type = "application/fhir+json");
/// `from` in the body becomes `to`, everywhere.
void substitute(Response& response, std::string_view from, std::string_view to);
JsonValue json(const Response& response);
std::string text(const JsonValue& tree);
/// A file of tests/adapters/fhir_r4/data.
std::string data_text(const std::string& name);

class World
{
public:
    /// `settings` replace those that the simulator names.
    explicit World(Options options = {}, Options settings = {});

    adapters::FindSlots whole_month() const;
    fhir::Result<adapters::FoundSlots> find();
    adapters::OfferedSlot slot(const std::string& key);
    adapters::PatientContext patient(std::size_t n = 0) const { return patient_context(seed.patients.at(n)); }
    adapters::BookAppointment order(const std::vector<std::string>& keys);
    fhir::Result<adapters::SupplierAppointment> book(const std::vector<std::string>& keys = {"880011"});
    fhir::Result<adapters::SupplierAppointment> cancel(const adapters::SupplierAppointment& appointment,
                                                       std::size_t who = 0);
    fhir::Result<adapters::SupplierAppointment> amend(const adapters::SupplierAppointment& appointment,
                                                      std::string description, std::string comment);
    fhir::Result<adapters::SupplierAppointment> read(const std::string& key, std::size_t who = 0);
    fhir::Result<std::vector<adapters::SupplierAppointment>> list(std::size_t who = 0);
    adapters::simulation::BookRow row(const std::string& key) const;
    void fault(adapters::simulation::Fault::Kind which, const std::string& path = {},
               bool writes_only = false);
    /// Requests with that method whose target starts so.
    std::vector<Request> sent(std::string_view method, std::string_view target) const;

    FakeClock clock;
    FakeRandom random;
    adapters::simulation::PracticeSeed seed;
    adapters::simulation::SimulatorHost host;
    adapters::simulation::SimulatedUpstream far;
    Between between;
    std::unique_ptr<adapters::Adapter> adapter;
};

/// The server alone, spoken to in bare HTTP, with a token when it wants one.
class Server
{
public:
    explicit Server(Options options = {});

    Response send(Request request);
    Response get(const std::string& target);
    Response post(const std::string& target, const std::string& body,
                  const std::string& type = "application/fhir+json");
    Request request(const std::string& method, const std::string& target, const std::string& body = {},
                    const std::string& type = {}) const;

    FakeClock clock;
    FakeRandom random;
    std::unique_ptr<adapters::simulation::Simulator> simulator;
    std::string token;
};

/// `409 conflict` of a refusal, `201` of a success.
std::string verdict(const Response& response);
/// A booking of slot 880011 for the first patient.
JsonValue booking();

template <class T>
fhir::ErrorKind kind(const fhir::Result<T>& result)
{
    EXPECT_FALSE(result.has_value());
    return result ? fhir::ErrorKind::internal : result.error().kind();
}

} // namespace tests::fhir_r4
