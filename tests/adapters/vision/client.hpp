// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/simulation/host.hpp"
#include "adapters/simulation/simulated_upstream.hpp"
#include "adapters/vision/signature.hpp"
#include "adapters/vision/vision.hpp"
#include "adapters/vision/wire.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/practice_seed.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace tests
{

using namespace std::chrono_literals;
using adapters::simulation::SimulatorHost;
using fhir::ErrorKind;

/// Notes what passes; `change` may rewrite an answer, `before` do something behind the caller's back.
class VisionUpstream : public adapters::upstream::Upstream
{
public:
    explicit VisionUpstream(SimulatorHost& host) : inner_(host, "/") {}

    adapters::Awaitable<fhir::Result<fhir::rest::Response>> send(adapters::upstream::Call call) override
    {
        const auto operation = call.operation;
        ++calls[operation];
        bodies.push_back(call.request.body);
        if (before)
            before(operation);
        auto answer = co_await inner_.send(std::move(call));
        if (answer && change)
            change(operation, *answer);
        co_return answer;
    }

    std::map<std::string, int> calls;
    std::vector<std::string> bodies;
    std::function<void(const std::string& operation)> before;
    std::function<void(const std::string& operation, fhir::rest::Response&)> change;

private:
    adapters::simulation::SimulatedUpstream inner_;
};

inline void replace_all(fhir::rest::Response& response, const std::string& from, const std::string& to)
{
    std::string body(response.body.view());
    for (auto at = body.find(from); at != std::string::npos; at = body.find(from, at + to.size()))
        body.replace(at, from.size(), to);
    response.body = fhir::rest::OutBuffer(body);
}

/// One simulated practice, the wire to it under watch, and the adapter.
class VisionClient : public testing::Test
{
protected:
    void start(std::map<std::string, std::string> options = {})
    {
        seed_ = practice_seed();
        seed_.options = std::move(options);
        host_ = std::make_unique<SimulatorHost>(
            [&](const adapters::Clock& clock) {
                return adapters::vision::make_simulator(seed_, clock, random_);
            },
            clock_, random_);
        upstream_ = std::make_unique<VisionUpstream>(*host_);
        settings_ = host_->simulator().client_settings();
        make_adapter();
    }

    void make_adapter()
    {
        const adapters::PracticeConfig practice{fhir::OdsCode::parse(seed_.ods).value(), seed_.name,
                                                settings_, limit_, limit_};
        adapter_ = adapters::vision::make_adapter(practice, *upstream_, clock_, random_);
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

    ErrorKind find_refused()
    {
        const auto found = find();
        return found ? ErrorKind::not_implemented : found.error().kind();
    }

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

    fhir::Result<adapters::SupplierAppointment> cancel(adapters::SupplierAppointment appointment,
                                                       const std::string& reason = "")
    {
        return run(adapter_->cancel({hub_provenance(), patient(), std::move(appointment), reason}));
    }

    ErrorKind cancel_refused(adapters::SupplierAppointment appointment)
    {
        const auto done = cancel(std::move(appointment));
        return done ? ErrorKind::not_implemented : done.error().kind();
    }

    fhir::Result<std::vector<adapters::SupplierAppointment>> list()
    {
        return run(adapter_->list_appointments(
            {hub_provenance(),
             patient(),
             {clock_.now() - std::chrono::days(30), clock_.now() + std::chrono::days(60)}}));
    }

    adapters::simulation::BookRow row(const std::string& slot) const
    {
        const auto book = host_->book();
        return *std::ranges::find(book, slot, &adapters::simulation::BookRow::slot_key);
    }

    std::size_t booked_rows() const
    {
        const auto book = host_->book();
        return static_cast<std::size_t>(
            std::ranges::count_if(book, [](const auto& each) { return each.status == "booked"; }));
    }

    std::chrono::milliseconds limit_{20'000}; ///< nothing ends for want of time that is not meant to
    FakeClock clock_;
    FakeRandom random_;
    adapters::simulation::PracticeSeed seed_;
    std::unique_ptr<SimulatorHost> host_;
    std::unique_ptr<VisionUpstream> upstream_;
    std::map<std::string, std::string> settings_;
    std::unique_ptr<adapters::Adapter> adapter_;
};

} // namespace tests
