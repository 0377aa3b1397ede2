// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"

#include <optional>
#include <string>
#include <string_view>

/// The lines of an export that are neither a record nor a checkpoint, and how lines begin.
namespace gateway::audit
{

inline constexpr std::string_view record_prefix = "record\t", signed_prefix = "signed\t",
                                  end_prefix = "end\t", chain_prefix = "chain\t";

/// First line.
struct ExportHeading
{
    fhir::Instant made{};
    std::string key; ///< id of the key that signs the end
};
std::string to_line(const ExportHeading& heading);
std::optional<ExportHeading> parse_heading(std::string_view line);

/// What is signed in the last line.
struct ExportEnd
{
    fhir::Instant made{};
    std::string key;
    std::int64_t records = 0;
    std::string sha256; ///< of all lines before, with their ends, in hexadecimal
};
std::string signed_text(const ExportEnd& end);
std::optional<ExportEnd> parse_export_end(std::string_view text);

/// A line that begins a chain.
std::string chain_line(std::string_view name);
/// Nothing unless it is one.
std::optional<std::string> parse_chain_line(std::string_view line);

} // namespace gateway::audit
