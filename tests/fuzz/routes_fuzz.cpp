// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/routes.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

/// Paths of requests: an id that gets through is one that FHIR allows.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const gateway::faces::Router router(gateway::faces::r4_routes(), "/fhir/R4");
    const std::string_view path(reinterpret_cast<const char*>(data), size);
    const auto found = router.find("GET", path);
    if (found && (found->id.size() > 64 || found->id.find_first_of("/%_ \n") != std::string::npos))
        std::abort();
    return 0;
}
