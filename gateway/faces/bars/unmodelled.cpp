// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/bars/unmodelled.hpp"

#include "fhir/codec/document.hpp"
#include "fhir/codec/xml_document.hpp"

#include <algorithm>
#include <array>

namespace gateway::faces::bars
{

namespace
{

constexpr std::array<std::string_view, 2> types{"CarePlan", "Encounter"};
constexpr std::size_t deepest = 64, longest = 2 << 20;

bool is_unmodelled(std::string_view type)
{
    return std::ranges::find(types, type) != types.end();
}

std::string_view text_of(const fhir::codec::Node* value)
{
    return value ? value->text() : std::string_view();
}

/// The elements right below one, by index.
std::vector<std::size_t> children_of(const std::vector<fhir::codec::XmlNode>& nodes, std::size_t parent)
{
    std::vector<std::size_t> found;
    const std::size_t end = parent + nodes[parent].size;
    for (std::size_t i = parent + 1 + nodes[parent].attributes; i < end; i += nodes[i].size)
        found.push_back(i);
    return found;
}

std::string_view value_of(const std::vector<fhir::codec::XmlNode>& nodes, std::size_t element)
{
    for (std::size_t i = 1; i <= nodes[element].attributes; ++i)
        if (nodes[element + i].local() == "value")
            return nodes[element + i].text;
    return {};
}

void collect(const std::vector<fhir::codec::XmlNode>& nodes, std::size_t resource,
             std::vector<Unmodelled>& found)
{
    for (const std::size_t held : children_of(nodes, resource)) {
        if (!is_unmodelled(nodes[held].local()))
            continue;
        Unmodelled& each = found.emplace_back();
        each.type = nodes[held].local();
        for (const std::size_t element : children_of(nodes, held))
            if (nodes[element].local() == "status")
                each.status = value_of(nodes, element);
    }
}

} // namespace

std::vector<Unmodelled> unmodelled_in_json(std::string_view body)
{
    std::vector<Unmodelled> found;
    const auto document = fhir::codec::Document::parse(body, {deepest, longest});
    const auto* entries = document ? document->root().find("entry") : nullptr;
    if (!entries)
        return found;
    for (const fhir::codec::Node& entry : entries->items()) {
        const auto* resource = entry.find("resource");
        const auto type = resource ? text_of(resource->find("resourceType")) : std::string_view();
        if (is_unmodelled(type))
            found.push_back({std::string(type), std::string(text_of(resource->find("status")))});
    }
    return found;
}

std::vector<Unmodelled> unmodelled_in_xml(std::string_view body)
{
    std::vector<Unmodelled> found;
    const auto document = fhir::codec::XmlDocument::parse(body, {deepest, true});
    if (!document)
        return found;
    const auto& nodes = document->nodes();
    for (const std::size_t entry : children_of(nodes, 0))
        for (const std::size_t element : children_of(nodes, entry))
            if (nodes[entry].local() == "entry" && nodes[element].local() == "resource")
                collect(nodes, element, found);
    return found;
}

} // namespace gateway::faces::bars
