// SPDX-License-Identifier: Apache-2.0
#include "gateway/settings/section_reader.hpp"

#include "gateway/identity/keys.hpp"

#include <cctype>
#include <filesystem>
#include <unistd.h>

namespace gateway::settings
{
namespace
{

std::vector<std::string> section_names()
{
    std::vector<std::string> names;
    for (const auto& key : gateway_keys())
        if (names.empty() || names.back() != key.section)
            names.emplace_back(key.section);
    return names;
}

std::string variable_prefix(std::string_view section)
{
    std::string name = "APPTGW_";
    for (const char c : section)
        name.push_back(static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
    return name + "_";
}

Kind kind_of(std::string_view section, std::string_view key)
{
    for (const auto& row : gateway_keys())
        if (row.section == section && row.name == key)
            return row.rules.kind;
    return Kind::text;
}

/// Puts `APPTGW_<SECTION>_<KEY>` over what the file says.
void apply_environment(const std::vector<std::string>& environment, RawTable& table)
{
    const std::string prefix = variable_prefix(table.name);
    for (const std::string& variable : environment) {
        const auto equals = variable.find('=');
        if (equals == std::string::npos || !variable.starts_with(prefix))
            continue;
        std::string key = variable.substr(prefix.size(), equals - prefix.size());
        for (char& c : key)
            c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        std::erase_if(table.entries, [&](const RawEntry& entry) { return entry.key == key; });
        const RawValue value =
            raw_from_text(std::string_view(variable).substr(equals + 1), kind_of(table.name, key));
        table.entries.push_back({key, value, variable.substr(0, equals)});
    }
}

void refuse_unknown_tables(const RawDocument& document, SectionReader& reader)
{
    const auto known = section_names();
    for (const RawTable& table : document.tables) {
        if (table.name.empty() && !table.entries.empty())
            reader.problem(table.entries.front().where, "`" + table.entries.front().key +
                                                            "` stands outside any section such as [server].");
        if (table.name.empty() || (!table.element && std::ranges::find(known, table.name) != known.end()))
            continue;
        const std::string like = nearest(table.name, known);
        reader.problem(table.where, "There is no section [" + table.name + "] in this file." +
                                        (like.empty() ? "" : " Did you mean [" + like + "]?"));
    }
}

std::string practices_file_of(const RawDocument& document, const std::vector<std::string>& environment)
{
    RawTable table{"directory", false, {}, {}};
    for (const RawTable& found : document.tables)
        if (found.name == "directory" && !found.element)
            table = found;
    apply_environment(environment, table);
    const auto entry = std::ranges::find(table.entries, "practices_file", &RawEntry::key);
    const auto* text = entry == table.entries.end() ? nullptr : std::get_if<std::string>(&entry->value);
    return text ? *text : "practices.toml";
}

void load_practices(const std::string& file, FindSystem find_system, Loaded& loaded)
{
    const auto text = identity::read_text_file(file, false, 16 << 20);
    if (!text) {
        loaded.problems.push_back({file, text.error().sentence()});
        return;
    }
    const std::filesystem::path path(file);
    const RawDocument document = read_toml(*text, path.filename().string());
    if (!document.error.empty())
        loaded.problems.push_back({document.error_where, document.error});
    else
        read_practices(document, path.parent_path().string(), find_system, loaded);
}

std::vector<std::string> process_environment()
{
    std::vector<std::string> variables;
    for (char** variable = environ; *variable; ++variable)
        variables.emplace_back(*variable);
    return variables;
}

} // namespace

Loaded load_text(std::string_view text, const std::string& name, const std::string& directory,
                 const std::vector<std::string>& environment, FindSystem find_system)
{
    Loaded loaded;
    const RawDocument document = read_toml(text, name);
    if (!document.error.empty()) {
        loaded.problems.push_back({document.error_where, document.error});
        return loaded;
    }
    SectionReader reader(directory, loaded.problems);
    refuse_unknown_tables(document, reader);
    for (const std::string& section : section_names()) {
        RawTable table{section, false, name, {}};
        for (const RawTable& found : document.tables)
            if (found.name == section && !found.element)
                table = found;
        apply_environment(environment, table);
        reader.read(gateway_keys(), section, table, loaded.settings);
        for (const RawEntry& entry : table.entries)
            if (section != "limits") // taken up by a reload
                loaded.settings.fixed["[" + section + "] " + entry.key] = as_written(entry.value);
    }
    const auto practices = std::filesystem::path(directory) / practices_file_of(document, environment);
    load_practices(practices.lexically_normal().string(), find_system, loaded);
    complete(loaded, name);
    return loaded;
}

Loaded load(const std::string& file, FindSystem find_system)
{
    const auto text = identity::read_text_file(file, false);
    if (!text) {
        Loaded loaded;
        loaded.problems.push_back({file, text.error().sentence()});
        return loaded;
    }
    const auto path = std::filesystem::absolute(file);
    return load_text(*text, path.filename().string(), path.parent_path().string(), process_environment(),
                     find_system);
}

} // namespace gateway::settings
