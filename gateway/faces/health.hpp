// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "fhir/rest/message.hpp"

#include <functional>
#include <string>
#include <vector>

namespace gateway::faces
{

/// One thing without which this node must not get requests. Runs often: it must be quick and must not call a
/// practice.
struct HealthCheck
{
    std::string name;
    std::function<fhir::Result<void>()> run;
};

/// What the health endpoints tell. A practice that is down does not make the gateway unready.
struct Health
{
    std::vector<HealthCheck> checks;
    std::function<bool()> draining; ///< true once the node is stopping; may be empty
    std::string version;

    bool ready() const;
};

/// `/_ping`: the process answers; nothing behind it is asked.
fhir::rest::Response ping_answer(const Health& health);
/// `/_status`: every check by name, 200 or 503.
fhir::rest::Response status_answer(const Health& health);
/// `/readyz`: `ok`, or 503 and the names of the checks that fail.
fhir::rest::Response ready_answer(const Health& health);

fhir::rest::Response text_answer(unsigned status, std::string_view content_type, std::string_view body);

} // namespace gateway::faces
