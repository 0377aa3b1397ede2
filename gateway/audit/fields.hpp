// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The line form that records, checkpoints and exports share: a word, then `name=value` pairs, separated by
/// tabs. Bytes below 0x20, 0x7F and `%` of a value are written `%XX`, so no value holds a tab or a line end.
namespace gateway::audit
{

/// Builds a line; empty values and zeros are left out.
class FieldWriter
{
public:
    explicit FieldWriter(std::string_view word) : line_(word) {}
    FieldWriter& add(std::string_view name, std::string_view value);
    FieldWriter& add(std::string_view name, std::int64_t value);
    std::string take() { return std::move(line_); }

private:
    std::string line_;
};

/// A line taken to pieces; forgiving, so whoever reads writes it again and compares.
class FieldReader
{
public:
    explicit FieldReader(std::string_view line);
    std::string_view word() const { return word_; }
    /// Empty when absent.
    std::string text(std::string_view name) const;
    /// 0 when absent; nothing when it is no whole number of at most 18 digits.
    std::optional<std::int64_t> number(std::string_view name) const;

private:
    std::string_view word_;
    std::vector<std::pair<std::string_view, std::string_view>> fields_;
};

} // namespace gateway::audit
