// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/awaitable.hpp"

namespace gateway
{

using adapters::Awaitable;
using adapters::Executor;

} // namespace gateway
