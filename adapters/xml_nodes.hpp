// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/xml.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace adapters::xml
{

/// Lays elements down as nodes, each with its namespace, as they begin and end. For this module's own files;
/// false is the refusal of an element that is not sound.
class NodeBuilder
{
public:
    explicit NodeBuilder(std::vector<Node>& nodes) : nodes_(nodes) {}

    void open(std::string_view name);
    void add_attribute(std::string_view name, std::string_view value);
    /// All its attributes are there.
    bool begin_content();
    /// False for text in pieces, too: whoever reads it would read half of it.
    bool add_text(std::string_view text);
    /// `source_size`: of the element as it came, 0 when that is not known.
    void close(std::size_t source_size);

    std::size_t depth() const { return open_.size(); }
    /// The innermost element that is open.
    const Node& innermost() const { return nodes_[open_.back().node]; }

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
    bool has_sound_attributes(std::span<Node> attributes) const;

    std::vector<Node>& nodes_;
    std::vector<Open> open_;
    std::vector<Declared> declared_;
};

/// Of an attribute that gives a prefix its meaning.
bool is_declaration(const Node& attribute);

} // namespace adapters::xml
