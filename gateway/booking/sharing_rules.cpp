// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/sharing_rules.hpp"

#include "gateway/policy/reason.hpp"

namespace gateway::booking
{

namespace
{

fhir::Remedy remedy_of(policy::Reason reason)
{
    using enum policy::Reason;
    switch (reason) {
    case no_agreement:
        return fhir::Remedy::operator_;
    case outside_booking_window:
    case embargoed:
    case released_to_other:
    case in_the_past:
    case quota_reached:
        return fhir::Remedy::user;
    default:
        return fhir::Remedy::practice;
    }
}

fhir::Error in_words(policy::Reason reason, std::string path)
{
    const auto& text = policy::text_of(reason);
    fhir::Error error(text.kind, std::string(text.sentence), std::move(path));
    error.advise(std::string(text.advice), remedy_of(reason));
    return error;
}

} // namespace

fhir::Error refusal_of(const search::Offer& offer, std::string path)
{
    auto error = in_words(offer.reason, std::move(path));
    if (!offer.until)
        return error;
    fhir::Error dated(error.kind(), error.sentence() + " That ends " + fhir::to_uk_text(*offer.until) + ".",
                      error.path());
    dated.advise(error.advice(), error.remedy());
    return dated;
}

std::vector<store::ClaimLimit> claim_limits(const search::Offer& offer)
{
    std::vector<store::ClaimLimit> limits;
    for (const policy::Limit& limit : offer.limits)
        limits.push_back({limit.most, limit.own, limit.session, limit.starts, limit.made_from, {}});
    return limits;
}

fhir::Error limit_reached(std::string path)
{
    return in_words(policy::Reason::quota_reached, std::move(path));
}

} // namespace gateway::booking
