// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/negotiation.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

/// The headers that clients negotiate with: whatever they hold, the answer is one of the types offered or an
/// error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto type = gateway::faces::answer_type(text, {});
        type && !type->ends_with("json") && !type->ends_with("xml"))
        std::abort();
    if (const auto type = gateway::faces::answer_type({}, text);
        type && !type->ends_with("json") && !type->ends_with("xml"))
        std::abort();
    (void)gateway::faces::check_body_type(text, {}, gateway::faces::Body::resource);
    (void)gateway::faces::parse_prefer(text);
    (void)gateway::faces::accepts_gzip(text);
    return 0;
}
