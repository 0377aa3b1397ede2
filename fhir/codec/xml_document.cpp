// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/xml_document.hpp"

#include "fhir/codec/xml_objections.hpp"
#include "fhir/codec/xml_plain.hpp"

#include <pugixml.hpp>

namespace fhir::codec
{

/// What the parser keeps, where it was asked.
struct XmlDocument::Texts
{
    pugi::xml_document document;
};

namespace
{

/// Of a usual text, to make room for its nodes in one go.
constexpr std::size_t mean_xml_node_bytes = 24;

pugi::xml_node first_of(pugi::xml_node_type type, pugi::xml_node node)
{
    while (node && node.type() != type)
        node = node.next_sibling();
    return node;
}

/// Hands the parser's tree to the builder.
class XmlTreeWalk
{
public:
    XmlTreeWalk(std::vector<XmlNode>& nodes, const XmlLimits& limits) : builder_(nodes, limits) {}

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

    bool is_too_deep() const { return builder_.is_too_deep(); }

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

    XmlNodeBuilder builder_;
};

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

XmlDocument::XmlDocument() = default;
XmlDocument::XmlDocument(XmlDocument&&) noexcept = default;
XmlDocument& XmlDocument::operator=(XmlDocument&&) noexcept = default;
XmlDocument::~XmlDocument() = default;

bool XmlDocument::read_plain(std::string_view text, const XmlLimits& limits)
{
    parsed_.assign(text.begin(), text.end());
    parsed_.push_back('\0');
    return XmlPlainReader({parsed_.data(), text.size()}, nodes_, limits).read();
}

/// What is wrong with it; empty when nothing is.
std::string XmlDocument::read_any(std::string_view text, const XmlLimits& limits)
{
    nodes_.clear();
    texts_ = std::make_unique<Texts>();
    parsed_.assign(text.begin(), text.end());
    parsed_.push_back(' '); // pugixml overwrites the last byte, and would not mind a `>` too many there
    const auto loaded = texts_->document.load_buffer_inplace(
        parsed_.data(), parsed_.size(), pugi::parse_default | pugi::parse_fragment, pugi::encoding_utf8);
    if (!loaded)
        return loaded.description();
    XmlTreeWalk walk(nodes_, limits);
    const auto element = only_element(texts_->document);
    if (element && walk.from(element))
        return {};
    return std::string(walk.is_too_deep() ? xml_too_deep : "not one sound element");
}

std::expected<XmlDocument, std::string> XmlDocument::parse(std::string_view text, const XmlLimits& limits)
{
    if (const auto wrong = xml_objection(text); !wrong.empty())
        return std::unexpected(std::string(wrong));
    XmlDocument document;
    document.nodes_.reserve(text.size() / mean_xml_node_bytes + 1);
    if (!document.read_plain(text, limits))
        if (auto wrong = document.read_any(text, limits); !wrong.empty())
            return std::unexpected(std::move(wrong));
    return document;
}

} // namespace fhir::codec
