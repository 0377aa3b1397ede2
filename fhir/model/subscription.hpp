// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/resource.hpp"

namespace fhir
{

struct SubscriptionChannel : BackboneElement
{
    Code type; ///< rest-hook, …
    std::optional<Uri> endpoint;
    std::optional<Code> payload;
    std::vector<std::string> header;
};

/// FHIR R4 Subscription. Extensions of `criteria` and `channel.payload` (R5 backport) stand in `extras`.
struct Subscription : DomainResource
{
    static const schema::TypeInfo& declaration();

    Code status; ///< requested, active, error, off
    std::vector<ContactPoint> contact;
    std::optional<Instant> end;
    std::string reason;
    std::string criteria;
    std::optional<std::string> error;
    SubscriptionChannel channel;
};

} // namespace fhir
