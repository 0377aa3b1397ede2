// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/document.hpp"

#include "fhir/codec/guarded_sax.hpp"
#include "fhir/codec/plain_json.hpp"
#include "fhir/codec/text_out.hpp"
#include "fhir/rest/message.hpp"

#include <algorithm>
#include <charconv>

namespace fhir::codec
{

namespace
{

/// One bit of 64, by what names mostly differ in.
std::uint64_t mark_of(std::string_view name)
{
    if (name.empty())
        return 1;
    const auto first = static_cast<unsigned char>(name.front()),
               last = static_cast<unsigned char>(name.back());
    return std::uint64_t{1} << ((name.size() * 5 + first * 3 + last) & 63);
}

bool has_duplicate_names(const Node& object)
{
    // Mostly no two names have the same mark, and there is nothing to compare.
    std::uint64_t marks = 0;
    bool suspicious = false;
    std::size_t count = 0;
    for (const Node& member : object.children()) {
        const auto mark = mark_of(member.name());
        suspicious = suspicious || (marks & mark) != 0;
        marks |= mark;
        ++count;
    }
    if (!suspicious)
        return false;
    // Sorted, so that a body full of names costs no more than n log n.
    std::vector<std::string_view> names;
    names.reserve(count);
    for (const Node& member : object.children())
        names.push_back(member.name());
    std::ranges::sort(names);
    return std::ranges::adjacent_find(names) != names.end();
}

// Depth is bounded by the reader.
void append(std::string& out, const Node& node)
{
    if (node.is_null())
        out.append("null");
    else if (node.is_string())
        append_quoted(out, node.text());
    else if (!node.is_object() && !node.is_array())
        out.append(node.text());
    if (!node.is_object() && !node.is_array())
        return;
    out.push_back(node.is_object() ? '{' : '[');
    bool first = true;
    for (const Node& child : node.children()) {
        if (!first)
            out.push_back(',');
        first = false;
        if (node.is_object()) {
            append_quoted(out, child.name());
            out.push_back(':');
        }
        append(out, child);
    }
    out.push_back(node.is_object() ? '}' : ']');
}

} // namespace

/// Lays the events of one JSON text down as nodes.
class DocumentBuilder final : public GuardedHandler
{
public:
    /// `decodes`: the block is written into. Then there are two copies: the text as it came, and behind it
    /// what is decoded.
    DocumentBuilder(std::string_view json, std::size_t max_depth, bool decodes)
        : GuardedHandler(max_depth), size_(json.size()), decoded_(decodes ? json.size() : 0)
    {
        auto& characters = document_.characters_;
        characters.reserve(decoded_ + size_ + decoding_room);
        characters.assign(json.begin(), json.end());
        if (decodes)
            characters.insert(characters.end(), json.begin(), json.end());
        characters.resize(decoded_ + size_ + decoding_room);
        nodes_.reserve(json.size() / 16 + 8);
    }

    std::span<char> block() { return {document_.characters_.data() + decoded_, size_}; }
    Document take()
    {
        document_.nodes_ = std::move(nodes_);
        return std::move(document_);
    }

    bool null() override { return add(Node::Type::null, {}); }
    bool boolean(bool value) override { return add(Node::Type::boolean, value ? "true" : "false"); }
    bool number(std::string_view text) override { return add(Node::Type::number, text); }
    bool string(std::string_view text) override { return add(Node::Type::string, text); }
    bool key(std::string_view name) override
    {
        name_ = name;
        return true;
    }
    bool start_object() override { return open(Node::Type::object); }
    bool start_array() override { return open(Node::Type::array); }
    bool end_array() override
    {
        close();
        return true;
    }
    bool end_object() override
    {
        return !has_duplicate_names(close()) ||
               refuse(ErrorKind::malformed, "The JSON names a member of one object twice");
    }

private:
    bool add(Node::Type type, std::string_view text)
    {
        nodes_.push_back(Node(type, std::exchange(name_, {}), text));
        return true;
    }
    bool open(Node::Type type)
    {
        open_.push_back({nodes_.size(), offset()});
        return add(type, {});
    }
    const Node& close()
    {
        const auto [at, start] = open_.back();
        Node& node = nodes_[at];
        node.size_ = static_cast<std::uint32_t>(nodes_.size() - at);
        node.text_ = std::string_view(document_.characters_.data() + start, offset() + 1 - start);
        open_.pop_back();
        return node;
    }

    struct Open
    {
        std::size_t node;
        std::size_t start; ///< offset in the text
    };

    std::size_t size_;
    std::size_t decoded_; ///< where that begins
    Document document_;
    std::vector<Node> nodes_;
    std::vector<Open> open_;
    std::string_view name_;
};

Result<Document> Document::parse(std::string_view json, const Limits& limits)
{
    if (json.size() > limits.max_bytes)
        return std::unexpected(too_many_bytes(limits.max_bytes));
    const bool escapes = json.find('\\') != json.npos;
    if (DocumentBuilder plain(json, limits.max_depth, escapes); PlainReader(plain.block(), plain).read())
        return plain.take();
    DocumentBuilder builder(json, limits.max_depth, true);
    if (auto refused = read_guarded(builder.block(), builder))
        return std::unexpected(std::move(*refused));
    return builder.take();
}

std::optional<std::int64_t> Node::integer() const
{
    std::int64_t value = 0;
    const char* end = text_.data() + text_.size();
    const auto [stop, error] = std::from_chars(text_.data(), end, value);
    return is_number() && error == std::errc{} && stop == end ? std::optional(value) : std::nullopt;
}

const Node* Node::find(std::string_view name, bool ignore_case) const
{
    if (!is_object())
        return nullptr;
    for (const Node& member : children())
        if (member.name_ == name || (ignore_case && rest::equal_ignoring_case(member.name_, name)))
            return &member;
    return nullptr;
}

std::string to_json(const Node& node)
{
    std::string out;
    append(out, node);
    return out;
}

} // namespace fhir::codec
