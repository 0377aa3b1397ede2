// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/resource.hpp"

namespace fhir
{

enum class SlotStatus
{
    busy,
    free,
    busy_unavailable,
    busy_tentative,
    entered_in_error
};

struct Slot : DomainResource
{
    static const schema::TypeInfo& declaration();

    std::vector<Identifier> identifier;
    std::vector<CodeableConcept> service_category;
    std::vector<CodeableConcept> service_type;
    std::vector<CodeableConcept> specialty;
    std::optional<CodeableConcept> appointment_type;
    Reference schedule;
    SlotStatus status = SlotStatus::free;
    Instant start{};
    Instant end{};
    std::optional<bool> overbooked;
    std::optional<std::string> comment;
};

} // namespace fhir
