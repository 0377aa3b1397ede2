// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/policy_print.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace gateway::cli
{

namespace
{

using fhir::codec::JsonValue;
using Cells = std::vector<std::string>;

/// A list as its items with blanks between them; empty for what is not there.
std::string cell_of(const JsonValue& object, std::string_view name)
{
    const JsonValue* const member = object.find(name);
    if (!member)
        return {};
    if (member->is_boolean())
        return member->boolean() ? "yes" : "";
    if (!member->is_array())
        return member->text();
    std::string joined;
    for (const JsonValue& item : member->items())
        joined += (joined.empty() ? "" : " ") + item.text();
    return joined;
}

std::string table_of(const std::vector<Cells>& rows)
{
    std::vector<std::size_t> widths(rows.front().size());
    for (const Cells& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], row[i].size());
    std::string text;
    for (const Cells& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i)
            line += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

std::string valve_words(const JsonValue& practice)
{
    const JsonValue* const valve = practice.find("valve");
    if (!valve)
        return {};
    std::string words = cell_of(*valve, "state");
    if (const auto most = cell_of(*valve, "per_hour"); !most.empty())
        words += " to " + most + " an hour";
    if (const auto until = cell_of(*valve, "until"); !until.empty())
        words += " until " + until;
    if (const auto reason = cell_of(*valve, "reason"); !reason.empty())
        words += " (" + reason + ")";
    return words;
}

/// Members of an array, none where there is no array.
const std::vector<JsonValue>& items_of(const JsonValue& object, std::string_view name)
{
    static const std::vector<JsonValue> none;
    const JsonValue* const member = object.find(name);
    return member && member->is_array() ? member->items() : none;
}

constexpr std::array<std::string_view, 23> register_keys{"id",
                                                         "title",
                                                         "purpose",
                                                         "practices",
                                                         "consumers",
                                                         "types",
                                                         "allows",
                                                         "refuses",
                                                         "sessions",
                                                         "roles",
                                                         "channels",
                                                         "categories",
                                                         "mapped_only",
                                                         "slots_per_session",
                                                         "slots_per_day",
                                                         "slots_standing",
                                                         "furthest",
                                                         "latest",
                                                         "embargo",
                                                         "returned",
                                                         "from",
                                                         "until",
                                                         "document_sha256"};
constexpr std::array<std::string_view, 5> version_keys{"source", "version", "changed_by", "changed_at",
                                                       "reason"};

/// With a head line. What is only suggested stands in brackets with a question mark.
std::vector<Cells> slot_type_rows(const JsonValue& answer, bool unmapped_only)
{
    std::vector<Cells> rows{{"PRACTICE", "NAME", "SLOTS", "CATEGORY", "CHANNEL", "ROLE"}};
    for (const JsonValue& type : items_of(answer, "slot_types")) {
        const bool is_mapped = !cell_of(type, "mapped").empty();
        if (is_mapped && unmapped_only)
            continue;
        const JsonValue* const suggestion = type.find("suggestion");
        const auto meaning = [&](std::string_view name) {
            const std::string guess = suggestion ? cell_of(*suggestion, name) : std::string();
            return is_mapped ? cell_of(type, name) : guess.empty() ? "" : "(" + guess + "?)";
        };
        rows.push_back({cell_of(type, "practice"), cell_of(type, "name"), cell_of(type, "slots"),
                        meaning("category"), meaning("channel"), meaning("role")});
    }
    return rows;
}

} // namespace

std::string practices_table(const JsonValue& answer)
{
    std::vector<Cells> rows{{"PRACTICE", "NAME", "SYSTEM", "VALVE", "AGREEMENTS"}};
    for (const JsonValue& practice : items_of(answer, "practices")) {
        std::string ids;
        for (const JsonValue& agreement : items_of(practice, "agreements"))
            ids += (ids.empty() ? "" : " ") + cell_of(agreement, "id");
        rows.push_back({cell_of(practice, "practice"), cell_of(practice, "name"), cell_of(practice, "system"),
                        valve_words(practice), ids.empty() ? "none" : ids});
    }
    return table_of(rows);
}

std::string practice_text(const JsonValue& practice)
{
    std::string text = cell_of(practice, "practice") + " " + cell_of(practice, "name") + " (" +
                       cell_of(practice, "system") + ")\nValve: " + valve_words(practice) + "\n";
    std::vector<Cells> rows{{"AGREEMENT", "TITLE", "PURPOSE", "CONSUMERS", "STANDS"}};
    for (const JsonValue& agreement : items_of(practice, "agreements")) {
        const bool in_force = !cell_of(agreement, "in_force").empty();
        const bool refuses = !cell_of(agreement, "refuses").empty();
        const std::string types = cell_of(agreement, "types");
        rows.push_back({cell_of(agreement, "id"), cell_of(agreement, "title"), cell_of(agreement, "purpose"),
                        cell_of(agreement, "consumers") + (types.empty() ? "" : " (" + types + ")"),
                        !in_force ? "not in force"
                        : refuses ? "refuses"
                                  : "in force"});
    }
    return text + (rows.size() > 1 ? table_of(rows) : "No agreement: nobody else sees its slots.\n");
}

std::string agreements_table(const JsonValue& answer)
{
    std::vector<Cells> rows{{"AGREEMENT", "TITLE", "PRACTICES", "CONSUMERS", "ALLOWS", "UNTIL", "SOURCE"}};
    for (const JsonValue& entry : items_of(answer, "agreements")) {
        const JsonValue* const agreement = entry.find("agreement");
        if (!agreement)
            continue;
        const bool refuses = !cell_of(*agreement, "refuses").empty();
        std::string allows = cell_of(*agreement, "allows");
        if (allows.empty())
            allows = "search book"; // as the table of settings has it
        rows.push_back({cell_of(*agreement, "id"), cell_of(*agreement, "title"),
                        cell_of(*agreement, "practices"), cell_of(*agreement, "consumers"),
                        refuses ? "refuses" : allows, cell_of(*agreement, "until"),
                        cell_of(entry, "source")});
    }
    return rows.size() > 1 ? table_of(rows) : "There are no agreements: nothing is shared.\n";
}

std::string csv_cell(std::string_view text)
{
    std::string cell(text);
    if (!cell.empty() && std::string_view("=+-@\t\r").find(cell.front()) != std::string_view::npos)
        cell.insert(0, 1, '\'');
    if (cell.find_first_of("\",\r\n") == std::string::npos)
        return cell;
    std::string quoted = "\"";
    for (const char c : cell)
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

std::string agreements_csv(const JsonValue& answer)
{
    std::string csv;
    for (const auto key : register_keys)
        csv += std::string(key) + ",";
    csv += "source,version,changed_by,changed_at,reason\r\n";
    for (const JsonValue& entry : items_of(answer, "agreements")) {
        const JsonValue* const agreement = entry.find("agreement");
        if (!agreement)
            continue;
        for (const auto key : register_keys) {
            std::string text = cell_of(*agreement, key);
            if (key == "allows" && text.empty())
                text = "search book";
            csv += csv_cell(text) + ",";
        }
        for (const auto key : version_keys)
            csv += csv_cell(cell_of(entry, key)) + (key == version_keys.back() ? "\r\n" : ",");
    }
    return csv;
}

std::string history_text(const JsonValue& answer)
{
    std::vector<Cells> rows{{"VERSION", "CHANGED", "BY", "WHAT", "REASON"}};
    for (const JsonValue& entry : items_of(answer, "agreements")) {
        const bool removed = !cell_of(entry, "removed").empty();
        const bool by_file = cell_of(entry, "source") == "configuration";
        rows.push_back({cell_of(entry, "version"), by_file ? "-" : cell_of(entry, "changed_at"),
                        by_file ? "practices file" : cell_of(entry, "changed_by"),
                        removed ? "removed" : "put", cell_of(entry, "reason")});
    }
    return table_of(rows);
}

std::string slot_types_table(const JsonValue& answer, bool unmapped_only)
{
    auto rows = slot_type_rows(answer, unmapped_only);
    if (rows.size() == 1)
        return unmapped_only ? "Every name that was seen is mapped.\n"
                             : "No slots have been seen yet: search first.\n";
    return table_of(rows);
}

std::string slot_types_csv(const JsonValue& answer, bool unmapped_only)
{
    std::string csv;
    for (const Cells& row : slot_type_rows(answer, unmapped_only))
        for (std::size_t i = 0; i < row.size(); ++i)
            csv += csv_cell(row[i]) + (i + 1 < row.size() ? "," : "\r\n");
    return csv;
}

std::string sentences_of_outcome(std::string_view body)
{
    std::string text;
    if (const auto outcome = fhir::codec::parse_json(body))
        for (const JsonValue& issue : items_of(*outcome, "issue"))
            if (const JsonValue* const details = issue.find("details"))
                text += (text.empty() ? "" : " ") + cell_of(*details, "text");
    if (text.empty())
        text = body;
    while (text.ends_with('\n'))
        text.pop_back();
    return text;
}

} // namespace gateway::cli
