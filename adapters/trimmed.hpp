// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace adapters
{

/// Without blanks and line ends at either end; a part of `text`.
constexpr std::string_view bare(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

inline std::string trimmed(std::string_view text)
{
    return std::string(bare(text));
}

} // namespace adapters
