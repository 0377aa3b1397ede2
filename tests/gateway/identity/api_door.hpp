// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/identity/identity.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tests
{

using Fields = std::vector<std::pair<std::string, std::string>>;

/// The R4 face in front of fakes that would do whatever they are asked: what a token opens is told by what
/// was done.
class ApiDoor
{
public:
    ApiDoor(gateway::identity::Identity& identity, const adapters::Clock& clock, adapters::Random& random);
    ~ApiDoor();

    /// Tries to book. `201 done`, or status, code of the OperationOutcome and what was done:
    /// `401 token-invalid, nothing done`.
    std::string book(const Fields& fields, const std::string& certificate = {},
                     const std::string& query = {});

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace tests
