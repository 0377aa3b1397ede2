// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite_database.hpp"

#include <sqlite3.h>

namespace gateway::store
{

namespace
{

/// Searches make texts of many lengths; more than these are prepared again.
constexpr std::size_t max_statements = 200;

void bind(sqlite3_stmt* statement, int index, const Value& value)
{
    int result = SQLITE_OK;
    if (std::holds_alternative<std::nullptr_t>(value))
        result = sqlite3_bind_null(statement, index);
    else if (const auto* number = std::get_if<std::int64_t>(&value))
        result = sqlite3_bind_int64(statement, index, *number);
    else if (const auto* text = std::get_if<std::string_view>(&value))
        result = sqlite3_bind_text64(statement, index, text->data() ? text->data() : "", text->size(),
                                     SQLITE_STATIC, SQLITE_UTF8);
    else if (const auto* blob = std::get_if<Blob>(&value))
        result = sqlite3_bind_blob64(statement, index, blob->bytes.data(), blob->bytes.size(), SQLITE_STATIC);
    if (result != SQLITE_OK)
        throw DatabaseError(sqlite3_errstr(result));
}

std::string_view bytes_of(sqlite3_value* value)
{
    const void* const data = sqlite3_value_blob(value);
    const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
    return {static_cast<const char*>(data), data ? size : 0};
}

void call_transform(sqlite3_context* call, int, sqlite3_value** values)
{
    const auto& transform = *static_cast<const Database::Transform*>(sqlite3_user_data(call));
    const auto changed = transform(bytes_of(values[0]), bytes_of(values[1]));
    if (!changed)
        return sqlite3_result_error(call, "a value could not be opened", -1);
    sqlite3_result_blob64(call, changed->data(), changed->size(), SQLITE_TRANSIENT);
}

} // namespace

Rows::~Rows()
{
    if (statement_ == nullptr)
        return;
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

bool Rows::next()
{
    const int result = sqlite3_step(statement_);
    if (result == SQLITE_ROW)
        return true;
    if (result == SQLITE_DONE)
        return false;
    throw DatabaseError(sqlite3_errmsg(sqlite3_db_handle(statement_)));
}

std::int64_t Rows::integer(int column) const
{
    return sqlite3_column_int64(statement_, column);
}

std::string Rows::text(int column) const
{
    const void* const data = sqlite3_column_blob(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    return data ? std::string(static_cast<const char*>(data), static_cast<std::size_t>(size)) : std::string();
}

bool Rows::null(int column) const
{
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Database::Database(const std::string& path, Mode mode)
{
    // Nobody asks how much memory SQLite uses, and counting it takes a lock shared by all connections.
    static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(uncounted); // refused where another library has begun to use SQLite: then it counts
    const int flags =
        (mode != Mode::read ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY) |
        SQLITE_OPEN_NOMUTEX;
    const int result = sqlite3_open_v2(path.c_str(), &handle_, flags, nullptr);
    if (result != SQLITE_OK) {
        sqlite3_close(handle_);
        throw DatabaseError(sqlite3_errstr(result));
    }
    try {
        sqlite3_busy_timeout(handle_, 5000);
        // The default of 2 MiB has the pages of a day's bookings read again and again.
        execute("PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;");
        if (mode != Mode::read)
            execute("PRAGMA synchronous = FULL;");
        if (mode == Mode::write)
            execute("PRAGMA journal_mode = WAL; PRAGMA secure_delete = ON;");
    } catch (...) {
        sqlite3_close(handle_);
        throw;
    }
}

Database::~Database()
{
    for (const auto& [sql, statement] : statements_)
        sqlite3_finalize(statement);
    sqlite3_close(handle_);
}

void Database::execute(const std::string& sql)
{
    if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        throw DatabaseError(sqlite3_errmsg(handle_));
}

std::int64_t Database::run(std::string_view sql, std::initializer_list<Value> values)
{
    auto rows = query(sql, values);
    while (rows.next()) {
    }
    return sqlite3_changes64(handle_);
}

bool Database::in_transaction() const
{
    return sqlite3_get_autocommit(handle_) == 0;
}

void Database::define(const char* name, Transform transform)
{
    const auto forget = [](void* kept) { delete static_cast<Transform*>(kept); };
    if (sqlite3_create_function_v2(handle_, name, 2, SQLITE_UTF8, new Transform(std::move(transform)),
                                   &call_transform, nullptr, nullptr, forget) != SQLITE_OK)
        throw DatabaseError(sqlite3_errmsg(handle_));
}

void Database::leave_log_alone()
{
    const auto count = [](void* pages, sqlite3*, const char*, int length) {
        *static_cast<std::size_t*>(pages) = static_cast<std::size_t>(length);
        return SQLITE_OK;
    };
    sqlite3_wal_hook(handle_, count, &log_pages_); // takes the place of SQLite's own checkpoints
}

Rows Database::start(std::string_view sql, const Value* values, std::size_t count)
{
    sqlite3_stmt* const statement = prepare(sql);
    Rows rows(statement);
    for (std::size_t i = 0; i < count; ++i)
        bind(statement, static_cast<int>(i) + 1, values[i]);
    return rows;
}

sqlite3_stmt* Database::prepare(std::string_view sql)
{
    const auto known = statements_.find(sql);
    if (known != statements_.end())
        return known->second;
    if (statements_.size() >= max_statements)
        forget_statements();
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                           &statement, nullptr) != SQLITE_OK)
        throw DatabaseError(sqlite3_errmsg(handle_));
    statements_.emplace(sql, statement);
    return statement;
}

void Database::forget_statements()
{
    std::erase_if(statements_, [](const auto& entry) {
        const bool idle = sqlite3_stmt_busy(entry.second) == 0;
        if (idle)
            sqlite3_finalize(entry.second);
        return idle;
    });
}

} // namespace gateway::store
