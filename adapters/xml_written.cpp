// SPDX-License-Identifier: Apache-2.0
#include "adapters/xml.hpp"

namespace adapters::xml
{

namespace
{

std::string escaped(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\t':
        case '\n':
        case '\r':
            out += "&#" + std::to_string(static_cast<int>(c)) + ";";
            break;
        default:
            out += static_cast<unsigned char>(c) >= ' ' ? c : ' '; // no document may hold the others
        }
    }
    return out;
}

} // namespace

NewElement& NewElement::set(std::string_view name, std::string_view value)
{
    attributes_ += ' ';
    attributes_ += name;
    attributes_ += "=\"" + escaped(value) + '"';
    return *this;
}

NewElement& NewElement::set(const Attributes& attributes)
{
    for (const auto& [name, value] : attributes)
        set(name, value);
    return *this;
}

NewElement& NewElement::add(const NewElement& child)
{
    content_ += child.str();
    return *this;
}

NewElement& NewElement::add(std::string_view name, std::string_view text)
{
    return add(NewElement(name).text(text));
}

NewElement& NewElement::text(std::string_view text)
{
    content_ += escaped(text);
    return *this;
}

NewElement& NewElement::add_written(std::string_view xml)
{
    content_ += xml;
    return *this;
}

std::string NewElement::str() const
{
    const auto start = "<" + name_ + attributes_;
    return content_.empty() ? start + " />" : start + ">" + content_ + "</" + name_ + ">";
}

} // namespace adapters::xml
