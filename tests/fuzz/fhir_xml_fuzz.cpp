// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/format.hpp"

#include <cstdint>
#include <cstdlib>

using namespace fhir;

/// What is accepted in XML must be written as XML and as JSON that are accepted, and writing must then be
/// stable: both say the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    for (const auto unknown : {codec::Unknown::refuse, codec::Unknown::ignore}) {
        const codec::ReadOptions options{.unknown = unknown, .max_depth = 32, .max_bytes = 1 << 20};
        codec::ReadReport report;
        const auto resource = codec::read_resource({reinterpret_cast<const char*>(data), size}, codec::r4_xml,
                                                   options, &report);
        if (!resource)
            continue;
        const codec::ReadOptions wide{.unknown = unknown, .max_depth = 100, .max_bytes = 64 << 20};
        const auto json = codec::to_text(*resource, codec::r4_json);
        for (const auto encoding : {codec::r4_xml, codec::r4_json}) {
            const auto again = codec::read_resource(codec::to_text(*resource, encoding), encoding, wide);
            if (!again && unknown == codec::Unknown::refuse)
                std::abort();
            if (again && codec::to_text(*again, codec::r4_json) != json)
                std::abort();
        }
    }
    return 0;
}
