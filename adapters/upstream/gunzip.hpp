// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace adapters::upstream
{

/// The content of one gzip member. Nothing when it is damaged, longer than `max_bytes`, or packed more than a
/// hundredfold beyond the first 64 KB (a bomb).
std::optional<std::string> gunzip(std::string_view packed, std::size_t max_bytes);

} // namespace adapters::upstream
