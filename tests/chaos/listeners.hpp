// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/chaos/far_side.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace chaos
{

/// One notification as a receiver got it.
struct Heard
{
    struct Event
    {
        std::int64_t number = 0;
        std::string subject; ///< `Task/<id>`; of a practice its ODS code
        std::int64_t version = 0;
    };
    std::string receiver;     ///< path of its endpoint
    std::string subscription; ///< id
    std::string type;         ///< event-notification, handshake, heartbeat
    std::string delivery;     ///< Apptgw-Delivery
    std::vector<Event> events;
    Moment sent{}, arrived{};
    bool taken = false;   ///< answered with 2xx, whether or not that answer was heard
    bool refused = false; ///< answered that this is not wanted
};

/// The receivers of all subscribers. What was sent arrives, even when the gateway that sent it is gone by
/// then.
class Listeners
{
public:
    explicit Listeners(Surroundings& around) : around_(around) {}

    std::unique_ptr<adapters::upstream::Upstream> connect();
    adapters::Awaitable<fhir::Result<fhir::rest::Response>> send(adapters::upstream::Call call);

    const std::vector<Heard>& heard() const { return heard_; }

private:
    struct Waiting;

    void arrive(const fhir::rest::Request& request, const Hearing& hearing, Moment sent,
                const std::weak_ptr<Waiting>& waiting);

    Surroundings& around_;
    std::vector<Heard> heard_;
};

/// A notification taken apart. Throws when it is none.
Heard read_notification(const fhir::rest::Request& request);

} // namespace chaos
