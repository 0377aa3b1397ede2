// SPDX-License-Identifier: Apache-2.0
#include "gateway/settings/raw.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

namespace gateway::settings
{
namespace
{

class Reader
{
public:
    explicit Reader(const std::string& name) : name_(name) {}

    void add_table(const std::string& table_name, bool element, const toml::table& table)
    {
        const std::size_t index = document_.tables.size();
        document_.tables.push_back({table_name, element, where(table.source()), {}});
        std::vector<std::pair<std::string, const toml::node*>> children;
        for (const auto& [key, node] : table) {
            const std::string text(key.str());
            if (node.is_table() || is_array_of_tables(node))
                children.emplace_back(text, &node);
            else
                document_.tables[index].entries.push_back({text, value_of(node), where(key.source())});
        }
        for (const auto& [key, node] : children)
            add_child(table_name.empty() ? key : table_name + "." + key, *node);
    }

    RawDocument take() { return std::move(document_); }

    std::string where(const toml::source_region& region) const
    {
        return name_ + ":" + std::to_string(region.begin.line) + ":" + std::to_string(region.begin.column);
    }

private:
    static bool is_array_of_tables(const toml::node& node)
    {
        const auto* array = node.as_array();
        return array && !array->empty() && array->is_homogeneous(toml::node_type::table);
    }

    void add_child(const std::string& name, const toml::node& node)
    {
        if (const auto* table = node.as_table())
            return add_table(name, false, *table);
        for (const auto& item : *node.as_array())
            add_table(name, true, *item.as_table());
    }

    static RawValue value_of(const toml::node& node)
    {
        if (const auto* text = node.as_string())
            return text->get();
        if (const auto* number = node.as_integer())
            return std::int64_t{number->get()};
        if (const auto* flag = node.as_boolean())
            return flag->get();
        if (const auto* fraction = node.as_floating_point())
            return fraction->get();
        if (const auto* array = node.as_array();
            array && (array->empty() || array->is_homogeneous(toml::node_type::string)))
            return texts_of(*array);
        return Other{node.is_array() ? "an array that does not hold texts only" : "a date or time"};
    }

    static TextList texts_of(const toml::array& array)
    {
        TextList texts;
        for (const auto& item : array)
            texts.push_back(item.as_string()->get());
        return texts;
    }

    std::string name_;
    RawDocument document_;
};

} // namespace

RawDocument read_toml(std::string_view text, const std::string& name)
{
    Reader reader(name);
    try {
        reader.add_table({}, false, toml::parse(text, name));
    } catch (const toml::parse_error& error) {
        RawDocument failed;
        failed.error = std::string(error.description());
        failed.error_where = reader.where(error.source());
        return failed;
    }
    RawDocument document = reader.take();
    return document;
}

} // namespace gateway::settings
