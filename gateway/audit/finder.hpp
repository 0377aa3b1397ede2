// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "gateway/audit/record.hpp"
#include "gateway/awaitable.hpp"

#include <optional>
#include <string>
#include <vector>

namespace gateway::audit
{

/// One record among all nodes'.
struct Place
{
    std::string chain;
    std::int64_t sequence = 0; ///< from 1
};

/// AND of what is set; newest first.
struct Question
{
    std::string visible_to; ///< ODS code: what it did itself, and what was done to its book
    std::optional<Place> place = {};
    std::string agent = {};
    std::string entity = {};                  ///< `Appointment/<id>`
    std::string patient = {};                 ///< NHS number digits
    std::optional<fhir::Instant> from = {};   ///< inclusive
    std::optional<fhir::Instant> before = {}; ///< exclusive
    std::size_t limit = 5000;
};

struct FoundEntry
{
    Entry entry;
    std::string patient; ///< NHS number digits; empty: none
};

/// Reads the trail for those it concerns. Thread-safe.
class Finder
{
public:
    virtual ~Finder() = default;
    virtual Awaitable<fhir::Result<std::vector<FoundEntry>>> find(Question question) = 0;
};

} // namespace gateway::audit
