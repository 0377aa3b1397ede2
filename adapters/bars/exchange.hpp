// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/bars/errors.hpp"
#include "adapters/budget.hpp"
#include "adapters/oauth/tokens.hpp"

#include <string>
#include <string_view>

namespace adapters::bars
{

/// One request as it goes over the wire: what differs from call to call.
struct Message
{
    Interaction interaction = Interaction::read_statement;
    std::string target;  ///< relative to the service root
    std::string service; ///< whom it is for
    std::string correlation_id = {};
    std::string body = {}; ///< of a write; a read has none
    std::string use_context = {};
    std::string_view operation = {}; ///< for metrics
};

/// Sends the requests of one practice with the headers, ids and token they need, and reads what the answer's
/// status means. A message is sent again, with the same ids and byte for byte the same, where the receiver
/// asked for that and the time for writes allows it: receivers do nothing twice under one pair of ids (BaRS
/// Core, transaction integrity). What was refused for its token is sent once more with a new one.
class Exchange
{
public:
    Exchange(const PracticeConfig& practice, upstream::Upstream& upstream, const Clock& clock,
             Random& random);

    /// An answer of status 200, or for a write 409 `duplicate`, that is to this request; else the error that
    /// the receiver meant.
    Awaitable<fhir::Result<fhir::rest::Response>> send(Message message, Provenance provenance);

private:
    upstream::Call call_of(const Message& message, const Provenance& provenance,
                           const std::string& request_id) const;
    /// With a token, renewed once when refused.
    Awaitable<fhir::Result<fhir::rest::Response>> send_with_token(upstream::Call call, Budget budget);
    Awaitable<fhir::Result<fhir::rest::Response>> send_until_answered(upstream::Call call, Budget budget);

    const PracticeConfig& practice_;
    upstream::Upstream& upstream_;
    const Clock& clock_;
    Random& random_;
    oauth::Tokens tokens_;
};

/// A setting of the practice, or what stands for it when it is not there.
std::string setting_of(const PracticeConfig& practice, const std::string& name,
                       std::string_view otherwise = {});

} // namespace adapters::bars
