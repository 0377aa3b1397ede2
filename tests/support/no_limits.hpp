// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/limits/limit_settings.hpp"

namespace tests
{

/// For what is not about limits, and to begin with where a test sets one.
inline gateway::limits::LimitSettings no_limits()
{
    gateway::limits::LimitSettings none;
    for (auto* rate :
         {&none.client, &none.organisation, &none.practice, &none.patient_lookups, &none.failed_logins})
        rate->permits = 0;
    return none;
}

} // namespace tests
