// SPDX-License-Identifier: Apache-2.0
#include "adapters/xml.hpp"

#include "adapters/slot_memo.hpp"
#include "adapters/xml_objections.hpp"

#include <pugixml.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>

namespace adapters::xml
{

struct Document::Content
{
    MarkedText text;          ///< what was read; not what it is read from
    std::string source;       ///< that as it came, where it is kept
    std::vector<char> parsed; ///< never moves: nodes point into it
    pugi::xml_document texts;
    std::vector<Node> nodes; ///< the root first
};

namespace
{

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view xml_space = "http://www.w3.org/XML/1998/namespace";
constexpr std::string_view xmlns_space = "http://www.w3.org/2000/xmlns/";
/// Of a supplier's answer, to make room for its nodes in one go.
constexpr std::size_t mean_node_bytes = 24;

std::unexpected<fhir::Error> not_xml(std::string what)
{
    fhir::Error error(fhir::ErrorKind::supplier_malformed);
    error.from_supplier("200/not XML: " + std::move(what));
    return std::unexpected(std::move(error));
}

Node named(std::string_view name, std::string_view text)
{
    const auto colon = name.find(':');
    const auto prefix = colon == std::string_view::npos ? 0 : colon + 1;
    return {name, {}, text, 1, 0, static_cast<std::uint32_t>(prefix)};
}

std::string_view prefix_of(const Node& node)
{
    return node.prefix == 0 ? std::string_view() : node.name.substr(0, node.prefix - 1);
}

bool is_declaration(const Node& attribute)
{
    return attribute.name.starts_with("xmlns") && (attribute.name.size() == 5 || attribute.name[5] == ':');
}

pugi::xml_node first_of(pugi::xml_node_type type, pugi::xml_node node)
{
    while (node && node.type() != type)
        node = node.next_sibling();
    return node;
}

/// Whether an attribute comes twice, whatever its prefix. Sorted where there are many, so that an element
/// full of them costs no more than n log n.
bool has_duplicates(std::span<const Node> attributes)
{
    constexpr std::size_t few = 8;
    const auto name_of = [](const Node& node) { return std::pair(node.local(), node.space); };
    if (attributes.size() <= few) {
        for (auto one = attributes.begin(); one != attributes.end(); ++one)
            if (std::any_of(attributes.begin(), one,
                            [&](const Node& other) { return name_of(other) == name_of(*one); }))
                return true;
        return false;
    }
    std::vector<std::pair<std::string_view, std::string_view>> names;
    std::ranges::transform(attributes, std::back_inserter(names), name_of);
    std::ranges::sort(names);
    return std::ranges::adjacent_find(names) != names.end();
}

/// Lays the parser's tree down as nodes, each with its namespace.
class TreeBuilder
{
public:
    explicit TreeBuilder(std::vector<Node>& nodes) : nodes_(nodes) {}

    /// False when an element is not sound. Without recursion: the depth is the sender's choice.
    bool build(pugi::xml_node root)
    {
        for (auto node = root;;) {
            if (!open(node))
                return false;
            auto next = first_of(pugi::node_element, node.first_child());
            for (; !next; node = node.parent()) {
                close();
                if (node == root)
                    return true;
                next = first_of(pugi::node_element, node.next_sibling());
            }
            node = next;
        }
    }

private:
    struct Declared
    {
        std::string_view prefix, space;
    };
    struct Open
    {
        std::size_t node;
        std::size_t declared; ///< how many prefixes outside of it
    };

    bool open(const pugi::xml_node& element)
    {
        const auto at = nodes_.size();
        const auto text = first_of(pugi::node_pcdata, element.first_child());
        open_.push_back({at, declared_.size()});
        // Text is a level of its own. Comments are dropped on reading: text that one of them cuts would be
        // read up to there only.
        if (open_.size() > max_depth || (open_.size() == max_depth && element.first_child()) ||
            first_of(pugi::node_pcdata, text.next_sibling()))
            return false;
        nodes_.push_back(named(element.name(), text.value()));
        for (auto each = element.first_attribute(); each; each = each.next_attribute())
            add_attribute(each);
        nodes_[at].attributes = static_cast<std::uint32_t>(nodes_.size() - at - 1);
        const auto space = space_of(prefix_of(nodes_[at]));
        nodes_[at].space = space.value_or("");
        return space &&
               has_sound_attributes({nodes_.begin() + static_cast<std::ptrdiff_t>(at) + 1, nodes_.end()});
    }

    void close()
    {
        nodes_[open_.back().node].size = static_cast<std::uint32_t>(nodes_.size() - open_.back().node);
        declared_.resize(open_.back().declared);
        open_.pop_back();
    }

    void add_attribute(const pugi::xml_attribute& attribute)
    {
        const Node& node = nodes_.emplace_back(named(attribute.name(), attribute.value()));
        if (is_declaration(node) && !node.local().empty())
            declared_.push_back({node.prefix == 0 ? std::string_view() : node.local(), node.text});
    }

    /// The namespace that a prefix stands for in the element last opened; nothing when it is not declared.
    std::optional<std::string_view> space_of(std::string_view prefix) const
    {
        if (prefix == "xml" || prefix == "xmlns")
            return xml_space;
        for (auto each = declared_.rbegin(); each != declared_.rend(); ++each)
            if (each->prefix == prefix)
                return each->space;
        return prefix.empty() ? std::optional<std::string_view>("") : std::nullopt;
    }

    /// Attributes without a prefix are in no namespace, whatever the default one is (Namespaces in XML 1.0).
    bool has_sound_attributes(std::span<Node> attributes) const
    {
        for (Node& each : attributes) {
            const auto prefix = prefix_of(each);
            const auto space = is_declaration(each) ? std::optional(xmlns_space)
                               : prefix.empty()     ? std::optional(std::string_view())
                                                    : space_of(prefix);
            if (!space)
                return false;
            each.space = *space;
        }
        return !has_duplicates(attributes);
    }

    std::vector<Node>& nodes_;
    std::vector<Open> open_;
    std::vector<Declared> declared_;
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
    content->parsed.assign(body.begin(), body.end());
    const auto parsed = content->texts.load_buffer_inplace(
        content->parsed.data(), body.size(), pugi::parse_default | pugi::parse_fragment, pugi::encoding_utf8);
    if (!parsed)
        return not_xml(parsed.description());
    content->nodes.reserve(body.size() / mean_node_bytes + 1);
    const auto element = only_element(content->texts);
    if (!element || !TreeBuilder(content->nodes).build(element))
        return not_xml("not one sound element");
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
