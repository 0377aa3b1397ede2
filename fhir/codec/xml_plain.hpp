// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/xml_nodes.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace fhir::codec
{

/// Reads XML as suppliers mostly write it, in one pass and without a tree of its own: elements, attributes,
/// text and the five entities. Gives up on everything else and on whatever is not sound; the parser then
/// decides what it is. What this accepts the parser accepts, too, and with the same nodes.
class XmlPlainReader
{
public:
    /// Against `text` there is no objection; a zero stands behind it. Entities are decoded in place.
    XmlPlainReader(std::span<char> text, std::vector<XmlNode>& nodes, const XmlLimits& limits)
        : begin_(text.data()), at_(begin_), end_(begin_ + text.size()), builder_(nodes, limits)
    {}

    /// False when it gave up.
    bool read();

private:
    bool tag();
    bool opening_tag();
    bool closing_tag();
    bool attribute();
    bool text();
    bool name(std::string_view& found);
    bool value(char closer, std::string_view& found);
    bool decode(char*& to);
    bool skip_blanks();
    void close();

    char* begin_;
    char* at_;
    char* end_;
    XmlNodeBuilder builder_;
};

} // namespace fhir::codec
