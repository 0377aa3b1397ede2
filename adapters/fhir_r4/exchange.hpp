// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/fhir_r4/interaction.hpp"
#include "adapters/oauth/tokens.hpp"

#include <string>
#include <string_view>

namespace adapters::fhir_r4
{

/// One request as it goes over the wire: what differs from call to call.
struct Message
{
    Interaction interaction = Interaction::read_metadata;
    std::string method = "GET";
    std::string target; ///< relative to the service root
    std::string body = {};
    std::string content_type = {};
    std::string if_match = {};
    std::string if_none_exist = {};
    std::string_view operation = {}; ///< for metrics
};

/// Sends the requests of one practice with the access token they need and reads what the answer's status
/// means. A request that is refused for its token is sent once more with a new one: such a refusal comes
/// before anything is done (RFC 6750), so this is safe for writes too. Nothing else is sent twice.
class Exchange
{
public:
    Exchange(const PracticeConfig& practice, upstream::Upstream& upstream, const Clock& clock,
             Random& random);

    /// An answer of status 200, 201 or 204, or the error the server meant.
    Awaitable<fhir::Result<fhir::rest::Response>> send(Message message, Provenance provenance);

private:
    upstream::Call call_of(const Message& message, const Provenance& provenance,
                           const std::string& token) const;

    const PracticeConfig& practice_;
    upstream::Upstream& upstream_;
    oauth::Tokens tokens_;
};

} // namespace adapters::fhir_r4
