// SPDX-License-Identifier: Apache-2.0
#include "adapters/upstream/response_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using adapters::upstream::ResponseReader;
    constexpr std::size_t max_body = 65536;
    std::string input(reinterpret_cast<const char*>(data), size);
    ResponseReader reader({.max_header_bytes = 2048, .max_body_bytes = max_body}, false);
    auto state = reader.advance(input);
    if (state == ResponseReader::State::head || state == ResponseReader::State::body)
        state = reader.end_of_stream();
    if (state == ResponseReader::State::ready && reader.take().body.size() > max_body)
        std::abort();
    return 0;
}
