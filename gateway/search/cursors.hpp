// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/search/federated_search.hpp"

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace gateway::search
{

/// Frozen results behind unguessable tokens, each for the client and organisation that searched. The oldest
/// go first when there are too many. Thread-safe.
class Cursors
{
public:
    Cursors(const adapters::Clock& clock, adapters::Random& random, std::chrono::milliseconds lifetime,
            std::size_t max)
        : clock_(clock), random_(random), lifetime_(lifetime), max_(max)
    {}

    std::string freeze(const identity::Caller& caller, std::shared_ptr<const SlotResult> result);
    fhir::Result<std::shared_ptr<const SlotResult>> thaw(const identity::Caller& caller,
                                                         std::string_view token);

private:
    struct Frozen
    {
        std::string client_id;
        std::string ods;
        std::shared_ptr<const SlotResult> result;
        fhir::Instant expires;
    };

    void drop_old(fhir::Instant now);

    const adapters::Clock& clock_;
    adapters::Random& random_;
    std::chrono::milliseconds lifetime_;
    std::size_t max_;
    std::mutex mutex_;
    std::map<std::string, Frozen, std::less<>> frozen_;
    std::deque<std::string> order_; ///< oldest first
};

} // namespace gateway::search
