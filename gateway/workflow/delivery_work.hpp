// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/workflow/deliveries.hpp"

namespace gateway::workflow
{

/// One delivery in hand.
struct Deliveries::Work
{
    store::TaskDelivery row;
    DeliveryTarget target;
    store::TaskRecord record;
    fhir::Task task;
    TaskKind kind = TaskKind::practice_message;
    adapters::PatientContext patient = {};
    std::int64_t tries_before = 0; ///< this sending
};

} // namespace gateway::workflow
