// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/trace.hpp"

#include "tests/chaos/fates.hpp"

#include <cstdio>

namespace chaos
{

/// FNV-1a.
void Trace::line(std::string_view text)
{
    const auto since = std::chrono::floor<milliseconds>(clock_.moment().time_since_epoch()).count() - 3600000;
    const std::string stamped =
        std::to_string(since / 1000) + "." + std::to_string(1000 + since % 1000).substr(1) + " ";
    for (const std::string_view part : {std::string_view(stamped), text, std::string_view("\n")})
        for (const char c : part)
            hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    if (print_)
        std::printf("%10s%.*s\n", stamped.c_str(), static_cast<int>(text.size()), text.data());
}

std::string_view name_of(Effect effect)
{
    switch (effect) {
    case Effect::store_commit:
        return "store_commit";
    case Effect::supplier_write:
        return "supplier_write";
    case Effect::supplier_read:
        return "supplier_read";
    case Effect::answer:
        return "answer";
    case Effect::notification:
        return "notification";
    }
    return "";
}

} // namespace chaos
