// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "fhir/outcome/error.hpp"

#include <string>

namespace gateway::cli
{

struct AssertionOptions
{
    std::string client_id;
    std::string key_file;
    std::string token_url;
};

/// A client assertion (RFC 7523) valid for four minutes and one use.
fhir::Result<std::string> make_assertion(const AssertionOptions& options, const adapters::Clock& clock,
                                         adapters::Random& random);

} // namespace gateway::cli
