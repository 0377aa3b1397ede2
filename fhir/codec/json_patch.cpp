// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json_value.hpp"

#include <algorithm>
#include <charconv>
#include <span>

namespace fhir::codec
{

namespace
{

// `copy` can double a document with every operation, so a patch is bounded in what it may make of it.
constexpr std::size_t max_operations = 200;
constexpr std::size_t max_nodes = 100'000;
constexpr std::size_t max_depth = 64;

struct Measure
{
    std::size_t nodes = 1;
    std::size_t depth = 1;
};

Measure measure(const JsonValue& value)
{
    Measure total;
    const auto count = [&](const JsonValue& child) {
        const Measure inner = measure(child);
        total.nodes += inner.nodes;
        total.depth = std::max(total.depth, inner.depth + 1);
    };
    for (const auto& item : value.items())
        count(item);
    for (const auto& [name, member] : value.members())
        count(member);
    return total;
}

/// RFC 6901: `/a~1b/0` as its reference tokens; nothing when it is not a pointer.
std::optional<std::vector<std::string>> parse_pointer(std::string_view text)
{
    std::vector<std::string> tokens;
    if (text.empty())
        return tokens;
    if (text.front() != '/')
        return std::nullopt;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '/') {
            tokens.emplace_back();
        } else if (text[i] != '~') {
            tokens.back().push_back(text[i]);
        } else {
            const char next = i + 1 < text.size() ? text[++i] : '\0';
            if (next != '0' && next != '1')
                return std::nullopt;
            tokens.back().push_back(next == '0' ? '~' : '/');
        }
    }
    return tokens.size() > max_depth ? std::nullopt : std::optional(std::move(tokens));
}

/// An index without leading zeros, at most `limit`.
std::optional<std::size_t> index_in(std::string_view token, std::size_t limit)
{
    std::size_t index = 0;
    const auto [stop, error] = std::from_chars(token.data(), token.data() + token.size(), index);
    const bool whole = error == std::errc{} && stop == token.data() + token.size();
    const bool leading_zero = token.size() > 1 && token.front() == '0';
    return whole && !leading_zero && index <= limit ? std::optional(index) : std::nullopt;
}

JsonValue* child(JsonValue& parent, std::string_view token)
{
    if (parent.is_object())
        return parent.find(token);
    if (!parent.is_array() || parent.items().empty())
        return nullptr;
    const auto index = index_in(token, parent.items().size() - 1);
    return index ? &parent.items()[*index] : nullptr;
}

using Tokens = std::span<const std::string>;

JsonValue* walk(JsonValue& root, Tokens tokens)
{
    JsonValue* at = &root;
    for (const auto& token : tokens) {
        at = child(*at, token);
        if (!at)
            return nullptr;
    }
    return at;
}

/// A number as sign, digits and exponent, so that 1.0, 1 and 10e-1 compare equal.
std::string normal_number(std::string_view text)
{
    const bool negative = text.starts_with('-');
    text.remove_prefix(negative ? 1 : 0);
    const auto e = text.find_first_of("eE");
    std::int64_t exponent = 0;
    if (e != text.npos) {
        auto digits = text.substr(e + 1);
        digits.remove_prefix(digits.starts_with('+') ? 1 : 0);
        if (digits.size() > 12)
            return std::string(text);
        std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    }
    std::string digits;
    bool fraction = false;
    for (char c : text.substr(0, e)) {
        fraction = fraction || c == '.';
        if (c == '.')
            continue;
        exponent -= fraction ? 1 : 0;
        digits.push_back(c);
    }
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
    while (digits.ends_with('0')) {
        digits.pop_back();
        ++exponent;
    }
    if (digits.empty())
        return "0";
    return (negative ? "-" : "") + digits + "e" + std::to_string(exponent);
}

using Sorted = std::vector<const JsonValue::Member*>;

Sorted by_name(const JsonValue& object)
{
    Sorted sorted;
    for (const auto& member : object.members())
        sorted.push_back(&member);
    std::ranges::sort(sorted, {}, [](const auto* member) -> const std::string& { return member->first; });
    return sorted;
}

/// RFC 6902, section 4.6: members in any order, numbers by value.
bool equal(const JsonValue& a, const JsonValue& b)
{
    if (a.type() != b.type())
        return false;
    if (a.is_number())
        return normal_number(a.text()) == normal_number(b.text());
    if (a.is_array())
        return std::ranges::equal(a.items(), b.items(), equal);
    if (!a.is_object())
        return a == b;
    return std::ranges::equal(by_name(a), by_name(b), [](const auto* x, const auto* y) {
        return x->first == y->first && equal(x->second, y->second);
    });
}

/// Applies one operation after the other to its own copy of the document.
class Patcher
{
public:
    explicit Patcher(JsonValue document) : document_(std::move(document)) {}

    std::optional<Error> apply(const JsonValue& operation, std::size_t number);
    JsonValue take() { return std::move(document_); }

private:
    std::optional<Error> refuse(ErrorKind kind, std::string sentence) const
    {
        return Error(kind, std::move(sentence), "patch[" + std::to_string(number_) + "]");
    }
    std::optional<Error> no_place() const
    {
        return refuse(ErrorKind::not_found, "The patch names a place that the resource does not have.");
    }
    std::optional<Error> add(Tokens path, JsonValue value);
    std::optional<Error> remove(Tokens path);
    std::optional<Error> replace(Tokens path, JsonValue value);
    std::optional<Error> test(Tokens path, const JsonValue& value);
    std::optional<Error> transfer(Tokens from, Tokens path, bool keeps_source);

    JsonValue document_;
    std::size_t number_ = 0;
};

std::optional<Error> Patcher::add(Tokens path, JsonValue value)
{
    const Measure added = measure(value);
    if (added.depth + path.size() > max_depth || added.nodes + measure(document_).nodes > max_nodes)
        return refuse(ErrorKind::too_costly, "The patch would make the resource too large.");
    if (path.empty()) {
        document_ = std::move(value);
        return std::nullopt;
    }
    JsonValue* parent = walk(document_, path.first(path.size() - 1));
    if (!parent)
        return no_place();
    if (parent->is_object()) {
        parent->set(path.back(), std::move(value));
        return std::nullopt;
    }
    if (!parent->is_array())
        return no_place();
    auto& items = parent->items();
    const auto index = path.back() == "-" ? items.size() : index_in(path.back(), items.size());
    if (!index)
        return no_place();
    items.insert(items.begin() + static_cast<std::ptrdiff_t>(*index), std::move(value));
    return std::nullopt;
}

std::optional<Error> Patcher::remove(Tokens path)
{
    if (path.empty())
        return refuse(ErrorKind::value_invalid, "The patch would remove the whole resource.");
    JsonValue* parent = walk(document_, path.first(path.size() - 1));
    if (!parent || !child(*parent, path.back()))
        return no_place();
    if (parent->is_object()) {
        parent->remove(path.back());
        return std::nullopt;
    }
    const auto index = index_in(path.back(), parent->items().size());
    parent->items().erase(parent->items().begin() + static_cast<std::ptrdiff_t>(*index));
    return std::nullopt;
}

std::optional<Error> Patcher::replace(Tokens path, JsonValue value)
{
    if (!walk(document_, path))
        return no_place();
    if (path.empty())
        return add(path, std::move(value));
    const Measure added = measure(value);
    if (added.depth + path.size() > max_depth || added.nodes + measure(document_).nodes > max_nodes)
        return refuse(ErrorKind::too_costly, "The patch would make the resource too large.");
    *walk(document_, path) = std::move(value);
    return std::nullopt;
}

std::optional<Error> Patcher::test(Tokens path, const JsonValue& value)
{
    const JsonValue* present = walk(document_, path);
    if (!present)
        return no_place();
    if (!equal(*present, value))
        return refuse(ErrorKind::invariant, "The resource does not hold the value that the patch tests for.");
    return std::nullopt;
}

std::optional<Error> Patcher::transfer(Tokens from, Tokens path, bool keeps_source)
{
    const JsonValue* source = walk(document_, from);
    if (!source)
        return no_place();
    const bool into_itself = from.size() < path.size() && std::ranges::equal(from, path.first(from.size()));
    if (!keeps_source && into_itself)
        return refuse(ErrorKind::value_invalid, "The patch would move a value into itself.");
    JsonValue value = *source;
    if (!keeps_source)
        if (auto error = remove(from))
            return error;
    return add(path, std::move(value));
}

std::optional<Error> Patcher::apply(const JsonValue& operation, std::size_t number)
{
    number_ = number;
    const JsonValue* op = operation.find("op");
    const JsonValue* path_text = operation.find("path");
    if (!operation.is_object() || !op || !op->is_string() || !path_text || !path_text->is_string())
        return refuse(ErrorKind::value_invalid, "A patch operation needs 'op' and 'path'.");
    const auto path = parse_pointer(path_text->text());
    if (!path)
        return refuse(ErrorKind::value_invalid,
                      "The 'path' of a patch operation is a JSON pointer such as /status.");
    const std::string& name = op->text();
    if (name == "remove")
        return remove(*path);
    if (name == "move" || name == "copy") {
        const JsonValue* from_text = operation.find("from");
        const auto from =
            from_text && from_text->is_string() ? parse_pointer(from_text->text()) : std::nullopt;
        if (!from)
            return refuse(ErrorKind::value_invalid, "The patch operation needs 'from', a JSON pointer.");
        return transfer(*from, *path, name == "copy");
    }
    if (name != "add" && name != "replace" && name != "test")
        return refuse(ErrorKind::value_invalid,
                      "The patch operation is none of add, remove, replace, move, copy, test.");
    const JsonValue* value = operation.find("value");
    if (!value)
        return refuse(ErrorKind::value_invalid, "The patch operation needs 'value'.");
    if (name == "test")
        return test(*path, *value);
    return name == "add" ? add(*path, *value) : replace(*path, *value);
}

} // namespace

Result<JsonValue> apply_json_patch(JsonValue document, const JsonValue& patch)
{
    if (!patch.is_array() || patch.items().empty())
        return fail(ErrorKind::value_invalid, "A JSON Patch is an array of operations.", "patch");
    if (patch.items().size() > max_operations)
        return fail(ErrorKind::too_costly,
                    "The patch has more than " + std::to_string(max_operations) + " operations.", "patch");
    Patcher patcher(std::move(document));
    for (std::size_t i = 0; i < patch.items().size(); ++i)
        if (auto error = patcher.apply(patch.items()[i], i))
            return std::unexpected(std::move(*error));
    return patcher.take();
}

} // namespace fhir::codec
