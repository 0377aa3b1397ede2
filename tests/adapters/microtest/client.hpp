// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/microtest/microtest.hpp"
#include "adapters/simulation/host.hpp"
#include "adapters/simulation/simulated_upstream.hpp"
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

/// Keeps what passes. `change` may rewrite an answer.
class MicrotestUpstream : public adapters::upstream::Upstream
{
public:
    explicit MicrotestUpstream(SimulatorHost& host) : inner_(host, "/im1/") {}

    adapters::Awaitable<fhir::Result<fhir::rest::Response>> send(adapters::upstream::Call call) override
    {
        const auto operation = call.operation;
        ++calls[operation];
        requests.push_back(call.request);
        if (before)
            before(operation);
        auto answer = co_await inner_.send(std::move(call));
        if (answer && change)
            change(operation, *answer);
        co_return answer;
    }

    std::map<std::string, int> calls;
    std::vector<fhir::rest::Request> requests;
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
class MicrotestClient : public testing::Test
{
protected:
    void start(std::map<std::string, std::string> options = {})
    {
        auto seed = practice_seed();
        seed.options = std::move(options);
        start_with(std::move(seed));
    }

    void start_with(adapters::simulation::PracticeSeed seed)
    {
        seed_ = std::move(seed);
        host_ = std::make_unique<SimulatorHost>(
            [&](const adapters::Clock& clock) {
                return adapters::microtest::make_simulator(seed_, clock, random_);
            },
            clock_, random_);
        upstream_ = std::make_unique<MicrotestUpstream>(*host_);
        settings_ = host_->simulator().client_settings();
        make_adapter();
    }

    void make_adapter()
    {
        const adapters::PracticeConfig practice{fhir::OdsCode::parse(seed_.ods).value(), seed_.name,
                                                settings_, limit_, limit_};
        adapter_ = adapters::microtest::make_adapter(practice, *upstream_, clock_, random_);
    }

    adapters::PatientContext patient(std::size_t n = 0) const { return patient_context(seed_.patients[n]); }

    adapters::FindSlots query() const
    {
        return {{clock_.now(), clock_.now() + std::chrono::days(28)}, hub_provenance(), std::nullopt};
    }

    fhir::Result<adapters::FoundSlots> find() { return run(adapter_->find_slots(query())); }

    /// Of the offered slot with that key, for the first patient.
    adapters::BookAppointment booking(const std::string& key = "880011")
    {
        adapters::BookAppointment booking{hub_provenance(), patient(), {}, "Cough", "", "", clock_.now()};
        if (const auto found = find())
            for (const auto& each : found->slots)
                if (each->slot.id == seed_.ods + "." + key)
                    booking.slots.push_back(*each);
        return booking;
    }

    fhir::Result<adapters::SupplierAppointment> book(adapters::BookAppointment wanted)
    {
        return run(adapter_->book(std::move(wanted)));
    }

    /// Somebody else books for the first patient, right before our own booking arrives.
    void book_just_before_us(const std::string& slot)
    {
        upstream_->before = [this, slot](const std::string& operation) {
            if (operation != "book")
                return;
            fhir::rest::Request request;
            request.method = "POST";
            request.target = "/im1/patient/appointments";
            request.headers.set("NHSO-ODS-Code", seed_.ods);
            request.headers.set("NHSO-Nhs-Number", seed_.patients[0].nhs_number);
            request.headers.set("Content-Type", "application/json");
            request.body = R"({"slotId":")" + slot + R"(","bookingReason":"Bloods"})";
            host_->handle(request);
        };
    }

    ErrorKind refused(adapters::BookAppointment wanted)
    {
        const auto booked = book(std::move(wanted));
        return booked ? ErrorKind::not_implemented : booked.error().kind();
    }

    fhir::Result<adapters::SupplierAppointment> cancel(adapters::SupplierAppointment appointment,
                                                       std::string reason = {})
    {
        return run(
            adapter_->cancel({hub_provenance(), patient(), std::move(appointment), std::move(reason)}));
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

    adapters::simulation::BookRow row(const std::string& key) const
    {
        const auto book = host_->book();
        const auto found = std::ranges::find(book, key, &adapters::simulation::BookRow::slot_key);
        return found == book.end() ? adapters::simulation::BookRow() : *found;
    }

    std::size_t booked_rows() const
    {
        const auto book = host_->book();
        return static_cast<std::size_t>(
            std::ranges::count(book, "booked", &adapters::simulation::BookRow::status));
    }

    std::chrono::milliseconds limit_{20'000}; ///< nothing ends for want of time that is not meant to
    FakeClock clock_;
    FakeRandom random_;
    adapters::simulation::PracticeSeed seed_;
    std::unique_ptr<SimulatorHost> host_;
    std::unique_ptr<MicrotestUpstream> upstream_;
    std::map<std::string, std::string> settings_;
    std::unique_ptr<adapters::Adapter> adapter_;
};

} // namespace tests
