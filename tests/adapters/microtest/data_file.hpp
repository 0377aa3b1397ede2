// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/microtest/wire.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace tests
{

/// A reply from `data/`.
inline std::string microtest_data(const std::string& name)
{
    std::ifstream file(std::string(APPTGW_SOURCE_DIR) + "/tests/adapters/microtest/data/" + name,
                       std::ios::binary);
    if (!file)
        throw std::runtime_error("no data file " + name);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace tests
