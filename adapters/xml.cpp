// SPDX-License-Identifier: Apache-2.0
#include "adapters/xml.hpp"

#include "adapters/slot_memo.hpp"
#include "adapters/xml_nodes.hpp"
#include "adapters/xml_objections.hpp"
#include "adapters/xml_plain.hpp"

#include <pugixml.hpp>

#include <algorithm>
#include <charconv>
#include <span>

namespace adapters::xml
{

struct Document::Content
{
    bool read_plain(std::string_view body);
    /// What is wrong with it; empty when nothing is.
    std::string read_any(std::string_view body);

    MarkedText text;          ///< what was read; not what it is read from
    std::string source;       ///< that as it came, where it is kept
    std::vector<char> parsed; ///< never moves: nodes point into it
    pugi::xml_document texts;
    std::vector<Node> nodes; ///< the root first
};

namespace
{

constexpr std::string_view blanks = " \t\r\n";
/// Of a supplier's answer, to make room for its nodes in one go.
constexpr std::size_t mean_node_bytes = 24;

std::unexpected<fhir::Error> not_xml(std::string what)
{
    fhir::Error error(fhir::ErrorKind::supplier_malformed);
    error.from_supplier("200/not XML: " + std::move(what));
    return std::unexpected(std::move(error));
}

pugi::xml_node first_of(pugi::xml_node_type type, pugi::xml_node node)
{
    while (node && node.type() != type)
        node = node.next_sibling();
    return node;
}

/// Hands the parser's tree to the builder.
class TreeWalk
{
public:
    explicit TreeWalk(std::vector<Node>& nodes) : builder_(nodes) {}

    /// False when an element is not sound. Without recursion: the depth is the sender's choice.
    bool from(pugi::xml_node root)
    {
        for (auto node = root;;) {
            if (!open(node))
                return false;
            auto next = first_of(pugi::node_element, node.first_child());
            for (; !next; node = node.parent()) {
                builder_.close(0);
                if (node == root)
                    return true;
                next = first_of(pugi::node_element, node.next_sibling());
            }
            node = next;
        }
    }

private:
    /// Comments are dropped on reading: text that one of them cuts is in pieces.
    bool open(const pugi::xml_node& element)
    {
        builder_.open(element.name());
        for (auto each = element.first_attribute(); each; each = each.next_attribute())
            builder_.add_attribute(each.name(), each.value());
        bool sound = builder_.begin_content();
        auto text = first_of(pugi::node_pcdata, element.first_child());
        for (; sound && text; text = first_of(pugi::node_pcdata, text.next_sibling()))
            sound = builder_.add_text(text.value());
        return sound;
    }

    NodeBuilder builder_;
};

/// Whether its names are all written with the prefix of its own, and it declares none.
bool stands_alone(const Node& element)
{
    const auto prefix = element.name.substr(0, element.prefix);
    for (const Node* each = &element; each != &element + element.size;) {
        const std::span attributes(each + 1, each->attributes);
        if (each->name.substr(0, each->prefix) != prefix ||
            std::ranges::any_of(attributes, [](const Node& attribute) {
                return attribute.prefix != 0 || is_declaration(attribute);
            }))
            return false;
        each += 1 + each->attributes;
    }
    return true;
}

std::size_t number_of(std::string_view text)
{
    std::size_t number = std::string_view::npos;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// Nothing unless it is one, with no text beside it.
pugi::xml_node only_element(const pugi::xml_document& document)
{
    pugi::xml_node found;
    for (const auto& each : document.children()) {
        if (each.type() == pugi::node_pcdata || (found && each.type() == pugi::node_element))
            return {};
        if (each.type() == pugi::node_element)
            found = each;
    }
    return found;
}

} // namespace

bool Document::Content::read_plain(std::string_view body)
{
    parsed.assign(body.begin(), body.end());
    parsed.push_back('\0');
    return PlainReader({parsed.data(), body.size()}, nodes).read();
}

std::string Document::Content::read_any(std::string_view body)
{
    nodes.clear();
    parsed.assign(body.begin(), body.end());
    parsed.push_back(' '); // pugixml overwrites the last byte, and would not mind a `>` too many there
    const auto loaded = texts.load_buffer_inplace(
        parsed.data(), parsed.size(), pugi::parse_default | pugi::parse_fragment, pugi::encoding_utf8);
    if (!loaded)
        return loaded.description();
    const auto element = only_element(texts);
    return element && TreeWalk(nodes).from(element) ? "" : "not one sound element";
}

Element Document::root() const&
{
    return Element(content_ ? content_->nodes.data() : nullptr);
}

MarkedText::Rows Document::known_rows(const Element& element) const
{
    const auto& text = content_->text;
    return text.marks() == 0 ? MarkedText::Rows() : text.rows(number_of(element.attribute(xml_mark)));
}

std::string_view Document::source_of(const Element& element) const
{
    const Node* node = element.node();
    if (!node || content_->source.empty() || !stands_alone(*node))
        return {};
    const auto at = static_cast<std::size_t>(node->name.data() - content_->parsed.data()) - 1;
    if (node->source_size != 0)
        return std::string_view(content_->source).substr(at, node->source_size);
    const auto end = xml_rows.row_end(content_->source, at);
    return end == std::string_view::npos ? std::string_view()
                                         : std::string_view(content_->source).substr(at, end - at);
}

fhir::Result<Document> read_text(MarkedText text, bool keep_text)
{
    const auto body = text.text();
    const auto last = body.find_last_not_of(blanks);
    if (last == std::string_view::npos || body[last] != '>' || body[body.find_first_not_of(blanks)] != '<')
        return not_xml("cut or plain text");
    if (const auto wrong = objection(body); !wrong.empty())
        return not_xml(std::string(wrong));

    const auto content = std::make_shared<Document::Content>();
    content->nodes.reserve(body.size() / mean_node_bytes + 1);
    if (!content->read_plain(body))
        if (const auto wrong = content->read_any(body); !wrong.empty())
            return not_xml(wrong);
    if (text.marks() > 0 && std::ranges::count(content->nodes, xml_mark, &Node::name) !=
                                static_cast<std::ptrdiff_t>(text.marks()))
        return not_xml("a mark that is no element");
    if (keep_text)
        content->source = body;
    content->text = std::move(text);
    Document whole;
    whole.content_ = content;
    return whole;
}

fhir::Result<Document> read(std::string_view body, SlotMemo* memo)
{
    if (body.starts_with("\xEF\xBB\xBF"))
        body.remove_prefix(3);
    if (body.size() > max_bytes)
        return not_xml("too large");
    MarkedText marked = memo ? memo->marked(body, xml_rows) : MarkedText();
    if (marked.marks() > 0)
        if (auto known = read_text(std::move(marked), true))
            return known;
    return read_text(MarkedText(body), memo != nullptr);
}

} // namespace adapters::xml
