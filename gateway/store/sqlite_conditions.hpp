// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/store/sqlite_database.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gateway::store
{

/// A WHERE clause under construction; owns the list of what it binds, not the texts. Only question marks are
/// ever put into the SQL.
class Conditions
{
public:
    explicit Conditions(std::string first) : sql_(std::move(first)) {}

    void add(std::string condition, std::initializer_list<Value> values = {})
    {
        sql_ += " AND " + std::move(condition);
        values_.insert(values_.end(), values);
    }
    /// No condition where there are no texts.
    void any_of(std::string_view column, const std::vector<std::string>& texts, bool blob = false)
    {
        if (texts.empty())
            return;
        std::string marks;
        for (const std::string& text : texts) {
            marks += marks.empty() ? "?" : ", ?";
            values_.push_back(blob ? Value(Blob{text}) : Value(std::string_view(text)));
        }
        sql_ += " AND " + std::string(column) + " IN (" + marks + ")";
    }
    void any_of(std::string_view column, const std::vector<std::int64_t>& numbers)
    {
        std::string marks;
        for (const std::int64_t number : numbers) {
            marks += marks.empty() ? "?" : ", ?";
            values_.emplace_back(number);
        }
        if (!marks.empty())
            sql_ += " AND " + std::string(column) + " IN (" + marks + ")";
    }
    /// The end of a subquery.
    void close() { sql_ += ")"; }

    const std::string& sql() const { return sql_; }
    const std::vector<Value>& values() const { return values_; }

private:
    std::string sql_;
    std::vector<Value> values_;
};

} // namespace gateway::store
