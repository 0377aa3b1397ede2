// SPDX-License-Identifier: Apache-2.0
#include "gateway/slot_types/slot_type.hpp"

#include <algorithm>

namespace gateway::slot_types
{

namespace
{

void add(std::vector<std::string_view>& names, const std::string& name)
{
    if (!name.empty() && std::ranges::find(names, name) == names.end())
        names.emplace_back(name);
}

void add(std::vector<std::string_view>& names, const std::vector<fhir::CodeableConcept>& concepts)
{
    for (const auto& each : concepts) {
        if (each.text)
            add(names, *each.text);
        for (const auto& coding : each.coding)
            if (coding.display)
                add(names, *coding.display);
    }
}

} // namespace

std::vector<std::string_view> local_names(const fhir::Slot& slot, const fhir::Schedule* schedule)
{
    std::vector<std::string_view> names;
    add(names, slot.service_type);
    add(names, slot.service_category);
    if (!schedule)
        return names;
    add(names, schedule->service_type);
    add(names, schedule->service_category);
    if (schedule->comment)
        add(names, *schedule->comment);
    return names;
}

const SlotType* SlotTypes::find(const fhir::OdsCode& practice,
                                const std::vector<std::string_view>& names) const
{
    const SlotType* for_all = nullptr;
    for (const std::string_view name : names)
        for (const SlotType& row : rows_) {
            if (!row.patterns.match(name))
                continue;
            if (std::ranges::find(row.practices, practice) != row.practices.end())
                return &row;
            if (row.practices.empty() && !for_all)
                for_all = &row;
        }
    return for_all;
}

} // namespace gateway::slot_types
