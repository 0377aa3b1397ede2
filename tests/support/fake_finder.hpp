// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/audit/finder.hpp"

#include <vector>

namespace tests
{

/// Answers with what it is given, and keeps the question.
class FakeFinder : public gateway::audit::Finder
{
public:
    gateway::Awaitable<fhir::Result<std::vector<gateway::audit::FoundEntry>>>
    find(gateway::audit::Question question) override
    {
        asked = std::move(question);
        co_return found;
    }

    gateway::audit::Question asked{};
    std::vector<gateway::audit::FoundEntry> found;
};

} // namespace tests
