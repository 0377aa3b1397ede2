// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "gateway/booking/service.hpp"
#include "gateway/faces/bars/call.hpp"
#include "gateway/policy/consents.hpp"
#include "gateway/search/federated_search.hpp"
#include "gateway/workflow/service.hpp"

#include <chrono>

/// What the BaRS face does with a request that has been let in: decode, call, encode. One .cpp per resource.
namespace gateway::faces::bars
{

struct Services
{
    search::FederatedSearch& search;
    booking::Service& booking;
    workflow::TaskService& tasks;
    const adapters::Clock& clock;
    adapters::Random& random;
    std::chrono::milliseconds answer_limit;
    const policy::Consents* consents = nullptr; ///< nullptr: no patient is hidden from anybody
};

Answered capabilities(const Call& call, const Services& services);
Answered find_definitions(const Call& call, const Services& services);
Answered find_slots(const Call& call, const Services& services);
Answered read_appointment(const Call& call, const Services& services);
Answered find_appointments(const Call& call, const Services& services);
Answered read_referral(const Call& call, const Services& services);
Answered find_referrals(const Call& call, const Services& services);
Answered process_message(const Call& call, const Services& services);

} // namespace gateway::faces::bars
