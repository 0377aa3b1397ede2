// SPDX-License-Identifier: Apache-2.0
#include "adapters/simulation/host.hpp"

#include <string>

namespace adapters::simulation
{

using fhir::rest::Request;
using fhir::rest::Response;

namespace
{

constexpr std::size_t oversized_bytes = std::size_t{64} << 20;

Response cut_connection()
{
    Response response;
    response.delivery = Response::Delivery::drop;
    return response;
}

Response server_error()
{
    Response response;
    response.status = 500;
    response.headers.set("Content-Type", "text/plain; charset=utf-8");
    response.body.append("Internal Server Error");
    return response;
}

/// The first half of the answer under a matching length: a body that no parser accepts. An empty answer
/// becomes a lone brace.
Response malformed(Response response)
{
    const std::string half(response.body.view().substr(0, response.body.size() / 2));
    if (response.status == 204)
        response.status = 200;
    if (!response.headers.has("Content-Type"))
        response.headers.set("Content-Type", "application/json; charset=utf-8");
    response.body.clear();
    response.body.append(half.empty() ? "{" : half);
    return response;
}

Response oversized(Response response)
{
    response.status = response.status == 204 ? 200 : response.status;
    response.body.clear();
    response.body.reserve(oversized_bytes);
    response.body.append(std::string(oversized_bytes, ' '));
    return response;
}

Response wrong_content_type(Response response)
{
    response.headers.set("Content-Type", "text/html");
    return response;
}

bool does_nothing(Fault::Kind fate)
{
    using enum Fault::Kind;
    return fate == hang || fate == drop_before || fate == server_error || fate == unavailable ||
           fate == throttle;
}

Response without_effect(const Simulator& simulator, Fault::Kind fate)
{
    switch (fate) {
    case Fault::Kind::server_error:
        return server_error();
    case Fault::Kind::unavailable:
        return simulator.unavailable();
    case Fault::Kind::throttle:
        return simulator.throttled();
    default:
        return cut_connection();
    }
}

Response disfigured(Response response, Fault::Kind fate)
{
    switch (fate) {
    case Fault::Kind::drop_after:
        return cut_connection();
    case Fault::Kind::malformed:
        return malformed(std::move(response));
    case Fault::Kind::oversized:
        return oversized(std::move(response));
    case Fault::Kind::wrong_content_type:
        return wrong_content_type(std::move(response));
    default:
        return response;
    }
}

} // namespace

/// The clock a simulator sees: the host's, moved by the fault `clock_skew` while a request is handled.
class SimulatorHost::SkewedClock : public Clock
{
public:
    explicit SkewedClock(const Clock& base) : base_(base) {}
    fhir::Instant now() const override { return base_.now() + skew_; }
    void skew(std::chrono::seconds by) { skew_ = by; }

private:
    const Clock& base_;
    std::chrono::seconds skew_{0};
};

SimulatorHost::SimulatorHost(const Factory& factory, const Clock& clock, Random& random, std::string ods)
    : clock_(std::make_unique<SkewedClock>(clock)), simulator_(factory(*clock_)), random_(random),
      ods_(std::move(ods))
{}

SimulatorHost::~SimulatorHost() = default;

Reply SimulatorHost::handle(const Request& request)
{
    const std::lock_guard lock(mutex_);
    const auto misfortune = draw(faults_, *simulator_, request, random_);
    Reply reply;
    reply.delay = misfortune.delay;
    if (misfortune.forget_sessions)
        simulator_->expire_sessions();
    if (misfortune.steal_slot)
        simulator_->reception_takes(simulator_->requested_slot(request));
    if (misfortune.fate && does_nothing(*misfortune.fate)) {
        reply.hang = *misfortune.fate == Fault::Kind::hang;
        reply.response = without_effect(*simulator_, *misfortune.fate);
        return reply;
    }
    clock_->skew(misfortune.skew);
    reply.response = simulator_->handle(request);
    clock_->skew(std::chrono::seconds(0));
    if (misfortune.fate)
        reply.response = disfigured(std::move(reply.response), *misfortune.fate);
    return reply;
}

void SimulatorHost::set_faults(std::vector<Fault> faults)
{
    const std::lock_guard lock(mutex_);
    faults_.clear();
    for (auto& fault : faults) {
        const auto times = fault.times;
        faults_.push_back({std::move(fault), times});
    }
}

std::vector<BookRow> SimulatorHost::book() const
{
    const std::lock_guard lock(mutex_);
    return simulator_->book();
}

std::vector<MessageRow> SimulatorHost::messages() const
{
    const std::lock_guard lock(mutex_);
    return simulator_->messages();
}

} // namespace adapters::simulation
