// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/request_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

/// Whole and byte by byte, the reader must come to the same requests.
namespace
{

using State = gateway::http::RequestReader::State;

std::string read_all(std::string_view bytes, std::size_t step)
{
    static const gateway::http::RequestPolicy policy = [] {
        gateway::http::RequestPolicy small;
        small.max_header_bytes = 2048;
        small.max_body_bytes = 4096;
        return small;
    }();
    gateway::http::RequestReader reader(policy);
    std::string input;
    std::string seen;
    while (!bytes.empty()) {
        input.append(bytes.substr(0, step));
        bytes.remove_prefix(std::min(step, bytes.size()));
        State state = reader.advance(input);
        while (state == State::ready) {
            const auto request = reader.take();
            seen += request.method + " " + request.target + "\n" + request.body + "\n";
            state = reader.advance(input);
        }
        if (state == State::refused)
            break;
    }
    return seen;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto whole = read_all(bytes, std::max<std::size_t>(size, 1));
    if (whole != read_all(bytes, 1))
        std::abort();
    return 0;
}
