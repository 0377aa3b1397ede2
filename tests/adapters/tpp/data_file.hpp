// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/tpp/errors.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace tests
{

/// A reply from `data/`.
inline std::string tpp_data(const std::string& name)
{
    std::ifstream file(std::string(APPTGW_SOURCE_DIR) + "/tests/adapters/tpp/data/" + name, std::ios::binary);
    if (!file)
        throw std::runtime_error("no data file " + name);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline adapters::tpp::Xml tpp_xml(const std::string& name)
{
    return adapters::xml::read(tpp_data(name)).value();
}

} // namespace tests
