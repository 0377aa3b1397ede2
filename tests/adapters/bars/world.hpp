// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/bars/bars.hpp"
#include "adapters/json_tree.hpp"
#include "adapters/simulation/simulated_upstream.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/practice_seed.hpp"

#include <functional>
#include <gtest/gtest.h>

/// Brackenfold Surgery (Z90001) behind a BaRS receiver, and what can happen between it and the adapter.
namespace tests::bars
{

using fhir::codec::JsonValue;
using fhir::rest::Request;
using fhir::rest::Response;

using Options = std::map<std::string, std::string>;

/// Passes calls on, remembers them, and lets a test spoil the requests and the answers.
class Between : public adapters::upstream::Upstream
{
public:
    explicit Between(adapters::upstream::Upstream& far) : far_(far) {}
    adapters::Awaitable<fhir::Result<Response>> send(adapters::upstream::Call call) override;

    std::vector<Request> calls;
    std::function<void(Request&)> change;
    std::function<void(const Request&, Response&)> spoil;

private:
    adapters::upstream::Upstream& far_;
};

/// `from` in the body becomes `to`, everywhere.
void substitute(Response& response, std::string_view from, std::string_view to);
JsonValue json(std::string_view text);

class World
{
public:
    /// `settings` replace those that the simulator names.
    explicit World(Options options = {}, Options settings = {});

    fhir::Result<adapters::FoundSlots> find();
    /// The first slot of the given time that is offered.
    adapters::OfferedSlot slot(const std::string& start = "2026-11-24T09:00:00Z");
    adapters::PatientContext patient(std::size_t n = 0) const { return patient_context(seed.patients.at(n)); }
    adapters::BookAppointment order();
    fhir::Result<adapters::SupplierAppointment> book() { return book(order()); }
    fhir::Result<adapters::SupplierAppointment> book(adapters::BookAppointment booking);
    fhir::Result<adapters::SupplierAppointment> cancel(const adapters::SupplierAppointment& appointment,
                                                       std::size_t who = 0);
    fhir::Result<adapters::SupplierAppointment> read(const std::string& key, std::size_t who = 0);
    fhir::Result<std::vector<adapters::SupplierAppointment>> list(std::size_t who = 0);
    /// The practice's book at that time.
    adapters::simulation::BookRow row(const std::string& start = "2026-11-24T09:00:00Z") const;
    /// Requests whose target starts so.
    std::vector<Request> sent(std::string_view target) const;

    FakeClock clock;
    FakeRandom random;
    adapters::simulation::PracticeSeed seed;
    adapters::simulation::SimulatorHost host;
    adapters::simulation::SimulatedUpstream far;
    Between between;
    std::unique_ptr<adapters::Adapter> adapter;
};

template <class T>
fhir::ErrorKind kind(const fhir::Result<T>& result)
{
    EXPECT_FALSE(result.has_value());
    return result ? fhir::ErrorKind::internal : result.error().kind();
}

} // namespace tests::bars
