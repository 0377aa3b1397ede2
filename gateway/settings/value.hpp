// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/settings/raw.hpp"

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace gateway::settings
{

enum class Kind
{
    text,
    file,        ///< must be readable; relative to the file that names it
    secret_file, ///< the same, and neither group nor others may use it
    path,        ///< need not exist yet
    url,         ///< https
    port,
    count,
    flag,
    duration, ///< `3s`
    size,     ///< `1 MiB`
    choice,
    list,
    ods,
    ods_list,
    sha256,
    lead,  ///< how long before a slot: policy::Lead
    date,  ///< `2027-03-31`
    moment, ///< `2027-03-31T18:00:00+01:00`
};

/// A checked value; the member its kind fills.
struct Value
{
    std::string text;
    std::int64_t number = 0; ///< also bytes
    bool flag = false;
    std::chrono::milliseconds duration{0};
    TextList list;
};

struct ValueRules
{
    Kind kind = Kind::text;
    std::string_view choices; ///< `none|optional|required`
    std::int64_t least = 0, most = 0;
};

/// What the value must look like, with an example: `a duration such as "3s"`.
std::string expectation(const ValueRules& rules);
/// Name of the kind for tables.
std::string_view kind_name(Kind kind);

/// Checks one value. The error says what is wrong and what is expected. `directory`: what relative paths are
/// relative to.
std::expected<Value, std::string> check_value(const RawValue& raw, const ValueRules& rules,
                                              const std::string& directory);
/// The value of an environment variable or a default, as the file would have had it.
RawValue raw_from_text(std::string_view text, Kind kind);

/// The candidate most like `word`, empty when none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

} // namespace gateway::settings
