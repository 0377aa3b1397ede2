// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace tests
{

/// A reply from `data/`.
inline std::string emis_data(const std::string& name)
{
    std::ifstream file(std::string(APPTGW_SOURCE_DIR) + "/tests/adapters/emis/data/" + name);
    if (!file)
        throw std::runtime_error("no data file " + name);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace tests
