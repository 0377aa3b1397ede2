// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"
#include "fhir/outcome/error.hpp"
#include "fhir/search/parameter.hpp"
#include "fhir/search/values.hpp"

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace fhir::search
{

/// A typed Slot search. Each vector of vectors is AND of ORs.
struct SlotQuery
{
    std::vector<std::vector<TokenValue>> status;
    std::vector<DateValue> start; ///< all must hold
    std::vector<DateValue> end;
    std::vector<DateValue> last_updated;
    std::vector<std::vector<std::string>> id;
    std::vector<std::vector<ReferenceValue>> schedule;
    std::vector<std::vector<TokenValue>> identifier, service_type, service_category, specialty,
        appointment_type, delivery_channel;
    /// `schedule.actor`, by reference (`HealthcareService/x`) or logical (`:identifier`, also the practice's
    /// ODS code).
    std::vector<std::vector<ReferenceValue>> schedule_actor;
    /// Chains on the actor: type (`HealthcareService`, empty: any), parameter path (`identifier`,
    /// `organization.identifier`, `gender`, `role`), values.
    struct ActorChain
    {
        std::string type;
        std::string parameter;
        std::vector<TokenValue> values;
    };
    std::vector<ActorChain> actor_chains;

    std::vector<Include> includes;
    Paging paging;
    std::vector<RawParameter> used; ///< normalised parameters, for the self link

    /// The stretch of time that `start` confines to; nothing unless it has both a lower and an upper bound.
    std::optional<Interval> window() const;
};

/// The widest stretch of `start`, in UK days.
inline constexpr std::chrono::days max_slot_window{28};

/// Errors: as parse_parameters; `too_costly` without both bounds of `start` (unless `_id` names the slots) or
/// beyond max_slot_window; `invariant` when the bounds exclude each other.
Result<SlotQuery> parse_slot_query(const std::vector<RawParameter>& raw, Handling handling,
                                   std::vector<Error>* warnings);
/// The query part of the self link.
std::string to_query(const SlotQuery& query);

const Vocabulary& slot_vocabulary();
std::span<const ParameterInfo> slot_parameters();
std::span<const std::string_view> slot_includes();

} // namespace fhir::search
