// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace gateway::observability
{

enum class Level
{
    debug,
    info,
    warning,
    error
};

using FieldValue = std::variant<std::string, std::int64_t, double, bool>;
using Field = std::pair<std::string_view, FieldValue>;

/// One JSON object per line on stdout: time (RFC 3339, UTC, ms), level, event, fields. Values must never
/// identify a patient; NhsNumber and other sensitive types do not convert to a field. Thread-safe,
/// asynchronous.
void log(Level level, std::string_view event, std::initializer_list<Field> fields = {});

/// Lines below this level are dropped. Default info.
void set_level(Level level);
/// Waits until everything logged so far is written.
void flush();
/// Sends whole lines (without the line end) elsewhere than to standard output: a command that answers on
/// standard output, or a test. An empty function restores standard output. Called from the log's own thread.
void set_output(std::function<void(std::string_view line)> output);

} // namespace gateway::observability
