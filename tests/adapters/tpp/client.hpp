// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/simulation/host.hpp"
#include "adapters/simulation/simulated_upstream.hpp"
#include "adapters/tpp/tpp.hpp"
#include "adapters/tpp/wire.hpp"
#include "adapters/upstream/deadline.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/practice_seed.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>

namespace tests
{

using namespace std::chrono_literals;
using adapters::simulation::Fault;
using adapters::simulation::SimulatorHost;
using fhir::ErrorKind;

/// Counts what passes, pauses before each call as a network would, and sees how many are under way for one
/// session. `change` may rewrite an answer.
class TppUpstream : public adapters::upstream::Upstream
{
public:
    explicit TppUpstream(SimulatorHost& host) : inner_(host, "/") {}

    adapters::Awaitable<fhir::Result<fhir::rest::Response>> send(adapters::upstream::Call call) override
    {
        const auto operation = call.operation;
        const std::string suid(call.request.headers.get("suid"));
        ++calls[operation];
        const auto now = ++in_flight_[suid];
        if (!suid.empty())
            most_in_flight = std::max(most_in_flight, now);
        co_await adapters::pause(1ms);
        auto answer = co_await inner_.send(std::move(call));
        --in_flight_[suid];
        if (answer && change)
            change(operation, *answer);
        co_return answer;
    }

    std::map<std::string, int> calls;
    int most_in_flight = 0;
    std::function<void(const std::string& operation, fhir::rest::Response&)> change;

private:
    adapters::simulation::SimulatedUpstream inner_;
    std::map<std::string, int> in_flight_;
};

inline void replace_all(fhir::rest::Response& response, const std::string& from, const std::string& to)
{
    std::string body(response.body.view());
    for (auto at = body.find(from); at != std::string::npos; at = body.find(from, at + to.size()))
        body.replace(at, from.size(), to);
    response.body = fhir::rest::OutBuffer(body);
}

/// One simulated practice, the wire to it under watch, and the adapter.
class TppClient : public testing::Test
{
protected:
    void start(std::map<std::string, std::string> options = {})
    {
        seed_ = practice_seed();
        seed_.options = std::move(options);
        host_ = std::make_unique<SimulatorHost>(
            [&](const adapters::Clock& clock) {
                return adapters::tpp::make_simulator(seed_, clock, random_);
            },
            clock_, random_);
        upstream_ = std::make_unique<TppUpstream>(*host_);
        settings_ = host_->simulator().client_settings();
        make_adapter();
    }

    void make_adapter()
    {
        const adapters::PracticeConfig practice{fhir::OdsCode::parse(seed_.ods).value(), seed_.name,
                                                settings_, limit_, limit_};
        adapter_ = adapters::tpp::make_adapter(practice, *upstream_, clock_, random_);
    }

    adapters::PatientContext patient(std::size_t n = 0) const
    {
        auto context = patient_context(seed_.patients[n]);
        context.link =
            adapters::PatientLink{host_->simulator().link_credential(seed_.patients[n].nhs_number)};
        return context;
    }

    adapters::FindSlots query() const
    {
        return {{clock_.now(), clock_.now() + std::chrono::days(28)}, hub_provenance(), std::nullopt};
    }

    fhir::Result<adapters::FoundSlots> find() { return run(adapter_->find_slots(query())); }

    /// The n-th offered slot for the first patient.
    adapters::BookAppointment booking(std::size_t n = 0)
    {
        adapters::BookAppointment booking{hub_provenance(), patient(), {}, "Cough", "", "", clock_.now()};
        if (const auto found = find(); found && n < found->slots.size())
            booking.slots.push_back(*found->slots[n]);
        return booking;
    }

    fhir::Result<adapters::SupplierAppointment> book(adapters::BookAppointment wanted)
    {
        return run(adapter_->book(std::move(wanted)));
    }

    ErrorKind refused(adapters::BookAppointment wanted)
    {
        const auto booked = book(std::move(wanted));
        return booked ? ErrorKind::not_implemented : booked.error().kind();
    }

    ErrorKind cancel_refused(adapters::SupplierAppointment appointment)
    {
        const auto done = run(adapter_->cancel({hub_provenance(), patient(), std::move(appointment), ""}));
        return done ? ErrorKind::not_implemented : done.error().kind();
    }

    fhir::Result<std::vector<adapters::SupplierAppointment>> list()
    {
        return run(adapter_->list_appointments(
            {hub_provenance(),
             patient(),
             {clock_.now() - std::chrono::days(30), clock_.now() + std::chrono::days(60)}}));
    }

    std::size_t booked_rows() const
    {
        const auto book = host_->book();
        return static_cast<std::size_t>(
            std::ranges::count_if(book, [](const auto& row) { return row.status == "booked"; }));
    }

    std::chrono::milliseconds limit_{20'000}; ///< nothing ends for want of time that is not meant to
    FakeClock clock_;
    FakeRandom random_;
    adapters::simulation::PracticeSeed seed_;
    std::unique_ptr<SimulatorHost> host_;
    std::unique_ptr<TppUpstream> upstream_;
    std::map<std::string, std::string> settings_;
    std::unique_ptr<adapters::Adapter> adapter_;
};

} // namespace tests
