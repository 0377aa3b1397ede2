// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json.hpp"
#include "fhir/codec/text_out.hpp"
#include "fhir/codec/writing.hpp"
#include "fhir/model/bundle.hpp"
#include "fhir/schema/declare.hpp"
#include "fhir/schema/open_value.hpp"

#include <algorithm>
#include <optional>

namespace fhir::codec
{

namespace
{

using schema::ChoiceInfo;
using schema::ElementInfo;
using schema::is_primitive;
using schema::Kind;
using schema::TypeInfo;

bool names(std::string_view json, const AnyResource& contained)
{
    // Every resource struct has Resource as its first base.
    const auto& id = static_cast<const Resource*>(contained.address())->id;
    return id && json.find("\"reference\":\"#" + *id + '"') != std::string_view::npos;
}

/// Writes structs by their declarations. Empty values, objects and arrays leave no trace, as R4 forbids them.
class Writer
{
public:
    Writer(rest::OutBuffer& out, const WriteOptions& options) : out_(out), options_(options) {}

    void top(const TypeInfo& type, const void* held)
    {
        const bool bundle = &type == &Bundle::declaration();
        filter_entries_ = bundle && is_subset(options_);
        resource(type, held, !bundle && is_subset(options_));
    }

    void part(const TypeInfo& type, const void* resource, const std::vector<const AnyResource*>& contained);

private:
    void resource(const TypeInfo& declared, const void* held, bool filter);
    void members(const TypeInfo& type, const void* held);
    void element(const TypeInfo& type, const ElementInfo& info, const void* owner);
    void single(std::string_view key, const TypeInfo& type, const void* value);
    void list(const TypeInfo& type, const ElementInfo& info, const void* owner, std::size_t count);
    bool item(const TypeInfo& type, const void* held);
    void choice(const TypeInfo& type, const ElementInfo& info, const void* owner);
    bool value(const TypeInfo& declared, const void* held);
    bool primitive(const TypeInfo& type, const void* value);
    void extras(const TypeInfo& type, const void* owner, std::string_view name, bool many);
    void extra(const PrimitiveExtras& extra);
    void meta(const void* resource);
    void contained_part(const ElementInfo& info, const std::vector<const AnyResource*>& contained);

    void comma()
    {
        if (needs_comma_)
            out_.push_back(',');
        needs_comma_ = true;
    }
    void open(char bracket)
    {
        out_.push_back(bracket);
        needs_comma_ = false;
    }
    void close(char bracket)
    {
        out_.push_back(bracket);
        needs_comma_ = true;
    }

    rest::OutBuffer& out_;
    const WriteOptions& options_;
    bool needs_comma_ = false;
    bool has_extras_ = false;     ///< of the object being written
    bool filter_entries_ = false; ///< a Bundle is whole, the resources in its entries are not
};

void Writer::resource(const TypeInfo& declared, const void* held, bool filter)
{
    const TypeInfo& type = declared.in(options_.release);
    open('{');
    out_.append("\"resourceType\":\"");
    out_.append(type.name);
    out_.push_back('"');
    needs_comma_ = true;
    if (!filter) {
        members(type, held);
        return close('}');
    }
    std::shared_ptr<const void> made;
    const void* resource = type.sent ? type.sent(held, made) : held;
    part(type, resource, referred_contained(type, resource, options_));
    close('}');
}

void Writer::part(const TypeInfo& type, const void* resource,
                  const std::vector<const AnyResource*>& contained)
{
    const bool had_extras = !type.extras(const_cast<void*>(resource))->empty();
    for (const ElementInfo& info : type.elements) {
        has_extras_ = had_extras;
        if (info.name == "meta")
            meta(resource);
        else if (info.name == "contained")
            contained_part(info, contained);
        else if (carries(options_, info))
            element(type, info, resource);
    }
}

void Writer::contained_part(const ElementInfo& info, const std::vector<const AnyResource*>& contained)
{
    if (contained.empty())
        return;
    comma();
    out_.append(info.key);
    open('[');
    for (const AnyResource* one : contained)
        item(*info.type, one);
    close(']');
}

void Writer::meta(const void* resource)
{
    // Every resource struct has Resource as its first base.
    const auto& held = static_cast<const Resource*>(resource)->meta;
    const Meta marked = subsetted(held ? &*held : nullptr);
    single("\"meta\":", schema::TypeOf<Meta>::info, &marked);
}

void Writer::members(const TypeInfo& type, const void* held)
{
    std::shared_ptr<const void> made;
    const void* owner = type.sent ? type.sent(held, made) : held;
    const bool has_extras = type.extras && !type.extras(const_cast<void*>(owner))->empty();
    for (const ElementInfo& info : type.elements) {
        has_extras_ = has_extras;
        element(type, info, owner);
    }
}

void Writer::element(const TypeInfo& type, const ElementInfo& info, const void* owner)
{
    const std::size_t count = info.count(owner);
    if (count == 0 && !has_extras_)
        return;
    const bool with_extras = has_extras_;
    if (info.choice)
        return choice(type, info, owner);
    if (info.many && count > 0)
        list(type, info, owner, count);
    else if (count > 0)
        single(info.key, *info.type, info.get(owner, 0));
    if (with_extras && is_primitive(*info.type))
        extras(type, owner, info.name, info.many);
}

void Writer::single(std::string_view key, const TypeInfo& type, const void* held)
{
    const std::size_t before = out_.size();
    const bool needed_comma = needs_comma_;
    comma();
    out_.append(key);
    if (!value(type, held)) {
        out_.truncate(before);
        needs_comma_ = needed_comma;
    }
}

void Writer::list(const TypeInfo& type, const ElementInfo& info, const void* owner, std::size_t count)
{
    const bool with_extras = has_extras_;
    const std::size_t before = out_.size();
    const bool needed_comma = needs_comma_;
    comma();
    out_.append(info.key);
    open('[');
    std::optional<ExtrasOf> extras; // seldom asked for
    bool any = false;
    for (std::size_t i = 0; i < count; ++i) {
        if (item(*info.type, info.get(owner, i))) {
            any = true;
        } else if (with_extras && (extras ? *extras : extras.emplace(type, owner, info.name)).at(i)) {
            // The place is kept for the sibling `_name` array.
            comma();
            out_.append("null");
            any = true;
        }
    }
    close(']');
    if (!any) {
        out_.truncate(before);
        needs_comma_ = needed_comma;
    }
}

bool Writer::item(const TypeInfo& type, const void* held)
{
    const std::size_t before = out_.size();
    const bool needed_comma = needs_comma_;
    comma();
    if (value(type, held))
        return true;
    out_.truncate(before);
    needs_comma_ = needed_comma;
    return false;
}

void Writer::choice(const TypeInfo& type, const ElementInfo& info, const void* owner)
{
    const bool with_extras = has_extras_;
    const std::size_t held = info.choice->held(owner);
    if (held == 0)
        return;
    const ChoiceInfo* chosen = chosen_name(info, owner, held);
    const void* value_held = info.choice->get(owner);
    if (chosen->type->kind != Kind::other) {
        single(chosen->key, *chosen->type, value_held);
        if (with_extras)
            extras(type, owner, chosen->name, false);
        return;
    }
    const auto& other = *static_cast<const OtherValue*>(value_held);
    if (!schema::is_other_value(other.name, options_.release))
        return;
    comma();
    append_quoted(out_, other.name);
    out_.push_back(':');
    out_.append(other.json.text);
}

bool Writer::value(const TypeInfo& declared, const void* held)
{
    const TypeInfo& type = declared.in(options_.release);
    if (type.kind == Kind::resource) {
        const auto& any = *static_cast<const AnyResource*>(held);
        if (any.empty())
            return false;
        const bool filter = std::exchange(filter_entries_, false);
        resource(any.type(), any.address(), filter && any.type().name != "OperationOutcome");
        filter_entries_ = filter;
        return true;
    }
    if (type.kind != Kind::complex)
        return primitive(type, held);
    open('{');
    const std::size_t start = out_.size();
    members(type, held);
    if (out_.size() == start)
        return false;
    close('}');
    return true;
}

bool Writer::primitive(const TypeInfo& type, const void* held)
{
    TextFill scratch;
    const std::string_view text = type.text(held, scratch);
    if (text.empty())
        return false;
    if (type.kind == Kind::text)
        append_quoted(out_, text);
    else
        out_.append(text);
    needs_comma_ = true;
    return true;
}

void Writer::extras(const TypeInfo& type, const void* owner, std::string_view name, bool many)
{
    const auto& all = *type.extras(const_cast<void*>(owner));
    const auto is_of = [&](const PrimitiveExtras& extra) { return extra.element == name; };
    if (std::ranges::none_of(all, is_of))
        return;
    comma();
    out_.append("\"_");
    out_.append(name);
    out_.append("\":");
    if (many)
        open('[');
    std::size_t index = 0;
    for (const auto& one : all) {
        if (!is_of(one))
            continue;
        for (; many && index < one.index; ++index) {
            comma();
            out_.append("null");
        }
        if (many)
            comma();
        extra(one);
        ++index;
        if (!many)
            break;
    }
    if (many)
        close(']');
}

void Writer::extra(const PrimitiveExtras& one)
{
    open('{');
    if (!one.id.empty()) {
        comma();
        out_.append("\"id\":");
        append_quoted(out_, one.id);
    }
    if (!one.extension.empty()) {
        comma();
        out_.append("\"extension\":");
        open('[');
        for (const auto& extension : one.extension)
            item(schema::TypeOf<Extension>::info, &extension);
        close(']');
    }
    close('}');
}

} // namespace

std::vector<const AnyResource*> referred_contained(const TypeInfo& type, const void* resource,
                                                   const WriteOptions& options)
{
    std::vector<const AnyResource*> found;
    WriteOptions whole;
    whole.release = options.release;
    const auto info = std::ranges::find(type.elements, "contained", &ElementInfo::name);
    const std::size_t count = info == type.elements.end() ? 0 : info->count(resource);
    if (count == 0)
        return found;
    rest::OutBuffer text;
    Writer(text, options).part(type, resource, {});
    for (bool more = true; more;) {
        more = false;
        for (std::size_t i = 0; i < count; ++i) {
            const auto* one = static_cast<const AnyResource*>(info->get(resource, i));
            if (one->empty() || std::ranges::find(found, one) != found.end() || !names(text.view(), *one))
                continue;
            found.push_back(one);
            write(*one, text, whole); // it may refer to another
            more = true;
        }
    }
    return found;
}

void write_resource(const TypeInfo& type, const void* resource, rest::OutBuffer& out,
                    const WriteOptions& options)
{
    if (options.pretty) {
        WriteOptions compact = options;
        compact.pretty = false;
        rest::OutBuffer text;
        write_resource(type, resource, text, compact);
        out.append(pretty(text.view()));
        return;
    }
    Writer writer(out, options);
    writer.top(type, resource);
}

void write(const AnyResource& resource, rest::OutBuffer& out, const WriteOptions& options)
{
    if (!resource.empty())
        write_resource(resource.type(), resource.address(), out, options);
}

} // namespace fhir::codec
