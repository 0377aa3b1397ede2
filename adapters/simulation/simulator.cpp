// SPDX-License-Identifier: Apache-2.0
#include "adapters/simulation/simulator.hpp"

namespace adapters::simulation
{

namespace
{

fhir::rest::Response busy(unsigned status, std::string_view text)
{
    fhir::rest::Response response;
    response.status = status;
    response.headers.set("Content-Type", "text/plain; charset=utf-8");
    response.headers.set("Retry-After", "2");
    response.body.append(text);
    return response;
}

} // namespace

std::string_view Simulator::status_of(Mark mark)
{
    if (mark == Mark::arrived)
        return "arrived";
    return mark == Mark::seen ? "fulfilled" : "noshow";
}

fhir::rest::Response Simulator::throttled() const
{
    return busy(429, "Too Many Requests");
}

fhir::rest::Response Simulator::unavailable() const
{
    return busy(503, "Service Unavailable");
}

} // namespace adapters::simulation
