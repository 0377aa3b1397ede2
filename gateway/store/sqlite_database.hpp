// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace gateway::store
{

/// The database itself failed (disk full, locked, corrupt). Caught where a job or a read ends; never a
/// business outcome.
class DatabaseError : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

struct Blob
{
    std::string_view bytes;
};

/// One bound value. The text must live until the statement has run.
using Value = std::variant<std::nullptr_t, std::int64_t, std::string_view, Blob>;

inline Value at(fhir::Instant moment)
{
    return std::int64_t{moment.time_since_epoch().count()};
}

/// Rows of a running statement; resets it when it goes out of scope.
class Rows
{
public:
    explicit Rows(sqlite3_stmt* statement) : statement_(statement) {}
    Rows(Rows&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;
    ~Rows();

    bool next();
    std::int64_t integer(int column) const;
    std::string text(int column) const; ///< of a text or blob column
    bool null(int column) const;
    fhir::Instant instant(int column) const
    {
        return fhir::Instant(std::chrono::milliseconds(integer(column)));
    }

private:
    sqlite3_stmt* statement_;
};

/// Lets a text be looked up without a copy of it.
struct TextHash
{
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

/// One connection with its prepared statements. Used by one thread at a time.
class Database
{
public:
    enum class Mode
    {
        write,
        read,
        copy ///< of the write-ahead log into the database file
    };
    Database(const std::string& path, Mode mode);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// Several statements without values.
    void execute(const std::string& sql);
    /// Prepared once per text. A statement must not be started again while its Rows live.
    Rows query(std::string_view sql, std::initializer_list<Value> values = {})
    {
        return start(sql, values.begin(), values.size());
    }
    Rows query(std::string_view sql, const std::vector<Value>& values)
    {
        return start(sql, values.data(), values.size());
    }
    /// Runs to the end; the number of rows changed.
    std::int64_t run(std::string_view sql, std::initializer_list<Value> values = {});
    bool in_transaction() const;
    /// Makes `name(bytes, context)` known to statements of this connection: other bytes for these. What gives
    /// nothing ends its statement with a DatabaseError.
    using Transform =
        std::function<std::optional<std::string>(std::string_view bytes, std::string_view context)>;
    void define(const char* name, Transform transform);

    /// From now on nothing is copied out of the write-ahead log by itself, and `log_pages` counts.
    void leave_log_alone();
    /// Length of the write-ahead log behind the last commit on this connection.
    std::size_t log_pages() const { return log_pages_; }

private:
    Rows start(std::string_view sql, const Value* values, std::size_t count);
    sqlite3_stmt* prepare(std::string_view sql);
    void forget_statements();

    sqlite3* handle_ = nullptr;
    std::size_t log_pages_ = 0;
    std::unordered_map<std::string, sqlite3_stmt*, TextHash, std::equal_to<>> statements_;
};

} // namespace gateway::store
