// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/acme/wire.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace tests
{

/// An answer with a reply from `data/`.
inline fhir::rest::Response acme_answer(const std::string& name)
{
    std::ifstream file(std::string(APPTGW_SOURCE_DIR) + "/tests/adapters/acme/data/" + name,
                       std::ios::binary);
    if (!file)
        throw std::runtime_error("no data file " + name);
    fhir::rest::Response answer;
    answer.headers.set("Content-Type", "application/json");
    answer.body.append(std::string(std::istreambuf_iterator<char>(file), {}));
    return answer;
}

inline fhir::codec::Document acme_reply(const std::string& name)
{
    return adapters::acme::read_answer(acme_answer(name), adapters::upstream::Effect::read).value();
}

/// Whose record `data/patient.json` is.
inline const fhir::NhsNumber imogen = *fhir::NhsNumber::parse("9990312079");

} // namespace tests
