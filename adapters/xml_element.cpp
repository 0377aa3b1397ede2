// SPDX-License-Identifier: Apache-2.0
#include "adapters/xml.hpp"

#include <algorithm>
#include <span>

namespace adapters::xml
{

namespace
{

std::span<const Node> attributes_of(const Node* node)
{
    return node ? std::span(node + 1, node->attributes) : std::span<const Node>();
}

template <class Matches>
const Node* first_child(const Node* node, Matches matches)
{
    if (!node)
        return nullptr;
    const Node* end = node + node->size;
    for (const Node* each = node + 1 + node->attributes; each != end; each += each->size)
        if (matches(*each))
            return each;
    return nullptr;
}

template <class Matches>
std::vector<Element> all_children(const Node* node, Matches matches)
{
    std::vector<Element> found;
    first_child(node, [&](const Node& each) {
        if (matches(each))
            found.emplace_back(&each);
        return false;
    });
    return found;
}

} // namespace

std::string_view Element::name() const
{
    return node_ ? node_->name : std::string_view();
}

std::string_view Element::local_name() const
{
    return node_ ? node_->local() : std::string_view();
}

std::string_view Element::space() const
{
    return node_ ? node_->space : std::string_view();
}

bool Element::is(std::string_view space, std::string_view local) const
{
    return node_ && node_->is(space, local);
}

std::string_view Element::attribute(std::string_view name) const
{
    const auto all = attributes_of(node_);
    const auto found = std::ranges::find(all, name, &Node::name);
    return found == all.end() ? std::string_view() : found->text;
}

std::string_view Element::attribute(std::string_view space, std::string_view local) const
{
    const auto all = attributes_of(node_);
    const auto found = std::ranges::find_if(all, [&](const Node& each) { return each.is(space, local); });
    return found == all.end() ? std::string_view() : found->text;
}

std::string_view Element::text() const
{
    return node_ ? node_->text : std::string_view();
}

Element Element::child(std::string_view name) const
{
    return Element(first_child(node_, [&](const Node& each) { return each.name == name; }));
}

Element Element::child(std::string_view space, std::string_view local) const
{
    return Element(first_child(node_, [&](const Node& each) { return each.is(space, local); }));
}

std::vector<Element> Element::children() const
{
    return all_children(node_, [](const Node&) { return true; });
}

std::vector<Element> Element::children(std::string_view space, std::string_view local) const
{
    return all_children(node_, [&](const Node& each) { return each.is(space, local); });
}

std::vector<Element> Element::children(std::string_view name) const
{
    return all_children(node_, [&](const Node& each) { return each.name == name; });
}

} // namespace adapters::xml
