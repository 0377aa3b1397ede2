// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/writing.hpp"
#include "fhir/codec/xml.hpp"
#include "fhir/codec/xml_nodes.hpp"
#include "fhir/codec/xml_text.hpp"
#include "fhir/model/bundle.hpp"
#include "fhir/schema/declare.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace fhir::codec
{

namespace
{

using schema::ChoiceInfo;
using schema::ElementInfo;
using schema::is_primitive;
using schema::Kind;
using schema::TypeInfo;

/// What stands between the outermost tags of a narrative's `div`.
std::string_view inner_text(std::string_view div)
{
    const auto opened = div.find('>');
    const auto closed = div.rfind("</");
    return opened == div.npos || closed == div.npos || closed <= opened
               ? std::string_view()
               : div.substr(opened + 1, closed - opened - 1);
}

/// A value of a type without a struct cannot be written; an extension around it would say nothing (ext-1).
bool holds_other_value(const TypeInfo& type, const void* owner)
{
    return std::ranges::any_of(type.elements, [&](const ElementInfo& info) {
        const auto* chosen = info.choice && info.count(owner) > 0
                                 ? chosen_name(info, owner, info.choice->held(owner))
                                 : nullptr;
        return chosen != nullptr && chosen->type->kind == Kind::other;
    });
}

/// Writes structs by their declarations. What is empty leaves no trace.
class XmlWriter
{
public:
    XmlWriter(rest::OutBuffer& out, const WriteOptions& options) : out_(out), options_(options) {}

    void top(const TypeInfo& type, const void* held)
    {
        const bool bundle = &type == &Bundle::declaration();
        filter_entries_ = bundle && is_subset(options_);
        resource(type, held, !bundle && is_subset(options_), true);
        if (options_.pretty)
            out_.push_back('\n');
    }

private:
    /// Where an element began, to take it back.
    struct Mark
    {
        std::size_t size;
        bool has_children;
    };

    void resource(const TypeInfo& declared, const void* held, bool filter, bool outermost);
    void part(const TypeInfo& type, const void* resource, const std::vector<const AnyResource*>& contained);
    void children(const TypeInfo& type, const void* owner);
    void element(const TypeInfo& type, const ElementInfo& info, const void* owner);
    void choice(const TypeInfo& type, const ElementInfo& info, const void* owner);
    void extras_alone(const TypeInfo& type, const ElementInfo& info, const void* owner);
    bool single(std::string_view name, const TypeInfo& declared, const void* held,
                const PrimitiveExtras* extra);
    bool complex(std::string_view name, const TypeInfo& type, const void* held);
    bool primitive(std::string_view name, const TypeInfo& type, const void* held,
                   const PrimitiveExtras* extra);
    bool any(std::string_view name, const AnyResource& held);
    void narrative(std::string_view div);
    bool attributes(const TypeInfo& type, const void* owner);
    void attribute(std::string_view name, std::string_view value);

    Mark open(std::string_view name);
    void close(std::string_view name);
    void take_back(const Mark& mark);
    void new_line();

    rest::OutBuffer& out_;
    const WriteOptions& options_;
    std::size_t depth_ = 0;
    bool has_children_ = false;   ///< the element being written: its tag is closed
    bool filter_entries_ = false; ///< a Bundle is whole, the resources in its entries are not
};

XmlWriter::Mark XmlWriter::open(std::string_view name)
{
    const Mark mark{out_.size(), has_children_};
    if (depth_ > 0 && !has_children_)
        out_.push_back('>');
    new_line();
    out_.push_back('<');
    out_.append(name);
    ++depth_;
    has_children_ = false;
    return mark;
}

void XmlWriter::close(std::string_view name)
{
    --depth_;
    if (has_children_) {
        new_line();
        out_.append("</");
        out_.append(name);
        out_.push_back('>');
    } else {
        out_.append("/>");
    }
    has_children_ = true; // the element around it
}

void XmlWriter::take_back(const Mark& mark)
{
    out_.truncate(mark.size);
    has_children_ = mark.has_children;
    --depth_;
}

void XmlWriter::new_line()
{
    if (!options_.pretty || out_.empty())
        return;
    out_.push_back('\n');
    for (std::size_t i = 0; i < depth_; ++i)
        out_.append("  ");
}

void XmlWriter::attribute(std::string_view name, std::string_view value)
{
    out_.push_back(' ');
    out_.append(name);
    out_.append("=\"");
    append_xml(out_, value);
    out_.push_back('"');
}

void XmlWriter::resource(const TypeInfo& declared, const void* held, bool filter, bool outermost)
{
    const TypeInfo& type = declared.in(options_.release);
    std::shared_ptr<const void> made;
    const void* owner = type.sent ? type.sent(held, made) : held;
    open(type.name);
    if (outermost)
        attribute("xmlns", fhir_space);
    if (filter)
        part(type, owner, referred_contained(type, owner, options_));
    else
        children(type, owner);
    close(type.name);
}

void XmlWriter::part(const TypeInfo& type, const void* resource,
                     const std::vector<const AnyResource*>& contained)
{
    for (const ElementInfo& info : type.elements) {
        if (info.name == "meta") {
            // Every resource struct has Resource as its first base.
            const auto& held = static_cast<const Resource*>(resource)->meta;
            const Meta marked = subsetted(held ? &*held : nullptr);
            single("meta", schema::TypeOf<Meta>::info, &marked, nullptr);
        } else if (info.name == "contained") {
            for (const AnyResource* one : contained)
                any(info.name, *one);
        } else if (carries(options_, info)) {
            element(type, info, resource);
        }
    }
}

void XmlWriter::children(const TypeInfo& type, const void* owner)
{
    for (const ElementInfo& info : type.elements)
        if (!info.attribute)
            element(type, info, owner);
}

void XmlWriter::element(const TypeInfo& type, const ElementInfo& info, const void* owner)
{
    const bool has_extras = type.extras && !type.extras(const_cast<void*>(owner))->empty();
    const std::size_t count = info.count(owner);
    if (info.choice)
        return count == 0 ? void() : choice(type, info, owner);
    const bool with_extras = has_extras && is_primitive(*info.type);
    if (count == 0 && with_extras)
        return extras_alone(type, info, owner);
    std::optional<ExtrasOf> extras;
    if (with_extras)
        extras.emplace(type, owner, info.name);
    for (std::size_t i = 0; i < count; ++i)
        single(info.name, *info.type, info.get(owner, i), extras ? extras->at(i) : nullptr);
}

/// A primitive without a value has no place in the struct.
void XmlWriter::extras_alone(const TypeInfo& type, const ElementInfo& info, const void* owner)
{
    if (const auto* extra = extra_of(type, owner, info.name, 0))
        primitive(info.name, *info.type, nullptr, extra);
}

void XmlWriter::choice(const TypeInfo& type, const ElementInfo& info, const void* owner)
{
    const ChoiceInfo* chosen = chosen_name(info, owner, info.choice->held(owner));
    if (chosen == nullptr || chosen->type->kind == Kind::other)
        return;
    single(chosen->name, *chosen->type, info.choice->get(owner),
           type.extras ? extra_of(type, owner, chosen->name, 0) : nullptr);
}

bool XmlWriter::single(std::string_view name, const TypeInfo& declared, const void* held,
                       const PrimitiveExtras* extra)
{
    if (declared.kind == Kind::resource)
        return any(name, *static_cast<const AnyResource*>(held));
    if (&declared == &schema::xhtml_type) {
        narrative(*static_cast<const std::string*>(held));
        return true;
    }
    if (is_primitive(declared))
        return primitive(name, declared, held, extra);
    return complex(name, declared.in(options_.release), held);
}

bool XmlWriter::complex(std::string_view name, const TypeInfo& type, const void* held)
{
    std::shared_ptr<const void> made;
    const void* owner = type.sent ? type.sent(held, made) : held;
    const Mark mark = open(name);
    const bool has_attributes = attributes(type, owner);
    children(type, owner);
    if (!has_children_ && (!has_attributes || holds_other_value(type, owner))) {
        take_back(mark);
        return false;
    }
    close(name);
    return true;
}

bool XmlWriter::attributes(const TypeInfo& type, const void* owner)
{
    bool any = false;
    for (const ElementInfo& info : type.elements) {
        if (!info.attribute || info.count(owner) == 0)
            continue;
        TextFill scratch;
        const auto text = info.type->text(info.get(owner, 0), scratch);
        if (text.empty())
            continue;
        attribute(info.name, text);
        any = true;
    }
    return any;
}

/// `held`: nullptr when there are id and extensions alone.
bool XmlWriter::primitive(std::string_view name, const TypeInfo& type, const void* held,
                          const PrimitiveExtras* extra)
{
    TextFill scratch;
    const auto text = held ? type.text(held, scratch) : std::string_view();
    if (text.empty() && extra == nullptr)
        return false;
    const Mark mark = open(name);
    if (extra && !extra->id.empty())
        attribute("id", extra->id);
    if (!text.empty())
        attribute("value", text);
    bool any = !text.empty() || (extra && !extra->id.empty());
    if (extra)
        for (const Extension& each : extra->extension)
            any = single("extension", schema::TypeOf<Extension>::info, &each, nullptr) || any;
    if (!any) {
        take_back(mark);
        return false;
    }
    close(name);
    return true;
}

bool XmlWriter::any(std::string_view name, const AnyResource& held)
{
    if (held.empty())
        return false;
    open(name);
    const bool filter = std::exchange(filter_entries_, false);
    resource(held.type(), held.address(), filter && held.type().name != "OperationOutcome", false);
    filter_entries_ = filter;
    close(name);
    return true;
}

/// Its markup becomes text: what it holds is the sender's, and need not even be well-formed.
void XmlWriter::narrative(std::string_view div)
{
    open("div");
    attribute("xmlns", xhtml_space);
    out_.push_back('>');
    append_xml(out_, inner_text(div));
    out_.append("</div>");
    --depth_;
    has_children_ = true;
}

} // namespace

void write_resource_xml(const TypeInfo& type, const void* resource, rest::OutBuffer& out,
                        const WriteOptions& options)
{
    XmlWriter writer(out, options);
    writer.top(type, resource);
}

} // namespace fhir::codec
