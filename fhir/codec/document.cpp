// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/document.hpp"

#include "fhir/codec/text_out.hpp"

#include <algorithm>

namespace fhir::codec
{

std::optional<Error> Document::read(std::string_view json, std::size_t max_bytes)
{
    if (json.size() > max_bytes)
        return Error(ErrorKind::body_too_large,
                     "The body is larger than " + std::to_string(max_bytes) + " bytes.");
    characters_.reserve(json.size());
    nodes_.reserve(json.size() / 24 + 8);
    return read_guarded(json, max_bytes, *this);
}

std::string_view Document::keep(std::string_view text)
{
    const auto at = characters_.size();
    characters_.append(text);
    return std::string_view(characters_).substr(at);
}

bool Document::key(std::string_view name)
{
    name_ = keep(name);
    return true;
}

bool Document::add(Node::Type type, std::string_view text)
{
    nodes_.push_back({type, static_cast<std::uint32_t>(nodes_.size() + 1), name_, text});
    name_ = {};
    return true;
}

bool Document::open(Node::Type type)
{
    open_.push_back(static_cast<std::uint32_t>(nodes_.size()));
    return add(type, {});
}

bool Document::close()
{
    nodes_[open_.back()].end = static_cast<std::uint32_t>(nodes_.size());
    open_.pop_back();
    return true;
}

bool Document::end_object()
{
    const auto object = open_.back();
    close();
    if (has_duplicate_names(nodes_[object]))
        return refuse(ErrorKind::malformed, "The JSON names a member of one object twice");
    return true;
}

/// Few members are compared one by one; many are sorted, so that a body full of names costs no more than n
/// log n.
bool Document::has_duplicate_names(const Node& object) const
{
    constexpr std::size_t few = 24;
    std::string_view seen[few];
    std::size_t count = 0;
    const Node* end = end_of(object);
    const Node* node = begin_of(object);
    for (; node != end && count < few; node = next(*node)) {
        if (std::find(seen, seen + count, node->name) != seen + count)
            return true;
        seen[count++] = node->name;
    }
    if (node == end)
        return false;
    std::vector<std::string_view> names;
    for (node = begin_of(object); node != end; node = next(*node))
        names.push_back(node->name);
    std::ranges::sort(names);
    return std::ranges::adjacent_find(names) != names.end();
}

const Node* Document::find(const Node& object, std::string_view name) const
{
    for (const Node* node = begin_of(object); node != end_of(object); node = next(*node))
        if (node->name == name)
            return node;
    return nullptr;
}

std::string Document::text_of(const Node& node) const
{
    std::string out;
    append(out, node);
    return out;
}

// Depth is bounded by the reader.
void Document::append(std::string& out, const Node& node) const
{
    if (node.type == Node::Type::null)
        out.append("null");
    else if (node.type == Node::Type::string)
        append_quoted(out, node.text);
    if (node.type != Node::Type::object && node.type != Node::Type::array) {
        out.append(node.type == Node::Type::string ? std::string_view{} : node.text);
        return;
    }
    const bool object = node.type == Node::Type::object;
    out.push_back(object ? '{' : '[');
    for (const Node* child = begin_of(node); child != end_of(node); child = next(*child)) {
        if (child != begin_of(node))
            out.push_back(',');
        if (object) {
            append_quoted(out, child->name);
            out.push_back(':');
        }
        append(out, *child);
    }
    out.push_back(object ? '}' : ']');
}

} // namespace fhir::codec
