// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pugi
{
class xml_document;
struct xml_node_struct;
} // namespace pugi

/// As much XML as TPP needs: elements, attributes, text. No namespaces, no DTD.
namespace adapters::tpp
{

/// Part of an `Xml`, which it must not outlive; a default one is no element and reads as empty.
class Element
{
public:
    Element() = default;
    explicit Element(pugi::xml_node_struct* node) : node_(node) {}

    explicit operator bool() const { return node_ != nullptr; }
    std::string_view name() const;
    /// Decoded; empty when absent. Lives as long as the document.
    std::string_view attribute(std::string_view name) const;
    std::string_view text() const;
    /// The first child of that name.
    Element child(std::string_view name) const;
    std::vector<Element> children(std::string_view name) const;

private:
    pugi::xml_node_struct* node_ = nullptr;
};

/// A whole document, read. Cheap to copy.
class Xml
{
public:
    Element root() const&;
    Element root() const&& = delete; ///< would outlive its document

private:
    friend fhir::Result<Xml> read_xml(std::string_view body);
    std::shared_ptr<const pugi::xml_document> document_;
};

inline constexpr std::size_t max_xml_bytes = std::size_t{8} << 20;
inline constexpr int max_xml_depth = 16;

/// `supplier_malformed` for anything but one well-formed element in UTF-8: truncated or trailing bytes, a
/// DOCTYPE, an entity other than the five of XML, attributes given twice, nesting beyond the limit.
fhir::Result<Xml> read_xml(std::string_view body);

using Attributes = std::vector<std::pair<std::string_view, std::string>>;

/// An element to be written.
class XmlElement
{
public:
    explicit XmlElement(std::string_view name, const Attributes& attributes = {}) : name_(name)
    {
        set(attributes);
    }

    XmlElement& set(std::string_view name, std::string_view value);
    XmlElement& set(const Attributes& attributes);
    XmlElement& add(const XmlElement& child);
    XmlElement& text(std::string_view text);
    std::string str() const;

private:
    std::string name_, attributes_, content_;
};

/// Without blanks at either end.
std::string trimmed(std::string_view text);

} // namespace adapters::tpp
