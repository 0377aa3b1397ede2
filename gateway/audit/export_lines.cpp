// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/export_lines.hpp"

#include "gateway/audit/fields.hpp"
#include "gateway/audit/record.hpp"

namespace gateway::audit
{

namespace
{

constexpr std::string_view heading_word = "apptgw-audit-export", end_word = "apptgw-audit-export-end-1";
constexpr std::int64_t export_version = 1;

} // namespace

std::string to_line(const ExportHeading& heading)
{
    return FieldWriter(heading_word)
        .add("version", export_version)
        .add("made", fhir::to_utc_text(heading.made))
        .add("key", heading.key)
        .take();
}

std::optional<ExportHeading> parse_heading(std::string_view line)
{
    const FieldReader fields(line);
    const auto made = fhir::parse_instant(fields.text("made"));
    if (!made)
        return std::nullopt;
    ExportHeading heading{*made, fields.text("key")};
    return to_line(heading) == line ? std::optional(heading) : std::nullopt;
}

std::string signed_text(const ExportEnd& end)
{
    return FieldWriter(end_word)
        .add("made", fhir::to_utc_text(end.made))
        .add("key", end.key)
        .add("records", end.records)
        .add("sha256", end.sha256)
        .take();
}

std::optional<ExportEnd> parse_export_end(std::string_view text)
{
    const FieldReader fields(text);
    const auto made = fhir::parse_instant(fields.text("made"));
    const auto records = fields.number("records");
    if (!made || !records)
        return std::nullopt;
    ExportEnd end{*made, fields.text("key"), *records, fields.text("sha256")};
    return signed_text(end) == text ? std::optional(end) : std::nullopt;
}

std::string chain_line(std::string_view name)
{
    return std::string(chain_prefix) + std::string(name);
}

std::optional<std::string> parse_chain_line(std::string_view line)
{
    if (!line.starts_with(chain_prefix) || !is_chain_name(line.substr(chain_prefix.size())))
        return std::nullopt;
    return std::string(line.substr(chain_prefix.size()));
}

} // namespace gateway::audit
