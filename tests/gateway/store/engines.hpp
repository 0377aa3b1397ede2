// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/store/store.hpp"

#include <functional>
#include <memory>
#include <string>

namespace tests
{

/// One storage engine with an empty database of its own, for the contract suite.
class EngineUnderTest
{
public:
    virtual ~EngineUnderTest() = default;
    /// A new store object over the same data.
    virtual std::unique_ptr<gateway::store::Store> open() = 0;
};

struct Engine
{
    std::string name;
    std::function<std::unique_ptr<EngineUnderTest>()> make;
};

} // namespace tests
