// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"
#include "fhir/outcome/error.hpp"
#include "fhir/search/values.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fhir::search
{

/// A typed Slot search (specs/fhir-r4-api.md §6.1). Each vector of vectors is AND of ORs.
struct SlotQuery
{
    std::vector<std::vector<TokenValue>> status;
    std::vector<DateValue> start; ///< all must hold
    std::vector<DateValue> end;
    std::vector<std::vector<std::string>> id;
    std::vector<std::vector<ReferenceValue>> schedule;
    std::vector<std::vector<TokenValue>> identifier, service_type, service_category, specialty, appointment_type, delivery_channel;
    /// `schedule.actor`, by reference: `HealthcareService/x`.
    std::vector<std::vector<ReferenceValue>> schedule_actor;
    /// Chains on the actor: type (`HealthcareService`), parameter path (`identifier`, `organization.identifier`, `gender`, `role`), values.
    struct ActorChain
    {
        std::string type;
        std::string parameter;
        std::vector<TokenValue> values;
    };
    std::vector<ActorChain> actor_chains;

    std::vector<Include> includes;
    Paging paging;

    /// The stretch of time that `start` confines to; nothing unless it has both a lower and an upper bound.
    std::optional<Interval> window() const;
};

} // namespace fhir::search
