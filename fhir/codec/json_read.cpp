// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/document.hpp"
#include "fhir/codec/json.hpp"
#include "fhir/codec/reading.hpp"
#include "fhir/schema/open_value.hpp"

#include <algorithm>

namespace fhir::codec
{

namespace
{

using schema::ChoiceInfo;
using schema::ElementInfo;
using schema::is_primitive;
using schema::Kind;
using schema::TypeInfo;

Node::Type wire_type(Kind kind)
{
    return kind == Kind::boolean  ? Node::Type::boolean
           : kind == Kind::number ? Node::Type::number
                                  : Node::Type::string;
}

Document::Limits limits_of(const ReadOptions& options)
{
    return {std::min<std::size_t>(options.max_depth, 100), options.max_bytes};
}

/// Walks a document and fills structs by their declarations. Recursion is bounded by the document's depth.
class Reader : public Reading
{
public:
    using Reading::Reading;

    bool resource(const TypeInfo& type, void* target, const Node& node);
    bool any_resource(AnyResource& target, const Node& node, const Path* parent);
    bool some(const TypeInfo& type, void* target, const Node& node, std::span<const std::string_view> names);

private:
    /// Within one object.
    struct Progress
    {
        Seen seen;
        std::size_t hint = 0; ///< the element behind the last one found
    };

    bool members(const TypeInfo& type, void* target, const Node& node, const Path& path, bool is_resource);
    bool member(const TypeInfo& type, void* target, const Node& object, const Node& node, const Path& path,
                Progress& progress);
    bool element(const TypeInfo& type, const Found& found, void* target, const Node& object, const Node& node,
                 const Path& path);
    bool list(const ElementInfo& info, void* target, const Node& object, const Node& node, const Path& path);
    bool left_out(const TypeInfo& type, const Node& node, const Path& path);
    bool open_choice(const TypeInfo& type, void* target, const Node& node, const Path& path, Seen& seen);
    bool choice(const ElementInfo& info, const ChoiceInfo& choice, void* target, const Node& node,
                const Path& path);
    bool value(const TypeInfo& declared, void* target, const Node& node, const Path& path);
    bool primitive(const TypeInfo& type, void* target, const Node& node, const Path& path);
    bool sibling(const TypeInfo& type, void* target, const Node& object, const Node& node, const Path& path);
    bool keep_extras(const TypeInfo& type, void* target, const Node& node, std::string_view name,
                     std::size_t index, const Path& path);
};

bool Reader::resource(const TypeInfo& type, void* target, const Node& node)
{
    const Path path{nullptr, type.name};
    if (!node.is_object())
        return fail(ErrorKind::malformed, "The body is not a JSON object.", path);
    const Node* named = node.find("resourceType");
    if (!named || !named->is_string())
        return fail(ErrorKind::required, "The body does not say its resourceType.", {&path, "resourceType"});
    if (named->text() != type.name)
        return other_type(named->text(), type.name, {&path, "resourceType"});
    return members(type.in(release_), target, node, path, true);
}

bool Reader::any_resource(AnyResource& target, const Node& node, const Path* parent)
{
    const Path path = parent ? *parent : Path{};
    if (!node.is_object())
        return fail(ErrorKind::malformed, "A resource is a JSON object.", path);
    const Node* named = node.find("resourceType");
    if (!named || !named->is_string())
        return fail(ErrorKind::required, "The resource does not say its resourceType.",
                    {&path, "resourceType"});
    const TypeInfo* type = schema::find_resource_type(named->text(), release_);
    if (!type)
        return fail(ErrorKind::value_invalid,
                    "The resource type '" + std::string(named->text().substr(0, 64)) + "' is not known here.",
                    {&path, "resourceType"});
    target = type->make();
    return members(type->in(release_), target.address(), node, parent ? path : Path{nullptr, type->name},
                   true);
}

bool Reader::members(const TypeInfo& type, void* target, const Node& node, const Path& path, bool is_resource)
{
    if (node.children().empty())
        return fail(ErrorKind::malformed, "An object must not be empty.", path);
    Progress progress;
    for (const Node& each : node.children())
        if (!(is_resource && each.name() == "resourceType") &&
            !member(type, target, node, each, path, progress))
            return false;
    if (!all_required(type, progress.seen, path))
        return false;
    if (type.received)
        type.received(target);
    return true;
}

bool Reader::some(const TypeInfo& type, void* target, const Node& node,
                  std::span<const std::string_view> names)
{
    Progress progress;
    for (const Node& each : node.children())
        if (std::ranges::find(names, each.name()) != names.end() &&
            !member(type, target, node, each, {nullptr, type.name}, progress))
            return false;
    return true;
}

bool Reader::member(const TypeInfo& type, void* target, const Node& object, const Node& node,
                    const Path& path, Progress& progress)
{
    if (node.name().starts_with('_'))
        return sibling(type, target, object, node, path);
    const auto found = find_element(type, node.name(), progress.hint);
    if (!found)
        return open_choice(type, target, node, path, progress.seen);
    progress.hint = found->element + 1;
    const Path here{&path, node.name()};
    if (found->choice && progress.seen[found->element])
        return given_twice(type.elements[found->element], here);
    progress.seen.set(found->element);
    return element(type, *found, target, object, node, here);
}

bool Reader::element(const TypeInfo& type, const Found& found, void* target, const Node& object,
                     const Node& node, const Path& path)
{
    const ElementInfo& info = type.elements[found.element];
    if (found.choice)
        return choice(info, *found.choice, target, node, path);
    if (info.many && !node.is_array())
        return fail(ErrorKind::malformed, "An array is expected here.", path);
    if (info.many)
        return list(info, target, object, node, path);
    if (node.is_array())
        return fail(ErrorKind::malformed, "Only one value is allowed here, not an array.", path);
    return left_out(*info.type, node, path) || value(*info.type, info.add(target), node, path);
}

bool Reader::list(const ElementInfo& info, void* target, const Node& object, const Node& node,
                  const Path& path)
{
    if (node.children().empty())
        return fail(ErrorKind::malformed, "An array must not be empty.", path);
    // A null may only keep the place of a text that exists as extensions in the sibling `_name` alone.
    const bool may_be_null = info.type->kind == Kind::text && info.type->codes.empty();
    const Node* sibling_array = may_be_null ? object.find("_" + std::string(info.name)) : nullptr;
    if (sibling_array && !sibling_array->is_array())
        sibling_array = nullptr;
    const auto extras = sibling_array ? sibling_array->items() : Node::Children();
    auto extra = extras.begin();
    std::size_t index = 0;
    for (const Node& item : node.children()) {
        const Path here{path.parent, path.name, index++};
        const bool has_extra = extra != extras.end();
        const bool place_holder = item.is_null() && has_extra && extra->is_object();
        if (place_holder)
            info.add(target);
        else if (!left_out(*info.type, item, here) && !value(*info.type, info.add(target), item, here))
            return false;
        if (has_extra)
            ++extra;
    }
    return true;
}

/// A resource of a type without declaration is passed over when reading leniently.
bool Reader::left_out(const TypeInfo& type, const Node& node, const Path& path)
{
    if (!lenient_ || type.kind != Kind::resource || !node.is_object())
        return false;
    const Node* named = node.find("resourceType");
    if (!named || !named->is_string() || schema::find_resource_type(named->text(), release_))
        return false;
    ignore(path);
    return true;
}

bool Reader::open_choice(const TypeInfo& type, void* target, const Node& node, const Path& path, Seen& seen)
{
    const Path here{&path, node.name()};
    const bool other = schema::is_other_value(node.name(), release_);
    for (std::size_t i = 0; other && i < type.elements.size(); ++i) {
        const ElementInfo& info = type.elements[i];
        if (!info.choice || info.choice->choices.back().type->kind != Kind::other)
            continue;
        if (seen[i])
            return given_twice(info, here);
        seen.set(i);
        auto* kept =
            static_cast<OtherValue*>(info.choice->make(target, info.choice->choices.back().alternative));
        *kept = {std::string(node.name()), {to_json(node)}};
        return true;
    }
    return unknown(type, node.name(), here);
}

bool Reader::choice(const ElementInfo& info, const ChoiceInfo& choice, void* target, const Node& node,
                    const Path& path)
{
    if (node.is_array())
        return fail(ErrorKind::malformed, "Only one value is allowed here, not an array.", path);
    return value(*choice.type, make_choice(info, choice, target), node, path);
}

bool Reader::value(const TypeInfo& declared, void* target, const Node& node, const Path& path)
{
    const TypeInfo& type = declared.in(release_);
    if (node.is_null())
        return fail(ErrorKind::malformed, "null is not allowed here; leave the element out.", path);
    if (type.kind == Kind::resource)
        return any_resource(*static_cast<AnyResource*>(target), node, &path);
    if (is_primitive(type))
        return primitive(type, target, node, path);
    if (!node.is_object())
        return fail(ErrorKind::malformed, "A JSON object is expected here.", path);
    return members(type, target, node, path, false);
}

bool Reader::primitive(const TypeInfo& type, void* target, const Node& node, const Path& path)
{
    if (node.type() != wire_type(type.kind))
        return fail(ErrorKind::malformed,
                    "The value is of the wrong JSON type; expected is " + std::string(type.expected) + ".",
                    path);
    return parse(type, target, node.text(), path);
}

/// `_birthDate` beside `birthDate`; `_given` beside `given`, index by index.
bool Reader::sibling(const TypeInfo& type, void* target, const Node& object, const Node& node,
                     const Path& path)
{
    const std::string_view name = node.name().substr(1);
    const Path here{&path, node.name()};
    const auto found = find_element(type, name, 0);
    if (!found || !is_primitive(*found->type) || type.extras == nullptr)
        return unknown(type, node.name(), here);
    const bool many = !found->choice && type.elements[found->element].many;
    if (!many)
        return keep_extras(type, target, node, name, 0, here);
    if (!node.is_array())
        return fail(ErrorKind::malformed, "An array is expected here.", here);
    const Node* values = object.find(name);
    const auto held = values ? values->items() : Node::Children();
    auto value_at = held.begin();
    std::size_t index = 0;
    for (const Node& item : node.children()) {
        if (value_at == held.end())
            return fail(ErrorKind::malformed, "It has more entries than '" + std::string(name) + "'.", here);
        ++value_at;
        if (!item.is_null() && !keep_extras(type, target, item, name, index, {&path, node.name(), index}))
            return false;
        ++index;
    }
    return true;
}

bool Reader::keep_extras(const TypeInfo& type, void* target, const Node& node, std::string_view name,
                         std::size_t index, const Path& path)
{
    if (!node.is_object())
        return fail(ErrorKind::malformed, "A JSON object with id or extensions is expected here.", path);
    Element element;
    static constexpr TypeInfo extras_type{
        .name = "Element", .kind = Kind::complex, .elements = schema::element_base};
    if (!members(extras_type, &element, node, path, false))
        return false;
    if (!element.id && element.extension.empty())
        return true; // unknown elements were all there was
    type.extras(target)->push_back(
        {std::string(name), index, element.id.value_or(""), std::move(element.extension)});
    return true;
}

} // namespace

Result<AnyResource> read_any(std::string_view json, const ReadOptions& options, ReadReport* report)
{
    auto document = Document::parse(json, limits_of(options));
    if (!document)
        return std::unexpected(std::move(document.error()));
    Reader reader(options, report);
    AnyResource resource;
    if (!reader.any_resource(resource, document->root(), nullptr))
        return std::unexpected(std::move(*reader.error()));
    return resource;
}

std::optional<Error> read_into(const TypeInfo& type, void* resource, std::string_view json,
                               const ReadOptions& options, ReadReport* report)
{
    auto document = Document::parse(json, limits_of(options));
    if (!document)
        return std::move(document.error());
    return read_into(type, resource, document->root(), options, report);
}

std::optional<Error> read_into(const TypeInfo& type, void* resource, const Node& json,
                               const ReadOptions& options, ReadReport* report)
{
    Reader reader(options, report);
    return reader.resource(type, resource, json) ? std::nullopt : reader.error();
}

std::optional<Error> read_some(const TypeInfo& type, void* resource, const Node& json,
                               std::span<const std::string_view> names, const ReadOptions& options)
{
    Reader reader(options, nullptr);
    return reader.some(type, resource, json, names) ? std::nullopt : reader.error();
}

} // namespace fhir::codec
