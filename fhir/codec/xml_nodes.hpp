// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

/// XML as elements laid down one behind the other. For readers that know what they look for: no DTD, no
/// tree that could be changed.
namespace fhir::codec
{

/// One element or attribute of a document. Behind an element in memory stand its attributes, then its
/// children, each followed by its own.
struct XmlNode
{
    std::string_view name; ///< as written, with its prefix
    std::string_view space;
    std::string_view text;         ///< of an attribute its value
    std::uint32_t size = 1;        ///< of the subtree, itself included
    std::uint32_t attributes = 0;  ///< how many it has
    std::uint32_t prefix = 0;      ///< characters of the name before the local one, the colon included
    std::uint32_t source_size = 0; ///< of an element as it came, in bytes; 0 when that is not known

    std::string_view local() const { return name.substr(prefix); }
    bool is(std::string_view in_space, std::string_view named) const
    {
        return local() == named && space == in_space;
    }
};

inline constexpr std::string_view xhtml_space = "http://www.w3.org/1999/xhtml";

/// Of one element, and of prefixes that are declared where it stands: they are compared one by one.
inline constexpr std::size_t max_xml_attributes = 64;

struct XmlLimits
{
    std::size_t max_depth = 16; ///< text is a level of its own
    /// What is in XHTML may have text in pieces, which is not kept.
    bool has_narrative = false;
};

/// Lays elements down as nodes, each with its namespace, as they begin and end. False is the refusal of an
/// element that is not sound.
class XmlNodeBuilder
{
public:
    XmlNodeBuilder(std::vector<XmlNode>& nodes, const XmlLimits& limits) : nodes_(nodes), limits_(limits) {}

    void open(std::string_view name);
    void add_attribute(std::string_view name, std::string_view value);
    /// All its attributes are there.
    bool begin_content();
    /// False for text in pieces, too: whoever reads it would read half of it.
    bool add_text(std::string_view text);
    /// `source_size`: of the element as it came, 0 when that is not known.
    void close(std::size_t source_size);

    std::size_t depth() const { return open_.size(); }
    bool is_too_deep() const { return open_.size() > limits_.max_depth; }
    /// The innermost element that is open.
    const XmlNode& innermost() const { return nodes_[open_.back().node]; }

private:
    struct Declared
    {
        std::string_view prefix, space;
    };
    struct Open
    {
        std::size_t node;
        std::size_t declared; ///< how many prefixes outside of it
        bool has_text = false;
    };

    std::optional<std::string_view> space_of(std::string_view prefix) const;
    bool has_sound_attributes(std::span<XmlNode> attributes) const;

    std::vector<XmlNode>& nodes_;
    XmlLimits limits_;
    std::vector<Open> open_;
    std::vector<Declared> declared_;
};

/// Of an attribute that gives a prefix its meaning.
bool declares_prefix(const XmlNode& attribute);

} // namespace fhir::codec
