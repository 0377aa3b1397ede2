// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/tpp/tpp.hpp"
#include "adapters/tpp/wire.hpp"
#include "adapters/upstream/deadline.hpp"
#include "tests/support/supplier_client.hpp"

namespace tests
{

/// Also pauses before each call as a network would, and sees how many are under way for one session.
class TppUpstream : public WatchedUpstream
{
public:
    using WatchedUpstream::WatchedUpstream;

    adapters::Awaitable<fhir::Result<fhir::rest::Response>> send(adapters::upstream::Call call) override
    {
        const std::string suid(call.request.headers.get("suid"));
        const auto now = ++in_flight_[suid];
        if (!suid.empty())
            most_in_flight = std::max(most_in_flight, now);
        co_await adapters::pause(1ms);
        auto answer = co_await WatchedUpstream::send(std::move(call));
        --in_flight_[suid];
        co_return answer;
    }

    int most_in_flight = 0;

private:
    std::map<std::string, int> in_flight_;
};

class TppClient : public SupplierClient<TppUpstream>
{
protected:
    TppClient() : SupplierClient("tpp") {}
};

} // namespace tests
