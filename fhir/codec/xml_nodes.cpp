// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/xml_nodes.hpp"

#include <algorithm>

namespace fhir::codec
{

namespace
{

constexpr std::string_view xml_space = "http://www.w3.org/XML/1998/namespace";
constexpr std::string_view xmlns_space = "http://www.w3.org/2000/xmlns/";

XmlNode xml_node(std::string_view name, std::string_view text)
{
    const auto colon = name.find(':');
    const auto prefix = colon == std::string_view::npos ? 0 : colon + 1;
    return {name, {}, text, 1, 0, static_cast<std::uint32_t>(prefix)};
}

std::string_view prefix_of(const XmlNode& node)
{
    return node.prefix == 0 ? std::string_view() : node.name.substr(0, node.prefix - 1);
}

/// Whether an attribute comes twice, whatever its prefix. Sorted where there are many, so that an element
/// full of them costs no more than n log n.
bool has_duplicates(std::span<const XmlNode> attributes)
{
    constexpr std::size_t few = 8;
    const auto name_of = [](const XmlNode& node) { return std::pair(node.local(), node.space); };
    if (attributes.size() <= few) {
        for (auto one = attributes.begin(); one != attributes.end(); ++one)
            if (std::any_of(attributes.begin(), one,
                            [&](const XmlNode& other) { return name_of(other) == name_of(*one); }))
                return true;
        return false;
    }
    std::vector<std::pair<std::string_view, std::string_view>> names;
    std::ranges::transform(attributes, std::back_inserter(names), name_of);
    std::ranges::sort(names);
    return std::ranges::adjacent_find(names) != names.end();
}

} // namespace

bool declares_prefix(const XmlNode& attribute)
{
    return attribute.name.starts_with("xmlns") && (attribute.name.size() == 5 || attribute.name[5] == ':');
}

void XmlNodeBuilder::open(std::string_view name)
{
    open_.push_back({nodes_.size(), declared_.size()});
    nodes_.push_back(xml_node(name, {}));
}

void XmlNodeBuilder::add_attribute(std::string_view name, std::string_view value)
{
    const XmlNode& node = nodes_.emplace_back(xml_node(name, value));
    if (declares_prefix(node) && !node.local().empty())
        declared_.push_back({node.prefix == 0 ? std::string_view() : node.local(), node.text});
}

bool XmlNodeBuilder::begin_content()
{
    const auto at = open_.back().node;
    XmlNode& element = nodes_[at];
    element.attributes = static_cast<std::uint32_t>(nodes_.size() - at - 1);
    if (open_.size() > limits_.max_depth || element.attributes > max_xml_attributes ||
        declared_.size() > max_xml_attributes)
        return false;
    const auto space = space_of(prefix_of(element));
    element.space = space.value_or("");
    return space &&
           has_sound_attributes({nodes_.begin() + static_cast<std::ptrdiff_t>(at) + 1, nodes_.end()});
}

bool XmlNodeBuilder::add_text(std::string_view text)
{
    if (open_.size() >= limits_.max_depth)
        return false;
    if (limits_.has_narrative && nodes_[open_.back().node].space == xhtml_space)
        return true;
    if (open_.back().has_text)
        return false;
    open_.back().has_text = true;
    nodes_[open_.back().node].text = text;
    return true;
}

void XmlNodeBuilder::close(std::size_t source_size)
{
    XmlNode& element = nodes_[open_.back().node];
    element.size = static_cast<std::uint32_t>(nodes_.size() - open_.back().node);
    element.source_size = static_cast<std::uint32_t>(source_size);
    declared_.resize(open_.back().declared);
    open_.pop_back();
}

/// The namespace that a prefix stands for in the element last opened; nothing when it is not declared.
std::optional<std::string_view> XmlNodeBuilder::space_of(std::string_view prefix) const
{
    if (prefix == "xml" || prefix == "xmlns")
        return xml_space;
    for (auto each = declared_.rbegin(); each != declared_.rend(); ++each)
        if (each->prefix == prefix)
            return each->space;
    return prefix.empty() ? std::optional<std::string_view>("") : std::nullopt;
}

/// Attributes without a prefix are in no namespace, whatever the default one is (Namespaces in XML 1.0).
bool XmlNodeBuilder::has_sound_attributes(std::span<XmlNode> attributes) const
{
    for (XmlNode& each : attributes) {
        const auto prefix = prefix_of(each);
        const auto space = declares_prefix(each) ? std::optional(xmlns_space)
                           : prefix.empty()      ? std::optional(std::string_view())
                                                 : space_of(prefix);
        if (!space)
            return false;
        each.space = *space;
    }
    return !has_duplicates(attributes);
}

} // namespace fhir::codec
