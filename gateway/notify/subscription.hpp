// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"
#include "fhir/model/ods_code.hpp"
#include "fhir/outcome/error.hpp"
#include "gateway/notify/criteria.hpp"
#include "gateway/notify/topics.hpp"
#include "gateway/store/outbox_records.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::notify
{

enum class Payload
{
    empty,   ///< that something happened
    id_only, ///< and what it happened to
    full_resource
};
std::string_view to_text(Payload payload);
std::optional<Payload> parse_payload(std::string_view text);

/// Who wants to hear of what, where and how.
struct Subscription
{
    std::string id;
    std::int64_t version = 0;
    fhir::Instant updated{};
    std::string client;       ///< who made it, and alone sees it
    std::string organisation; ///< ODS code
    std::string status;       ///< requested, active, error, off
    std::string error;        ///< why, in a plain sentence, where it is in error
    std::string reason;
    std::optional<fhir::Instant> end; ///< off from then on
    const Topic* topic = nullptr;
    std::string filter_text; ///< empty: everything of the topic that may be seen
    Filter filter;
    std::string endpoint;             ///< https URL
    std::vector<std::string> headers; ///< `Authorization: Bearer …`; never shown again
    Payload payload = Payload::id_only;
    std::optional<std::chrono::seconds> heartbeat; ///< unset: none
    std::chrono::seconds timeout{10};              ///< for one notification
    std::size_t max_count = 1;                     ///< events in one notification
    std::string secret;                            ///< signs every notification
    std::string previous_secret;                   ///< signs as well until `previous_until`
    std::optional<fhir::Instant> previous_until;
    std::int64_t events = 0; ///< so far; only read

    bool hears() const { return status == "requested" || status == "active"; }
    /// Goes another way than to an endpoint: carrier.hpp.
    bool is_carried() const { return client.empty() && organisation.empty(); }
};

store::SubscriptionRecord to_record(const Subscription& subscription);
/// `internal` when the body is none that this program wrote.
fhir::Result<Subscription> from_record(const store::SubscriptionRecord& record);

} // namespace gateway::notify
