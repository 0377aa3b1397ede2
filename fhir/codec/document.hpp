// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/guarded_sax.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fhir::codec
{

/// One JSON value on the tape. Children follow their container directly; `end` is the index behind the whole
/// subtree.
struct Node
{
    enum class Type : std::uint8_t
    {
        null,
        boolean,
        number,
        string,
        array,
        object
    };

    Type type = Type::null;
    std::uint32_t end = 0;
    std::string_view name; ///< member name, empty in an array
    std::string_view text; ///< of a string or number, `true` or `false`
};

/// A JSON text as a flat tape of nodes over one block of characters: what the typed reader walks. Duplicate
/// names are refused while it is built. Does not move, as nodes point into it.
class Document : private GuardedHandler
{
public:
    explicit Document(std::size_t max_depth) : GuardedHandler(max_depth) {}
    Document(const Document&) = delete;
    Document& operator=(const Document&) = delete;

    std::optional<Error> read(std::string_view json, std::size_t max_bytes);
    const Node& root() const { return nodes_.front(); }
    const Node* begin_of(const Node& container) const { return &container + 1; }
    const Node* end_of(const Node& node) const { return nodes_.data() + node.end; }
    const Node* next(const Node& node) const { return end_of(node); }
    /// The member of that name, or nullptr.
    const Node* find(const Node& object, std::string_view name) const;
    /// The value as compact JSON.
    std::string text_of(const Node& node) const;

private:
    bool null() override { return add(Node::Type::null, {}); }
    bool boolean(bool value) override { return add(Node::Type::boolean, value ? "true" : "false"); }
    bool number(std::string_view text) override { return add(Node::Type::number, keep(text)); }
    bool string(std::string_view text) override { return add(Node::Type::string, keep(text)); }
    bool key(std::string_view name) override;
    bool start_object() override { return open(Node::Type::object); }
    bool start_array() override { return open(Node::Type::array); }
    bool end_object() override;
    bool end_array() override { return close(); }

    std::string_view keep(std::string_view text);
    bool add(Node::Type type, std::string_view text);
    bool open(Node::Type type);
    bool close();
    bool has_duplicate_names(const Node& object) const;
    void append(std::string& out, const Node& node) const;

    std::string characters_; ///< reserved once: decoded text is never longer than the JSON it came from
    std::vector<Node> nodes_;
    std::vector<std::uint32_t> open_;
    std::string_view name_;
};

} // namespace fhir::codec
