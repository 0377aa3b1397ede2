// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/subscription.hpp"

#include "fhir/schema/declare.hpp"

namespace fhir::schema
{

constexpr auto subscription_channel_elements =
    joined(backbone_base, elements(element<"type", &SubscriptionChannel::type>(in_summary),
                                   element<"endpoint", &SubscriptionChannel::endpoint>(in_summary),
                                   element<"payload", &SubscriptionChannel::payload>(in_summary),
                                   element<"header", &SubscriptionChannel::header>(in_summary)));
template <>
constinit const TypeInfo TypeOf<SubscriptionChannel>::info =
    complex_type<SubscriptionChannel>("Subscription.channel", subscription_channel_elements);

constexpr auto subscription_elements =
    joined(domain_base, elements(element<"status", &Subscription::status>(in_summary),
                                 element<"contact", &Subscription::contact>(in_summary),
                                 element<"end", &Subscription::end>(in_summary),
                                 element<"reason", &Subscription::reason>(in_summary),
                                 element<"criteria", &Subscription::criteria>(in_summary),
                                 element<"error", &Subscription::error>(in_summary),
                                 element<"channel", &Subscription::channel>(in_summary)));
template <>
constinit const TypeInfo TypeOf<Subscription>::info =
    resource_type<Subscription>("Subscription", subscription_elements);

} // namespace fhir::schema

namespace fhir
{

const schema::TypeInfo& Subscription::declaration()
{
    return schema::TypeOf<Subscription>::info;
}

} // namespace fhir
