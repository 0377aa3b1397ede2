// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"

#include <string_view>
#include <vector>

/// The head of an HTTP/1 message as raw bytes, split by the strictest reading of RFC 9112: what requests of
/// consumers and answers of suppliers have in common. No I/O.
namespace adapters::transport
{

struct HeadScan
{
    enum class State
    {
        incomplete,
        complete,
        bare_line_feed
    } state = State::incomplete;
    std::size_t length = 0; ///< of a complete head with its blank line
};

/// Looks for the blank line; `searched` bytes were looked at before.
HeadScan find_head(std::string_view bytes, std::size_t searched = 0);

struct HeadField
{
    std::string_view name;
    std::string_view value; ///< without surrounding blanks
};

struct Head
{
    std::string_view start_line;
    std::vector<HeadField> fields;

    const HeadField* find(std::string_view name) const;
    std::size_t count(std::string_view name) const;
};

struct HeadRules
{
    std::size_t max_fields = 64;
    bool ascii_values = true;
};

/// `bytes` is a complete head and outlives the result. Refused: folded lines, blanks before the colon, names
/// that are no tokens, control characters, too many fields (kind `headers_too_large`), everything else
/// `malformed`.
fhir::Result<Head> split_head(std::string_view bytes, const HeadRules& rules);

bool is_token(std::string_view text);
/// A decimal number of at most 18 digits and nothing else.
bool parse_length(std::string_view text, std::uint64_t& length);

} // namespace adapters::transport
