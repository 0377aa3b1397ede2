// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/xml_nodes.hpp"

#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace fhir::codec
{

/// What XmlDocument::parse says is wrong with nesting beyond the limit.
inline constexpr std::string_view xml_too_deep = "it is nested too deep";

/// An XML text that is only read. Its nodes live as long as it does.
class XmlDocument
{
public:
    /// What is wrong for anything but one well-formed element in UTF-8: trailing bytes, a DOCTYPE, CDATA, a
    /// processing instruction, an entity other than the five of XML, attributes given twice, prefixes that
    /// are not declared, more than 64 attributes or prefixes, text in pieces (a comment inside it would hide
    /// half of it), nesting beyond the limit.
    static std::expected<XmlDocument, std::string> parse(std::string_view text, const XmlLimits& limits = {});

    XmlDocument();
    XmlDocument(XmlDocument&&) noexcept;
    XmlDocument& operator=(XmlDocument&&) noexcept;
    ~XmlDocument();

    /// The root first.
    const std::vector<XmlNode>& nodes() const { return nodes_; }
    const XmlNode& root() const { return nodes_.front(); }
    /// Where the element begins in the text.
    std::size_t offset_of(const XmlNode& element) const
    {
        return static_cast<std::size_t>(element.name.data() - parsed_.data()) - 1;
    }

private:
    struct Texts;

    bool read_plain(std::string_view text, const XmlLimits& limits);
    std::string read_any(std::string_view text, const XmlLimits& limits);

    std::vector<char> parsed_; ///< never moves: nodes point into it
    std::unique_ptr<Texts> texts_;
    std::vector<XmlNode> nodes_;
};

} // namespace fhir::codec
