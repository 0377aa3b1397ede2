// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "gateway/notify/topics.hpp"
#include "gateway/store/outbox_records.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gateway::notify
{

/// Which events of a topic are meant: for each name one of its values, all names.
struct Filter
{
    std::vector<std::pair<std::string, std::vector<std::string>>> wanted;

    bool matches(const store::OutboxEvent& event) const;
    /// The values for that name; empty where it says nothing of it.
    const std::vector<std::string>* values(std::string_view name) const;
    bool operator==(const Filter&) const = default;
};

/// `Appointment?status=booked,cancelled&practice=A10001`, as the R5 backport's filter criteria have it, with
/// what the topic offers. Errors: `value_invalid`, also for anything that could name a patient; paths are
/// the caller's.
fhir::Result<Filter> parse_filter(std::string_view text, const Topic& topic);

} // namespace gateway::notify
