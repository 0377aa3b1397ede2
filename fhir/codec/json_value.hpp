// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace fhir::codec
{

/// An untyped JSON tree for supplier wires, tokens and JSON Patch. Members keep their order; numbers keep
/// their text.
class JsonValue
{
public:
    enum class Type
    {
        null,
        boolean,
        number,
        string,
        array,
        object
    };
    using Member = std::pair<std::string, JsonValue>;
    struct GivenMember;
    struct GivenItem;

    JsonValue() = default; ///< null
    JsonValue(bool value) : type_(Type::boolean), boolean_(value) {}
    JsonValue(std::int64_t value) : type_(Type::number), text_(std::to_string(value)) {}
    JsonValue(int value) : JsonValue(std::int64_t{value}) {}
    JsonValue(std::string value) : type_(Type::string), text_(std::move(value)) {}
    JsonValue(std::string_view value) : JsonValue(std::string(value)) {}
    JsonValue(const char* value) : JsonValue(std::string(value)) {}
    static JsonValue array(std::vector<JsonValue> items = {});
    static JsonValue object(std::vector<Member> members = {});
    /// In braces: what stands there is moved, whereas a vector made from braces copies whole trees.
    static JsonValue array(std::initializer_list<GivenItem> items);
    static JsonValue object(std::initializer_list<GivenMember> members);
    static JsonValue number(std::string text);

    Type type() const { return type_; }
    bool is_null() const { return type_ == Type::null; }
    bool is_object() const { return type_ == Type::object; }
    bool is_array() const { return type_ == Type::array; }
    bool is_string() const { return type_ == Type::string; }
    bool is_number() const { return type_ == Type::number; }
    bool is_boolean() const { return type_ == Type::boolean; }

    bool boolean() const { return boolean_; }
    const std::string& text() const { return text_; } ///< of a string or a number
    std::optional<std::int64_t> integer() const;      ///< nothing unless a whole number in range

    std::vector<JsonValue>& items() { return items_; }
    const std::vector<JsonValue>& items() const { return items_; }
    std::vector<Member>& members() { return members_; }
    const std::vector<Member>& members() const { return members_; }

    /// The member of that name, or nullptr. With `ignore_case`, PascalCase and camelCase are the same
    /// (EMIS reads either).
    const JsonValue* find(std::string_view name, bool ignore_case = false) const;
    JsonValue* find(std::string_view name, bool ignore_case = false);
    /// Sets or replaces a member of an object.
    void set(std::string_view name, JsonValue value);
    void remove(std::string_view name);
    bool operator==(const JsonValue&) const = default;

private:
    Type type_ = Type::null;
    bool boolean_ = false;
    std::string text_;
    std::vector<JsonValue> items_;
    std::vector<Member> members_;
};

struct JsonValue::GivenMember
{
    mutable std::string name;
    mutable JsonValue value;
};

struct JsonValue::GivenItem
{
    template <class T>
        requires std::is_convertible_v<T&&, JsonValue>
    GivenItem(T&& given) : value(std::forward<T>(given))
    {}

    mutable JsonValue value;
};

struct JsonLimits
{
    std::size_t max_depth = 32;
    std::size_t max_bytes = 8 << 20;
};

/// Iterative, depth-limited, UTF-8 checked; duplicate member names are refused. Error kind `malformed` or
/// `too_deep`, with the byte offset in its sentence.
Result<JsonValue> parse_json(std::string_view text, const JsonLimits& limits = {});
std::string to_json(const JsonValue& value, bool pretty = false);
/// Appends the text as a JSON string with quotes.
void append_json_string(std::string& out, std::string_view text);

/// RFC 6902 on a tree: add, remove, replace, move, copy, test. All or nothing. Errors: `value_invalid` (bad
/// patch), `not_found` (path), `invariant` (a `test` that fails), each with the operation's index in the
/// path.
Result<JsonValue> apply_json_patch(JsonValue document, const JsonValue& patch);

} // namespace fhir::codec
