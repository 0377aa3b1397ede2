// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gateway::settings
{

using TextList = std::vector<std::string>;

/// A value as the file has it. `Other`: a kind of TOML value that no setting has (a date, a mixed array); it
/// holds that kind's name.
struct Other
{
    std::string kind;
};
using RawValue = std::variant<std::string, std::int64_t, bool, double, TextList, Other>;

/// The same for the same value only.
std::string as_written(const RawValue& value);

struct RawEntry
{
    std::string key;
    RawValue value;
    std::string where; ///< `apptgw.toml:12:3`
};

/// `[server]`, or one element of `[[practice]]`; a sub-table is named `practice.settings` and follows its
/// element.
struct RawTable
{
    std::string name;
    bool element = false;
    std::string where;
    std::vector<RawEntry> entries;
};

struct RawDocument
{
    std::vector<RawTable> tables; ///< entries outside any table stand in a first table without name
    std::string error;            ///< of the syntax, empty when the file could be read
    std::string error_where;
};

/// TOML as tables in order of appearance. toml++ is seen in toml_reader.cpp only.
RawDocument read_toml(std::string_view text, const std::string& name);

} // namespace gateway::settings
