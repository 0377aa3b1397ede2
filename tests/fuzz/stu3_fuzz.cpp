// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/format.hpp"

#include <cstdint>
#include <cstdlib>

using namespace fhir;

namespace
{

constexpr codec::ReadOptions wide{.unknown = codec::Unknown::refuse, .max_depth = 100, .max_bytes = 64 << 20};

/// In STU3 once more; then in R4, where it must be valid, too.
void hold_to_it(const AnyResource& resource)
{
    const auto json = codec::to_text(resource, codec::stu3_json);
    const auto again = codec::read_resource(json, codec::stu3_json, wide);
    if (!again || codec::to_text(*again, codec::stu3_json) != json)
        std::abort();
    if (!codec::read_resource(codec::to_text(resource, codec::r4_json), codec::r4_json, wide))
        std::abort();
}

} // namespace

/// What is accepted as STU3, JSON or XML, is valid R4 in the model; written as STU3 it is accepted, and
/// writing is then stable.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto encoding = text.starts_with('<') ? codec::stu3_xml : codec::stu3_json;
    if (const auto resource = codec::read_resource(text, encoding))
        hold_to_it(*resource);
    const codec::ReadOptions lenient{
        .unknown = codec::Unknown::ignore, .max_depth = 32, .max_bytes = 1 << 20};
    codec::ReadReport report;
    if (const auto resource = codec::read_resource(text, encoding, lenient, &report))
        codec::to_text(*resource, codec::stu3_xml);
    return 0;
}
