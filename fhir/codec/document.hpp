// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"

#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fhir::codec
{

/// One value of a Document. Its children stand right behind it in memory, each followed by its own children;
/// names and texts live in the Document.
class Node
{
public:
    enum class Type : std::uint8_t
    {
        null,
        boolean,
        number,
        string,
        array,
        object
    };

    /// Children in order. Walks over whole subtrees.
    class Children
    {
    public:
        class Iterator
        {
        public:
            using value_type = Node;
            using difference_type = std::ptrdiff_t;
            using iterator_category = std::forward_iterator_tag;
            using pointer = const Node*;
            using reference = const Node&;

            Iterator() = default;
            explicit Iterator(const Node* at) : at_(at) {}
            const Node& operator*() const { return *at_; }
            const Node* operator->() const { return at_; }
            Iterator& operator++()
            {
                at_ += at_->size_;
                return *this;
            }
            Iterator operator++(int)
            {
                Iterator before = *this;
                ++*this;
                return before;
            }
            bool operator==(const Iterator&) const = default;

        private:
            const Node* at_ = nullptr;
        };

        Children() = default; ///< none
        Children(const Node* begin, const Node* end) : begin_(begin), end_(end) {}
        Iterator begin() const { return Iterator(begin_); }
        Iterator end() const { return Iterator(end_); }
        bool empty() const { return begin_ == end_; }
        const Node& front() const { return *begin_; }

    private:
        const Node* begin_ = nullptr;
        const Node* end_ = nullptr;
    };

    Type type() const { return type_; }
    bool is_null() const { return type_ == Type::null; }
    bool is_object() const { return type_ == Type::object; }
    bool is_array() const { return type_ == Type::array; }
    bool is_string() const { return type_ == Type::string; }
    bool is_number() const { return type_ == Type::number; }
    bool is_boolean() const { return type_ == Type::boolean; }

    std::string_view name() const { return name_; } ///< as a member; empty in an array
    /// Of a string or a number, `true` or `false`; empty of anything else.
    std::string_view text() const { return is_array() || is_object() ? std::string_view() : text_; }
    /// Of an array or an object: its JSON, byte for byte as it was received.
    std::string_view source() const { return is_array() || is_object() ? text_ : std::string_view(); }
    bool boolean() const { return text_ == "true"; }
    std::optional<std::int64_t> integer() const; ///< nothing unless a whole number in range

    /// Items of an array, members of an object.
    Children children() const { return {this + 1, this + size_}; }
    /// Empty unless an array.
    Children items() const { return is_array() ? children() : Children(); }
    /// The member of that name, or nullptr. With `ignore_case`, PascalCase and camelCase are the same.
    const Node* find(std::string_view name, bool ignore_case = false) const;

private:
    friend class DocumentBuilder;

    Node(Type type, std::string_view name, std::string_view text) : type_(type), name_(name), text_(text) {}

    Type type_;
    std::uint32_t size_ = 1; ///< of the subtree, itself included
    std::string_view name_;
    std::string_view text_;
};

/// A JSON text that is only read: a flat run of nodes over one block of characters, the text as it came and
/// once more decoded in place. What the typed reader and the readers of suppliers' answers walk. Where a tree
/// is to be changed, JsonValue serves.
class Document
{
public:
    struct Limits
    {
        std::size_t max_depth = 32;
        std::size_t max_bytes = 8 << 20;
    };

    /// Iterative, depth-limited, UTF-8 checked; duplicate member names are refused. Error kind `malformed`,
    /// `too_deep` or `body_too_large`, with the byte offset in its sentence.
    static Result<Document> parse(std::string_view json, const Limits& limits);
    static Result<Document> parse(std::string_view json) { return parse(json, Limits()); }

    const Node& root() const { return nodes_.front(); }

private:
    friend class DocumentBuilder;
    Document() = default;

    std::vector<char> characters_; ///< never moves: nodes point into it
    std::vector<Node> nodes_;
};

/// The value as compact JSON.
std::string to_json(const Node& node);

} // namespace fhir::codec
