// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "gateway/audit/recorder.hpp"
#include "gateway/store/store.hpp"
#include "gateway/workflow/service_factory.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gateway::workflow
{

/// A practice's own system, which takes its tasks.
struct DeliveryTarget
{
    std::shared_ptr<adapters::Adapter> adapter;
    std::string system; ///< for people: `EMIS Web`
    std::string name;   ///< the practice's
};

struct DeliverySettings
{
    std::string public_base; ///< as the service's
    std::string node = "apptgw";
    /// From a sending whose outcome is not known to the first look for it, and from look to look; the last
    /// one goes on.
    std::vector<std::chrono::seconds> look_after{std::chrono::seconds(2), std::chrono::seconds(10),
                                                 std::chrono::seconds(60), std::chrono::minutes(10)};
    /// From a failure that tells nothing but that nothing was done to the next attempt; the last one goes on.
    std::vector<std::chrono::seconds> try_after{std::chrono::seconds(10), std::chrono::seconds(60),
                                                std::chrono::minutes(5), std::chrono::minutes(30)};
    std::chrono::hours give_up_after{24}; ///< since the task was given to the practice
    std::int64_t absences_needed = 2;     ///< looks in a row that must not find it before it is sent again
    std::int64_t most_attempts = 3;       ///< sendings in all
    std::chrono::milliseconds call_limit{60'000};
};

/// Everything outlives it.
struct DeliveryParts
{
    store::Store& store;
    const adapters::Clock& clock;
    adapters::Random& random;
    /// Nothing where the practice's system takes no tasks, or is not to.
    std::function<std::optional<DeliveryTarget>(const fhir::OdsCode& practice)> target;
    TaskLinks links = {};
    audit::Recorder* audit = nullptr;
};

/// Puts tasks into their owners' own systems, each once at most, and notes on each what has become of it. A
/// task is there or is not: it never ends by this. A delivery is a row of the store, written with the task;
/// what may have had an effect is looked for and never sent blindly again.
class Deliveries
{
public:
    Deliveries(DeliveryParts parts, DeliverySettings settings);

    /// One round; the number of deliveries that were worked on. Not twice at the same time.
    Awaitable<std::size_t> run();

private:
    struct Work;
    using WorkPtr = std::shared_ptr<Work>;

    Awaitable<void> work_on(store::TaskDelivery row);
    Awaitable<fhir::Result<bool>> prepare(WorkPtr work);
    Awaitable<void> send(WorkPtr work);
    Awaitable<void> after_failure(WorkPtr work, fhir::Error error);
    Awaitable<void> look(WorkPtr work);
    Awaitable<void> not_there(WorkPtr work);
    Awaitable<void> later(WorkPtr work, std::chrono::seconds delay);
    Awaitable<void> end(WorkPtr work, store::TaskDelivery::State state, std::string note);
    Awaitable<void> refuse(WorkPtr work, std::string why);
    Awaitable<void> received(WorkPtr work, adapters::Receipt receipt);
    Awaitable<void> not_known(WorkPtr work);
    Awaitable<void> drop(store::TaskDelivery row);
    Awaitable<void> write_down(WorkPtr work, std::int64_t version);
    std::optional<adapters::DeliveryForm> form_for(const Work& work) const;
    adapters::Delivery delivery_of(const Work& work) const;
    bool given_up(const Work& work) const;

    const DeliveryParts parts_;
    const DeliverySettings settings_;
    const std::string origin_;
    const std::string run_; ///< leases of this process begin with it
};

} // namespace gateway::workflow
