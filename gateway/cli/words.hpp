// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/cli/command_line.hpp"

#include <optional>
#include <string>

namespace CLI
{
class App;
}

namespace gateway::cli
{

/// A command line that is being read. Each word below adds what it takes, and does its work once all is read.
struct Line
{
    const Commands& commands;
    int code = ok; ///< exit code
};

/// Prints all problems; nothing when there are any.
std::optional<settings::Settings> load_or_explain(const std::string& file, const Commands& commands);
/// Text on standard output, or the sentence on standard error. The exit code.
int print_or_explain(const fhir::Result<std::string>& printed);

// operator_words.cpp
void add_unknown(CLI::App& app, Line& line);
void add_store(CLI::App& app, Line& line);
void add_audit(CLI::App& app, Line& line);

// policy_words.cpp
void add_practice(CLI::App& app, Line& line);
void add_valve(CLI::App& app, Line& line);
void add_agreement(CLI::App& app, Line& line);
void add_slot_type(CLI::App& app, Line& line);
void add_consent(CLI::App& app, Line& line);

// outbox_words.cpp
void add_outbox(CLI::App& app, Line& line);

// calendar_words.cpp
void add_calendar(CLI::App& app, Line& line);

} // namespace gateway::cli
