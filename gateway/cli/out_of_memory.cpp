// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/out_of_memory.hpp"

#include <unistd.h>

#include <cstdlib>
#include <new>
#include <string_view>

namespace gateway::cli
{

namespace
{

/// Needs no memory itself.
[[noreturn]] void end()
{
    constexpr std::string_view last_words =
        "apptgw: out of memory. The process ends as if it had been killed; bookings that are open are settled "
        "when it starts again. Start it again, and give it more memory or fewer connections.\n";
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, last_words.data(), last_words.size());
    std::_Exit(EXIT_FAILURE);
}

} // namespace

void end_when_out_of_memory()
{
    std::set_new_handler(end);
}

} // namespace gateway::cli
