// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/settings/key_table.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace gateway::settings
{

/// Applies the rows of one section's key table to what the files and the environment say, and collects every
/// problem.
class SectionReader
{
public:
    SectionReader(std::string directory, std::vector<Problem>& problems)
        : directory_(std::move(directory)), problems_(problems)
    {}

    template <class Target>
    void read(std::span<const Key<Target>> keys, std::string_view section, const RawTable& table,
              Target& target)
    {
        for (const auto& key : keys)
            if (key.section == section)
                read_key(key, table, target);
        refuse_unknown(names(keys, section), section, table);
    }

    void refuse_unknown(const std::vector<std::string>& known, std::string_view section,
                        const RawTable& table);
    void problem(std::string where, std::string sentence)
    {
        problems_.push_back({std::move(where), std::move(sentence)});
    }

    template <class Target>
    static std::vector<std::string> names(std::span<const Key<Target>> keys, std::string_view section)
    {
        std::vector<std::string> list;
        for (const auto& key : keys)
            if (key.section == section)
                list.emplace_back(key.name);
        return list;
    }

private:
    template <class Target>
    void read_key(const Key<Target>& key, const RawTable& table, Target& target)
    {
        const auto entry = std::ranges::find(table.entries, key.name, &RawEntry::key);
        const std::string full = "`" + std::string(key.name) + "` of [" + std::string(key.section) + "]";
        if (entry == table.entries.end() && key.preset == required)
            return problem(table.where,
                           full + " is missing: " + expectation(key.rules) + ". " + std::string(key.meaning));
        if (entry == table.entries.end() && key.preset.empty())
            return;
        const RawValue raw =
            entry == table.entries.end() ? raw_from_text(key.preset, key.rules.kind) : entry->value;
        const auto value = check_value(raw, key.rules, directory_);
        if (!value)
            return problem(entry == table.entries.end() ? table.where : entry->where,
                           full + ": " + value.error());
        key.apply(target, *value);
    }

    std::string directory_;
    std::vector<Problem>& problems_;
};

/// The practices file: practices, federations, clients, issuers.
void read_practices(const RawDocument& document, const std::string& directory, FindSystem find_system,
                    Loaded& loaded);
/// What single keys cannot tell: values that contradict each other, and those derived from others.
void complete(Loaded& loaded, const std::string& where);

} // namespace gateway::settings
