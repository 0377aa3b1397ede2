// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/registry.hpp"
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
#include <string>
#include <vector>

/// For the tests of one adapter's call sequences against its own simulator.
namespace tests
{

using namespace std::chrono_literals;
using adapters::simulation::Fault;
using adapters::simulation::SimulatorHost;
using fhir::ErrorKind;

/// Keeps what passes; `change` may rewrite an answer, `before` do something behind the caller's back.
class WatchedUpstream : public adapters::upstream::Upstream
{
public:
    WatchedUpstream(SimulatorHost& host, std::string path) : inner_(host, std::move(path)) {}

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

    std::map<std::string, int> calls; ///< by operation
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

/// One simulated practice, the wire to it under watch, and the adapter. `Wire` is a WatchedUpstream.
template <class Wire>
class SupplierClient : public testing::Test
{
protected:
    explicit SupplierClient(std::string_view system) : system_(*adapters::find_supplier_system(system)) {}

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
            [&](const adapters::Clock& clock) { return system_.make_simulator(seed_, clock, random_); },
            clock_, random_);
        upstream_ = std::make_unique<Wire>(*host_, std::string(system_.simulator_path));
        settings_ = host_->simulator().client_settings();
        make_adapter();
    }

    void make_adapter()
    {
        const adapters::PracticeConfig practice{fhir::OdsCode::parse(seed_.ods).value(), seed_.name,
                                                settings_, limit_, limit_};
        adapter_ = system_.make_adapter(practice, *upstream_, clock_, random_);
    }

    /// With a link where the system has links.
    adapters::PatientContext patient(std::size_t n = 0) const
    {
        auto context = patient_context(seed_.patients[n]);
        auto credential = host_->simulator().link_credential(seed_.patients[n].nhs_number);
        if (!credential.empty())
            context.link = adapters::PatientLink{std::move(credential)};
        return context;
    }

    adapters::FindSlots query() const
    {
        return {{clock_.now(), clock_.now() + std::chrono::days(28)}, hub_provenance(), std::nullopt};
    }

    fhir::Result<adapters::FoundSlots> find() { return run(adapter_->find_slots(query())); }
    ErrorKind find_refused() { return kind_of(find()); }

    /// The n-th offered slot for the first patient.
    adapters::BookAppointment booking(std::size_t n = 0)
    {
        adapters::BookAppointment booking{hub_provenance(), patient(), {}, "Cough", "", "", clock_.now()};
        if (const auto found = find(); found && n < found->slots.size())
            booking.slots.push_back(found->slots[n]->offered());
        return booking;
    }

    fhir::Result<adapters::SupplierAppointment> book(adapters::BookAppointment wanted)
    {
        return run(adapter_->book(std::move(wanted)));
    }
    ErrorKind refused(adapters::BookAppointment wanted) { return kind_of(book(std::move(wanted))); }

    fhir::Result<adapters::SupplierAppointment> cancel(adapters::SupplierAppointment appointment,
                                                       std::string reason = {})
    {
        return run(
            adapter_->cancel({hub_provenance(), patient(), std::move(appointment), std::move(reason)}));
    }
    ErrorKind cancel_refused(adapters::SupplierAppointment appointment)
    {
        return kind_of(cancel(std::move(appointment)));
    }

    fhir::Result<std::vector<adapters::SupplierAppointment>> list()
    {
        return run(adapter_->list_appointments(
            {hub_provenance(),
             patient(),
             {clock_.now() - std::chrono::days(30), clock_.now() + std::chrono::days(60)}}));
    }

    /// Of the practice's own book; an empty one where it has no such slot.
    adapters::simulation::BookRow row(const std::string& slot) const
    {
        const auto book = host_->book();
        const auto found = std::ranges::find(book, slot, &adapters::simulation::BookRow::slot_key);
        return found == book.end() ? adapters::simulation::BookRow() : *found;
    }

    std::size_t booked_rows() const
    {
        const auto book = host_->book();
        return static_cast<std::size_t>(
            std::ranges::count(book, "booked", &adapters::simulation::BookRow::status));
    }

    const adapters::SupplierSystem& system_;
    std::chrono::milliseconds limit_{20'000}; ///< nothing ends for want of time that is not meant to
    FakeClock clock_;
    FakeRandom random_;
    adapters::simulation::PracticeSeed seed_;
    std::unique_ptr<SimulatorHost> host_;
    std::unique_ptr<Wire> upstream_;
    std::map<std::string, std::string> settings_;
    std::unique_ptr<adapters::Adapter> adapter_;

private:
    /// `not_implemented`, which no supplier gives, stands for success.
    template <class T>
    static ErrorKind kind_of(const fhir::Result<T>& result)
    {
        return result ? ErrorKind::not_implemented : result.error().kind();
    }
};

} // namespace tests
