// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/gpconnect/interaction.hpp"
#include "adapters/gpconnect/tree.hpp"
#include "adapters/registry.hpp"

namespace adapters::gpconnect
{

/// One interaction as it goes over the wire: what differs from call to call.
struct Message
{
    Interaction interaction = Interaction::read_metadata;
    std::string target; ///< relative to the service root
    std::optional<JsonValue> body = std::nullopt;
    std::string if_match = {};
    std::string_view operation = {}; ///< for metrics
};

/// Sends interactions of one practice: Spine headers, a new trace id and a new token for each, and reads what
/// the answer's status means. Nothing is ever sent twice.
class Exchange
{
public:
    Exchange(const PracticeConfig& practice, upstream::Upstream& upstream, const Clock& clock,
             Random& random);

    /// An answer of status 200 or 201, or the error the supplier meant.
    Awaitable<fhir::Result<fhir::rest::Response>> send(Message message, Provenance provenance);

private:
    upstream::Call call_of(const Message& message, const Provenance& provenance);
    std::string setting(const std::string& name) const;

    const PracticeConfig& practice_;
    upstream::Upstream& upstream_;
    const Clock& clock_;
    Random& random_;
};

/// `identifier=system|value`, percent-encoded.
std::string identifier_query(std::string_view type, std::string_view system, std::string_view value);
/// Searches that together cover the window. Each spans at most 14 days, the most a provider answers.
std::vector<std::string> slot_queries(const fhir::Interval& window, const Provenance& provenance);

} // namespace adapters::gpconnect
