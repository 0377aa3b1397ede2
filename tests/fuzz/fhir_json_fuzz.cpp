// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json.hpp"

#include <cstdint>
#include <cstdlib>

using namespace fhir;

namespace
{

std::string written(const AnyResource& resource)
{
    rest::OutBuffer out;
    codec::write(resource, out);
    return std::string(out.view());
}

} // namespace

/// What is accepted must be written as a resource that is accepted, and writing must then be stable.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    for (const auto unknown : {codec::Unknown::refuse, codec::Unknown::ignore}) {
        const codec::ReadOptions options{.unknown = unknown, .max_depth = 32, .max_bytes = 1 << 20};
        codec::ReadReport report;
        const auto resource = codec::read_any({reinterpret_cast<const char*>(data), size}, options, &report);
        if (!resource)
            continue;
        const auto once = written(*resource);
        const auto again = codec::read_any(
            once, {.unknown = codec::Unknown::ignore, .max_depth = 32, .max_bytes = 64 << 20});
        if (again && written(*again) != once)
            std::abort();
        if (!again && unknown == codec::Unknown::refuse)
            std::abort();
    }
    return 0;
}
