// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/guarded_sax.hpp"
#include "fhir/codec/json_value.hpp"

#include <algorithm>

namespace fhir::codec
{

namespace
{

/// Few members are compared one by one; many are sorted, so that a body full of names costs no more than n
/// log n.
bool has_duplicate_names(const std::vector<JsonValue::Member>& members)
{
    std::vector<std::string_view> names;
    names.reserve(members.size());
    for (const auto& member : members)
        names.push_back(member.first);
    std::ranges::sort(names);
    return std::ranges::adjacent_find(names) != names.end();
}

/// Builds the tree. A container's address is stable while it is open: its siblings come only after it is
/// closed.
class TreeBuilder : public GuardedHandler
{
public:
    using GuardedHandler::GuardedHandler;

    bool null() override { return place({}); }
    bool boolean(bool value) override { return place(value); }
    bool number(std::string_view text) override { return place(JsonValue::number(std::string(text))); }
    bool string(std::string_view text) override { return place(text); }
    bool start_object() override { return open(JsonValue::object()); }
    bool start_array() override { return open(JsonValue::array()); }
    bool end_array() override { return close(); }
    bool key(std::string_view name) override
    {
        open_.back()->members().emplace_back(std::string(name), JsonValue{});
        return true;
    }
    bool end_object() override
    {
        if (has_duplicate_names(open_.back()->members()))
            return refuse(ErrorKind::malformed, "The JSON names a member of one object twice");
        return close();
    }

    JsonValue take() { return std::move(root_); }

private:
    JsonValue* put(JsonValue value)
    {
        if (open_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        JsonValue& parent = *open_.back();
        if (parent.is_array())
            return &parent.items().emplace_back(std::move(value));
        return &(parent.members().back().second = std::move(value));
    }
    bool place(JsonValue value)
    {
        put(std::move(value));
        return true;
    }
    bool open(JsonValue value)
    {
        open_.push_back(put(std::move(value)));
        return true;
    }
    bool close()
    {
        open_.pop_back();
        return true;
    }

    JsonValue root_;
    std::vector<JsonValue*> open_;
};

} // namespace

Result<JsonValue> parse_json(std::string_view text, const JsonLimits& limits)
{
    if (text.size() > limits.max_bytes)
        return std::unexpected(too_many_bytes(limits.max_bytes));
    std::vector<char> block(text.size() + decoding_room);
    std::ranges::copy(text, block.begin());
    TreeBuilder builder(limits.max_depth);
    if (auto refused = read_guarded({block.data(), text.size()}, builder))
        return std::unexpected(std::move(*refused));
    return builder.take();
}

} // namespace fhir::codec
