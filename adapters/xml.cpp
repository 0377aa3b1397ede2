// SPDX-License-Identifier: Apache-2.0
#include "adapters/xml.hpp"

#include "fhir/model/utf8.hpp"

#include <pugixml.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace adapters::xml
{

namespace
{

constexpr std::string_view blanks = " \t\r\n";

std::unexpected<fhir::Error> not_xml(std::string what)
{
    fhir::Error error(fhir::ErrorKind::supplier_malformed);
    error.from_supplier("200/not XML: " + std::move(what));
    return std::unexpected(std::move(error));
}

/// Code points that XML 1.0 allows in a document.
bool is_xml_character(std::uint32_t c)
{
    return c == 0x9 || c == 0xA || c == 0xD || (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) ||
           (c >= 0x10000 && c <= 0x10FFFF);
}

bool is_character_reference(std::string_view name)
{
    if (!name.starts_with('#'))
        return false;
    const bool hexadecimal = name.starts_with("#x");
    name.remove_prefix(hexadecimal ? 2 : 1);
    std::uint32_t value = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), value, hexadecimal ? 16 : 10);
    return parsed.ec == std::errc() && parsed.ptr == name.data() + name.size() && is_xml_character(value);
}

/// The parser leaves entities it does not know as they stand; here they are refused.
bool is_known_entity(std::string_view rest)
{
    constexpr std::array<std::string_view, 5> known = {"amp", "lt", "gt", "quot", "apos"};
    const auto name = rest.substr(0, std::min<std::size_t>(rest.find(';'), 12));
    return std::ranges::find(known, name) != known.end() || is_character_reference(name);
}

/// What the parser would let pass: nothing, or what is wrong.
std::string_view objection(std::string_view body)
{
    if (!fhir::is_utf8(body))
        return "not UTF-8";
    for (const unsigned char c : body)
        if (!is_xml_character(c))
            return "a control character";
    for (auto at = body.find('&'); at != std::string_view::npos; at = body.find('&', at + 1))
        if (!is_known_entity(body.substr(at + 1)))
            return "an unknown entity";
    for (auto at = body.find("<!"); at != std::string_view::npos; at = body.find("<!", at + 1))
        if (!body.substr(at).starts_with("<!--"))
            return "a declaration";
    return {};
}

/// The XML declaration may name no other encoding than the one that is read.
bool declares_another_encoding(std::string_view body)
{
    if (!body.starts_with("<?xml"))
        return false;
    auto head = std::string(body.substr(0, body.find("?>")));
    std::ranges::transform(head, head.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return head.find("encoding") != std::string::npos && head.find("utf-8") == std::string::npos &&
           head.find("us-ascii") == std::string::npos;
}

struct Name
{
    std::string_view prefix, local;
};

Name name_in(std::string_view written)
{
    const auto colon = written.find(':');
    return colon == std::string_view::npos ? Name{{}, written}
                                           : Name{written.substr(0, colon), written.substr(colon + 1)};
}

bool declares(const pugi::xml_attribute& attribute, std::string_view prefix)
{
    const std::string_view name = attribute.name();
    return prefix.empty() ? name == "xmlns" : name.starts_with("xmlns:") && name.substr(6) == prefix;
}

/// The namespace a prefix stands for at this element; nothing when it is not declared.
std::optional<std::string_view> space_of(pugi::xml_node node, std::string_view prefix)
{
    if (prefix == "xml" || prefix == "xmlns")
        return "http://www.w3.org/XML/1998/namespace";
    for (; node; node = node.parent())
        for (const auto& each : node.attributes())
            if (declares(each, prefix))
                return each.value();
    return prefix.empty() ? std::optional<std::string_view>("") : std::nullopt;
}

bool is_declaration(const pugi::xml_attribute& attribute)
{
    return declares(attribute, {}) || std::string_view(attribute.name()).starts_with("xmlns:");
}

/// Attributes without a prefix are in no namespace, whatever the default one is (Namespaces in XML 1.0).
std::optional<std::string_view> space_of(const pugi::xml_node& node, const pugi::xml_attribute& attribute)
{
    const auto prefix = name_in(attribute.name()).prefix;
    return prefix.empty() || is_declaration(attribute) ? std::optional<std::string_view>("")
                                                       : space_of(node, prefix);
}

bool is_same_name(const pugi::xml_node& node, const pugi::xml_attribute& one,
                  const pugi::xml_attribute& other)
{
    return std::string_view(one.name()) == other.name() ||
           (name_in(one.name()).local == name_in(other.name()).local && !is_declaration(one) &&
            !is_declaration(other) && space_of(node, one) == space_of(node, other));
}

bool has_sound_attributes(const pugi::xml_node& node)
{
    for (auto one = node.first_attribute(); one; one = one.next_attribute()) {
        if (!space_of(node, one))
            return false;
        for (auto other = one.next_attribute(); other; other = other.next_attribute())
            if (is_same_name(node, one, other))
                return false;
    }
    return true;
}

/// Comments are dropped on reading: text that one of them cuts would be read up to there only.
bool has_text_in_pieces(const pugi::xml_node& node)
{
    const auto is_text = [](const pugi::xml_node& each) { return each.type() == pugi::node_pcdata; };
    const auto children = node.children();
    return std::count_if(children.begin(), children.end(), is_text) > 1;
}

/// Looks at every element, without recursion: the depth is the sender's choice.
class Inspection : public pugi::xml_tree_walker
{
public:
    bool for_each(pugi::xml_node& node) override
    {
        if (depth() >= max_depth)
            return false;
        return node.type() != pugi::node_element || (space_of(node, name_in(node.name()).prefix) &&
                                                     has_sound_attributes(node) && !has_text_in_pieces(node));
    }
};

/// Text outside of it is none of it.
bool has_one_sound_element(pugi::xml_document& document)
{
    int elements = 0;
    for (const auto& each : document.children()) {
        if (each.type() == pugi::node_pcdata)
            return false;
        elements += each.type() == pugi::node_element ? 1 : 0;
    }
    Inspection inspection;
    return elements == 1 && document.traverse(inspection);
}

bool is_named(const pugi::xml_node& node, std::string_view space, std::string_view local)
{
    const auto name = name_in(node.name());
    return node.type() == pugi::node_element && name.local == local && space_of(node, name.prefix) == space;
}

} // namespace

std::string_view Element::name() const
{
    return pugi::xml_node(node_).name();
}

std::string_view Element::local_name() const
{
    return name_in(name()).local;
}

std::string_view Element::space() const
{
    return space_of(pugi::xml_node(node_), name_in(name()).prefix).value_or("");
}

bool Element::is(std::string_view space, std::string_view local) const
{
    return is_named(pugi::xml_node(node_), space, local);
}

std::string_view Element::attribute(std::string_view name) const
{
    for (const auto& each : pugi::xml_node(node_).attributes())
        if (each.name() == name)
            return each.value();
    return {};
}

std::string_view Element::attribute(std::string_view space, std::string_view local) const
{
    const pugi::xml_node node(node_);
    for (const auto& each : node.attributes())
        if (name_in(each.name()).local == local && !is_declaration(each) && space_of(node, each) == space)
            return each.value();
    return {};
}

std::string_view Element::text() const
{
    return pugi::xml_node(node_).child_value();
}

Element Element::child(std::string_view name) const
{
    for (const auto& each : pugi::xml_node(node_).children())
        if (each.type() == pugi::node_element && each.name() == name)
            return Element(each.internal_object());
    return {};
}

Element Element::child(std::string_view space, std::string_view local) const
{
    for (const auto& each : pugi::xml_node(node_).children())
        if (is_named(each, space, local))
            return Element(each.internal_object());
    return {};
}

std::vector<Element> Element::children() const
{
    std::vector<Element> found;
    for (const auto& each : pugi::xml_node(node_).children())
        if (each.type() == pugi::node_element)
            found.emplace_back(each.internal_object());
    return found;
}

std::vector<Element> Element::children(std::string_view space, std::string_view local) const
{
    std::vector<Element> found;
    for (const auto& each : pugi::xml_node(node_).children())
        if (is_named(each, space, local))
            found.emplace_back(each.internal_object());
    return found;
}

std::vector<Element> Element::children(std::string_view name) const
{
    std::vector<Element> found;
    for (const auto& each : pugi::xml_node(node_).children())
        if (each.type() == pugi::node_element && each.name() == name)
            found.emplace_back(each.internal_object());
    return found;
}

Element Document::root() const&
{
    return Element(document_ ? document_->document_element().internal_object() : nullptr);
}

fhir::Result<Document> read(std::string_view body)
{
    if (body.starts_with("\xEF\xBB\xBF"))
        body.remove_prefix(3);
    const auto last = body.find_last_not_of(blanks);
    if (body.size() > max_bytes)
        return not_xml("too large");
    if (last == std::string_view::npos || body[last] != '>' || body[body.find_first_not_of(blanks)] != '<')
        return not_xml("cut or plain text");
    if (const auto wrong = objection(body); !wrong.empty())
        return not_xml(std::string(wrong));
    if (declares_another_encoding(body))
        return not_xml("another encoding");

    const auto document = std::make_shared<pugi::xml_document>();
    const auto parsed = document->load_buffer(
        body.data(), body.size(), pugi::parse_default | pugi::parse_fragment, pugi::encoding_utf8);
    if (!parsed)
        return not_xml(parsed.description());
    if (!has_one_sound_element(*document))
        return not_xml("not one sound element");
    Document whole;
    whole.document_ = document;
    return whole;
}

} // namespace adapters::xml
