// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/guarded_sax.hpp"
#include "fhir/codec/reading.hpp"
#include "fhir/codec/xml.hpp"
#include "fhir/codec/xml_document.hpp"
#include "fhir/schema/declare.hpp"

#include <algorithm>

namespace fhir::codec
{

namespace
{

using schema::ElementInfo;
using schema::is_primitive;
using schema::Kind;
using schema::TypeInfo;

constexpr std::string_view schema_instance_space = "http://www.w3.org/2001/XMLSchema-instance";

/// The elements below one, each with those below it.
class XmlChildren
{
public:
    explicit XmlChildren(const XmlNode& of) : at_(&of + 1 + of.attributes), end_(&of + of.size) {}

    const XmlNode* next()
    {
        if (at_ == end_)
            return nullptr;
        const XmlNode* found = at_;
        at_ += at_->size;
        return found;
    }

private:
    const XmlNode* at_;
    const XmlNode* end_;
};

std::span<const XmlNode> attributes_of(const XmlNode& node)
{
    return {&node + 1, node.attributes};
}

/// Declarations of namespaces, and where a schema is to be found, say nothing of the resource.
bool counts(const XmlNode& attribute)
{
    return !declares_prefix(attribute) && attribute.space != schema_instance_space;
}

const XmlNode* value_of(const XmlNode& node)
{
    const auto attributes = attributes_of(node);
    const auto found =
        std::ranges::find_if(attributes, [](const XmlNode& each) { return each.is("", "value"); });
    return found == attributes.end() ? nullptr : &*found;
}

/// Walks the elements of a document and fills structs by their declarations. Recursion is bounded by the
/// document's depth.
class XmlReader : public Reading
{
public:
    using Reading::Reading;

    bool resource(const TypeInfo& type, void* target, const XmlNode& node);
    bool any_resource(AnyResource& target, const XmlNode& node, const Path* parent);

private:
    /// Within one element.
    struct Progress
    {
        Seen seen;
        std::size_t last = 0; ///< the element last found
        std::size_t index = 0;
    };

    bool is_fhir(const XmlNode& node, const Path& path);
    bool has_no_text(const XmlNode& node, const Path& path);
    bool members(const TypeInfo& type, void* target, const XmlNode& node, const Path& path);
    bool attribute(const TypeInfo& type, void* target, const XmlNode& attribute, const Path& path,
                   Seen& seen);
    bool member(const TypeInfo& type, void* target, const XmlNode& node, const Path& path,
                Progress& progress);
    bool in_place(const TypeInfo& type, const Found& found, const Path& path, Progress& progress);
    bool element(const TypeInfo& type, const Found& found, void* target, const XmlNode& node,
                 const Path& path, Progress& progress);
    bool value(const TypeInfo& declared, void* target, const XmlNode& node, const Path& path);
    bool parse_text(const TypeInfo& type, void* target, std::string_view text, const Path& path);
    bool contained(AnyResource& target, const XmlNode& node, const Path& path);
    bool is_left_out(const TypeInfo& type, const XmlNode& node, const Path& path);
    bool primitive(const TypeInfo& type, const Found& found, void* target, const XmlNode& node,
                   const Path& path, Progress& progress);
    bool read_extras(const TypeInfo& type, Element& extras, const XmlNode& node, bool has_value,
                     const Path& path);
};

bool XmlReader::is_fhir(const XmlNode& node, const Path& path)
{
    return node.space == fhir_space ||
           fail(ErrorKind::malformed, "The element is not in the namespace " + std::string(fhir_space) + ".",
                path);
}

bool XmlReader::has_no_text(const XmlNode& node, const Path& path)
{
    return node.text.find_first_not_of(" \t\r\n") == std::string_view::npos ||
           fail(ErrorKind::malformed, "Text is not allowed here; values stand in the attribute 'value'.",
                path);
}

bool XmlReader::resource(const TypeInfo& type, void* target, const XmlNode& node)
{
    const Path path{nullptr, type.name};
    if (!is_fhir(node, path))
        return false;
    if (node.local() != type.name)
        return other_type(node.local(), type.name, path);
    return members(type.in(release_), target, node, path);
}

bool XmlReader::any_resource(AnyResource& target, const XmlNode& node, const Path* parent)
{
    const Path here{nullptr, node.local()};
    const Path& path = parent ? *parent : here;
    if (!is_fhir(node, path))
        return false;
    const TypeInfo* type = schema::find_resource_type(node.local(), release_);
    if (!type)
        return fail(ErrorKind::value_invalid,
                    "The resource type '" + std::string(node.local().substr(0, 64)) + "' is not known here.",
                    path);
    target = type->make();
    return members(type->in(release_), target.address(), node, path);
}

bool XmlReader::members(const TypeInfo& type, void* target, const XmlNode& node, const Path& path)
{
    if (!has_no_text(node, path))
        return false;
    Progress progress;
    bool is_empty = true;
    for (const XmlNode& each : attributes_of(node)) {
        if (!counts(each))
            continue;
        is_empty = false;
        if (!attribute(type, target, each, path, progress.seen))
            return false;
    }
    XmlChildren children(node);
    while (const XmlNode* each = children.next()) {
        is_empty = false;
        if (!member(type, target, *each, path, progress))
            return false;
    }
    if (is_empty && type.make == nullptr)
        return fail(ErrorKind::malformed, "An element must not be empty.", path);
    if (!all_required(type, progress.seen, path))
        return false;
    if (type.received)
        type.received(target);
    return true;
}

bool XmlReader::attribute(const TypeInfo& type, void* target, const XmlNode& attribute, const Path& path,
                          Seen& seen)
{
    const Path here{&path, attribute.local()};
    const auto found = attribute.space.empty() ? find_element(type, attribute.local(), 0) : std::nullopt;
    if (!found || !type.elements[found->element].attribute)
        return unknown(type, attribute.name, here);
    seen.set(found->element);
    return parse_text(*found->type, type.elements[found->element].add(target), attribute.text, here);
}

/// XML has none of the control characters that are refused in JSON, but one.
bool XmlReader::parse_text(const TypeInfo& type, void* target, std::string_view text, const Path& path)
{
    if (text.find('\x7f') != std::string_view::npos)
        return fail(ErrorKind::malformed, "The text holds a control character.", path);
    return parse(type, target, text, path);
}

bool XmlReader::member(const TypeInfo& type, void* target, const XmlNode& node, const Path& path,
                       Progress& progress)
{
    const Path plain{&path, node.local()};
    if (!is_fhir(node, plain))
        return false;
    const auto found = find_element(type, node.local(), progress.last);
    if (!found || type.elements[found->element].attribute)
        return unknown(type, node.local(), plain);
    // Narrative is not taken over: what it shows stands in the elements, too.
    if (found->type == &schema::TypeOf<Narrative>::info) {
        ignore(plain);
        return in_place(type, *found, plain, progress);
    }
    if (!in_place(type, *found, plain, progress))
        return false;
    const bool many = !found->choice && type.elements[found->element].many;
    return element(type, *found, target, node, {&path, node.local(), many ? progress.index : Path::no_index},
                   progress);
}

/// Elements stand in the order of the standard, repetitions together; lenient reading takes any order.
bool XmlReader::in_place(const TypeInfo& type, const Found& found, const Path& path, Progress& progress)
{
    const ElementInfo& info = type.elements[found.element];
    const bool again = progress.seen[found.element];
    if (again && (found.choice || !info.many))
        return given_twice(info, path);
    if (!lenient_ && (found.element < progress.last || (again && found.element != progress.last)))
        return fail(ErrorKind::malformed,
                    "The element '" + std::string(path.name) +
                        "' stands in the wrong place; in XML the elements of " + std::string(type.name) +
                        " have a fixed order.",
                    path);
    progress.index = info.many && again ? progress.index + 1 : 0;
    if (info.many && again && found.element != progress.last)
        progress.index = Path::no_index; // scattered repetitions are not counted
    progress.last = found.element;
    progress.seen.set(found.element);
    return true;
}

bool XmlReader::element(const TypeInfo& type, const Found& found, void* target, const XmlNode& node,
                        const Path& path, Progress& progress)
{
    if (is_primitive(*found.type))
        return primitive(type, found, target, node, path, progress);
    if (is_left_out(*found.type, node, path))
        return true;
    const ElementInfo& info = type.elements[found.element];
    void* held = found.choice ? make_choice(info, *found.choice, target) : info.add(target);
    return value(*found.type, held, node, path);
}

bool XmlReader::value(const TypeInfo& declared, void* target, const XmlNode& node, const Path& path)
{
    if (declared.kind == Kind::resource)
        return contained(*static_cast<AnyResource*>(target), node, path);
    return members(declared.in(release_), target, node, path);
}

/// An element around a resource.
bool XmlReader::contained(AnyResource& target, const XmlNode& node, const Path& path)
{
    if (!has_no_text(node, path))
        return false;
    XmlChildren children(node);
    const XmlNode* inner = children.next();
    if (inner == nullptr || children.next() != nullptr || std::ranges::any_of(attributes_of(node), counts))
        return fail(ErrorKind::malformed, "Exactly one resource is expected here.", path);
    return any_resource(target, *inner, &path);
}

/// A resource of a type without declaration is passed over when reading leniently.
bool XmlReader::is_left_out(const TypeInfo& type, const XmlNode& node, const Path& path)
{
    if (!lenient_ || type.kind != Kind::resource)
        return false;
    const XmlNode* inner = XmlChildren(node).next();
    if (inner == nullptr || schema::find_resource_type(inner->local(), release_))
        return false;
    ignore(path);
    return true;
}

bool XmlReader::primitive(const TypeInfo& type, const Found& found, void* target, const XmlNode& node,
                          const Path& path, Progress& progress)
{
    if (!has_no_text(node, path))
        return false;
    const ElementInfo& info = type.elements[found.element];
    const XmlNode* held = value_of(node);
    const bool has_more = node.size > node.attributes + 1u ||
                          std::ranges::any_of(attributes_of(node), [&](const XmlNode& each) {
                              return counts(each) && &each != held;
                          });
    if (held == nullptr && !has_more)
        return fail(ErrorKind::malformed, "An element must not be empty.", path);
    Element extras;
    if (has_more && !read_extras(type, extras, node, held != nullptr, path))
        return false;
    const bool has_extras = extras.id || !extras.extension.empty();
    const std::size_t index = info.many ? info.count(target) : 0;
    if (held != nullptr) {
        void* made = found.choice ? make_choice(info, *found.choice, target) : info.add(target);
        if (!parse_text(*found.type, made, held->text, path))
            return false;
    } else if (!has_extras || !info.many) {
        progress.seen.reset(found.element); // it is there as extensions alone, or not at all
    } else if (found.type->kind == Kind::text && found.type->codes.empty()) {
        info.add(target); // keeps the place
    } else {
        return fail(ErrorKind::malformed, "A value is expected here.", path);
    }
    if (has_extras)
        type.extras(target)->push_back(
            {std::string(node.local()), index, extras.id.value_or(""), std::move(extras.extension)});
    return true;
}

/// id and extensions of a primitive.
bool XmlReader::read_extras(const TypeInfo& type, Element& extras, const XmlNode& node, bool has_value,
                            const Path& path)
{
    static constexpr TypeInfo extras_type{
        .name = "Element", .kind = Kind::complex, .elements = schema::element_base};
    if (type.extras == nullptr)
        return unknown(type, node.local(), path);
    Progress progress;
    for (const XmlNode& each : attributes_of(node))
        if (counts(each) && !(has_value && each.is("", "value")) &&
            !attribute(extras_type, &extras, each, path, progress.seen))
            return false;
    XmlChildren children(node);
    while (const XmlNode* each = children.next())
        if (!member(extras_type, &extras, *each, path, progress))
            return false;
    return true;
}

Result<XmlDocument> parsed(std::string_view xml, const ReadOptions& options)
{
    if (xml.starts_with("\xEF\xBB\xBF"))
        xml.remove_prefix(3);
    if (xml.size() > options.max_bytes)
        return std::unexpected(too_many_bytes(options.max_bytes));
    auto document = XmlDocument::parse(
        xml, {.max_depth = std::min<std::size_t>(options.max_depth, 100), .has_narrative = true});
    if (!document)
        return fhir::fail(document.error() == xml_too_deep ? ErrorKind::too_deep : ErrorKind::malformed,
                          "The body is not XML that can be read here: " + document.error() + ".");
    return std::move(*document);
}

} // namespace

Result<AnyResource> read_any_xml(std::string_view xml, const ReadOptions& options, ReadReport* report)
{
    const auto document = parsed(xml, options);
    if (!document)
        return std::unexpected(document.error());
    XmlReader reader(options, report);
    AnyResource resource;
    if (!reader.any_resource(resource, document->root(), nullptr))
        return std::unexpected(std::move(*reader.error()));
    return resource;
}

std::optional<Error> read_xml_into(const TypeInfo& type, void* resource, std::string_view xml,
                                   const ReadOptions& options, ReadReport* report)
{
    const auto document = parsed(xml, options);
    if (!document)
        return document.error();
    XmlReader reader(options, report);
    return reader.resource(type, resource, document->root()) ? std::nullopt : reader.error();
}

} // namespace fhir::codec
