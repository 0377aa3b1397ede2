// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/marked_text.hpp"
#include "adapters/trimmed.hpp"
#include "fhir/codec/xml_nodes.hpp"
#include "fhir/outcome/error.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adapters
{
class SlotMemo;
}

/// As much XML as suppliers speak: elements, attributes, text, namespaces. No DTD. Names are matched either
/// as they are written, or by namespace and local name, whatever their prefix.
namespace adapters::xml
{

using Node = fhir::codec::XmlNode;

/// Part of a `Document`, which it must not outlive; a default one is no element and reads as empty.
class Element
{
public:
    Element() = default;
    explicit Element(const Node* node) : node_(node) {}

    explicit operator bool() const { return node_ != nullptr; }
    const Node* node() const { return node_; }
    /// As written, with its prefix.
    std::string_view name() const;
    std::string_view local_name() const;
    /// Empty when it is in none.
    std::string_view space() const;
    bool is(std::string_view space, std::string_view local) const;
    /// Decoded; empty when absent. Lives as long as the document.
    std::string_view attribute(std::string_view name) const;
    std::string_view attribute(std::string_view space, std::string_view local) const;
    std::string_view text() const;
    /// The first child of that name.
    Element child(std::string_view name) const;
    Element child(std::string_view space, std::string_view local) const;
    std::vector<Element> children() const;
    std::vector<Element> children(std::string_view name) const;
    std::vector<Element> children(std::string_view space, std::string_view local) const;

private:
    const Node* node_ = nullptr;
};

/// A whole document, read. Cheap to copy.
class Document
{
public:
    Element root() const&;
    Element root() const&& = delete; ///< would outlive its document

    /// What the element is a mark of; empty when it is none.
    MarkedText::Rows known_rows(const Element& element) const;
    /// The element as it was received, where that means the same in every answer that declares the prefix of
    /// its name in the same way; else empty. Only of what was read with a memo.
    std::string_view source_of(const Element& element) const;

private:
    friend fhir::Result<Document> read(std::string_view body, SlotMemo* memo);
    friend fhir::Result<Document> read_text(MarkedText text, bool keep_text);
    struct Content;
    std::shared_ptr<const Content> content_;
};

inline constexpr std::size_t max_bytes = std::size_t{8} << 20;
inline constexpr std::size_t max_depth = 16;

/// `supplier_malformed` for anything but one well-formed element in UTF-8 (codec/xml_document.hpp says what
/// is refused), for truncated bytes and nesting beyond the limit. `memo`: of rows that it knows only marks
/// are there; it must outlive the document.
fhir::Result<Document> read(std::string_view body, SlotMemo* memo = nullptr);

using Attributes = std::vector<std::pair<std::string_view, std::string>>;

/// An element to be written.
class NewElement
{
public:
    explicit NewElement(std::string_view name, const Attributes& attributes = {}) : name_(name)
    {
        set(attributes);
    }

    NewElement& set(std::string_view name, std::string_view value);
    NewElement& set(const Attributes& attributes);
    NewElement& add(const NewElement& child);
    /// A child with nothing but text.
    NewElement& add(std::string_view name, std::string_view text);
    NewElement& text(std::string_view text);
    /// What is XML already.
    NewElement& add_written(std::string_view xml);
    std::string str() const;

private:
    std::string name_, attributes_, content_;
};

} // namespace adapters::xml
