// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/xml.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace tests
{

/// A file of tests/adapters/vision/data.
inline std::string vision_data(const std::string& name)
{
    std::ifstream in(std::string(APPTGW_SOURCE_DIR) + "/tests/adapters/vision/data/" + name,
                     std::ios::binary);
    if (!in)
        throw std::runtime_error("no data file " + name);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

inline adapters::xml::Document vision_reply(const std::string& name)
{
    return adapters::xml::read(vision_data(name)).value();
}

} // namespace tests
