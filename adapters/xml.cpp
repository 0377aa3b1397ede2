// SPDX-License-Identifier: Apache-2.0
#include "adapters/xml.hpp"

#include "adapters/slot_memo.hpp"
#include "fhir/codec/xml_document.hpp"

#include <algorithm>
#include <charconv>
#include <span>

namespace adapters::xml
{

struct Document::Content
{
    MarkedText text;    ///< what was read; not what it is read from
    std::string source; ///< that as it came, where it is kept
    fhir::codec::XmlDocument document;
};

namespace
{

constexpr std::string_view blanks = " \t\r\n";

std::unexpected<fhir::Error> not_xml(std::string what)
{
    fhir::Error error(fhir::ErrorKind::supplier_malformed);
    error.from_supplier("200/not XML: " + std::move(what));
    return std::unexpected(std::move(error));
}

/// Whether its names are all written with the prefix of its own, and it declares none.
bool stands_alone(const Node& element)
{
    const auto prefix = element.name.substr(0, element.prefix);
    for (const Node* each = &element; each != &element + element.size;) {
        const std::span attributes(each + 1, each->attributes);
        if (each->name.substr(0, each->prefix) != prefix ||
            std::ranges::any_of(attributes, [](const Node& attribute) {
                return attribute.prefix != 0 || fhir::codec::declares_prefix(attribute);
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

} // namespace

Element Document::root() const&
{
    return Element(content_ ? &content_->document.root() : nullptr);
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
    const auto at = content_->document.offset_of(*node);
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
    auto read = fhir::codec::XmlDocument::parse(body, {.max_depth = max_depth});
    if (!read)
        return not_xml(std::move(read.error()));
    const auto content = std::make_shared<Document::Content>();
    content->document = std::move(*read);
    if (text.marks() > 0 && std::ranges::count(content->document.nodes(), xml_mark, &Node::name) !=
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
