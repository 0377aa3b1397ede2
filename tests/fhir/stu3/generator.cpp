// SPDX-License-Identifier: Apache-2.0
#include "tests/fhir/stu3/generator.hpp"

#include "fhir/model/organization.hpp"
#include "fhir/model/practitioner.hpp"

#include <algorithm>
#include <array>

namespace tests
{

using fhir::schema::ChoiceInfo;
using fhir::schema::ElementInfo;
using fhir::schema::is_primitive;
using fhir::schema::Kind;
using fhir::schema::TypeInfo;

namespace
{

constexpr int deepest = 6;
/// How often an element is there, by depth.
constexpr std::array<unsigned, deepest> percents{0, 60, 40, 25, 10, 5};

bool is_in(std::string_view list, std::string_view word)
{
    for (std::size_t from = 0; from < list.size();) {
        const auto to = std::min(list.find(' ', from), list.size());
        if (list.substr(from, to - from) == word)
            return true;
        from = to + 1;
    }
    return false;
}

/// An extension holds either a value or others.
fhir::Extension extension_with_flag(std::string url)
{
    fhir::Extension made;
    made.url = std::move(url);
    made.value = true;
    return made;
}

} // namespace

std::size_t Generator::below(std::size_t limit)
{
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
}

const LostOnPurpose* Generator::lost(const TypeInfo& type, std::string_view element) const
{
    const auto found = std::ranges::find_if(lost_, [&](const LostOnPurpose& row) {
        const bool of_any = row.type == "DomainResource" && type.make != nullptr;
        return (row.type == type.name || of_any) && row.element == element;
    });
    return found == lost_.end() ? nullptr : &*found;
}

fhir::AnyResource Generator::resource(const TypeInfo& type)
{
    auto made = type.make();
    members(type, made.address());
    return made;
}

void Generator::members(const TypeInfo& type, void* owner)
{
    ++depth_;
    for (const ElementInfo& info : type.elements) {
        const LostOnPurpose* row = lost(type, info.name);
        if (row != nullptr && row->what == LostOnPurpose::all)
            continue;
        if (info.required || (depth_ < deepest && chance(percents[static_cast<std::size_t>(depth_)])))
            element(type, info, owner);
        else if (!info.choice && !info.attribute && !info.many && is_primitive(*info.type) &&
                 row == nullptr && depth_ < deepest && chance(3))
            extras(type, owner, info.name, 0);
    }
    --depth_;
}

void Generator::fill(const TypeInfo& type, const ElementInfo& info, void* owner)
{
    element(type, info, owner);
}

void Generator::element(const TypeInfo& type, const ElementInfo& info, void* owner)
{
    if (info.choice)
        return choice(type, info, owner);
    const LostOnPurpose* row = lost(type, info.name);
    const bool one = !info.many || (row != nullptr && row->what == LostOnPurpose::all_but_one) || depth_ > 3;
    const std::size_t count = one ? 1 : 1 + below(3);
    for (std::size_t i = 0; i < count; ++i) {
        void* made = info.many || !info.required ? info.add(owner) : const_cast<void*>(info.get(owner, 0));
        if (row != nullptr && row->what == LostOnPurpose::all_but_text) {
            static_cast<fhir::CodeableConcept*>(made)->text = text();
            continue;
        }
        value(*info.type, made, row != nullptr && row->what == LostOnPurpose::some_codes ? row->detail : "");
        const bool plain = info.attribute || (row != nullptr && row->what == LostOnPurpose::primitive_extras);
        if (is_primitive(*info.type) && type.extras && !plain && depth_ < deepest && chance(8))
            extras(type, owner, info.name, i);
    }
}

void Generator::choice(const TypeInfo& type, const ElementInfo& info, void* owner)
{
    const LostOnPurpose* row = lost(type, info.name);
    const ChoiceInfo* chosen = nullptr;
    do {
        chosen = &info.choice->choices[below(info.choice->choices.size())];
    } while (chosen->type->kind == Kind::other || (depth_ > 3 && !is_primitive(*chosen->type)) ||
             (row != nullptr && is_in(row->detail, chosen->name)));
    value(*chosen->type, info.choice->make(owner, chosen->alternative));
    if (info.choice->name)
        *info.choice->name(owner) = chosen->name;
    if (is_primitive(*chosen->type) && depth_ < deepest && chance(8))
        extras(type, owner, chosen->name, 0);
}

void Generator::value(const TypeInfo& type, void* target, std::string_view but_not_codes)
{
    if (is_primitive(type))
        return primitive(type, target, but_not_codes);
    if (type.kind == Kind::resource) {
        const auto& inner =
            chance(50) ? fhir::Organization::declaration() : fhir::Practitioner::declaration();
        depth_ += 2;
        *static_cast<fhir::AnyResource*>(target) = resource(inner);
        depth_ -= 2;
        static_cast<fhir::Resource*>(static_cast<fhir::AnyResource*>(target)->address())->id = "c1";
        return;
    }
    members(type, target);
    if (type.name == "Extension") {
        auto& extension = *static_cast<fhir::Extension*>(target);
        extension.url = "urn:generated:" + std::to_string(below(1000));
        if (extension.extension.empty() == (extension.value.index() == 0))
            extension = extension_with_flag(extension.url);
        return;
    }
    // Nothing is empty in FHIR: give it whatever it has in front that is plain.
    for (const ElementInfo& info : type.elements)
        if (!info.choice && info.count(target) > 0)
            return;
        else if (info.choice && info.choice->held(target) != 0)
            return;
    *static_cast<std::string*>(type.elements.front().add(target)) = "x1";
}

void Generator::primitive(const TypeInfo& type, void* target, std::string_view but_not_codes)
{
    if (type.codes.empty()) {
        if (!type.parse(target, candidate(type.name)))
            std::abort();
        return;
    }
    std::string_view code;
    do {
        code = type.codes[below(type.codes.size())];
    } while (is_in(but_not_codes, code));
    type.parse(target, code);
}

void Generator::extras(const TypeInfo& type, void* owner, std::string_view name, std::size_t index)
{
    if (!type.extras)
        return;
    fhir::PrimitiveExtras extra;
    extra.element = name;
    extra.index = index;
    if (chance(50))
        extra.id = "e" + std::to_string(below(100));
    if (extra.id.empty() || chance(30)) {
        auto& extension = extra.extension.emplace_back();
        extension.url = "urn:generated:extra";
        extension.value = fhir::Code("x");
    }
    type.extras(owner)->push_back(std::move(extra));
}

std::string Generator::text()
{
    static constexpr std::array<std::string_view, 9> words{
        "Ann", " ", "&amp;<b>\"'", "\n", "\t", "\xC3\xA9\xE2\x82\xAC", "\\u0041", "]]>", "\xF0\x9F\x8F\xA5"};
    std::string made = "w";
    for (std::size_t i = below(6); i > 0; --i)
        made += words[below(words.size())];
    return made;
}

std::string Generator::candidate(std::string_view type)
{
    static constexpr std::array<std::string_view, 4> systems{
        "urn:generated:system", "http://terminology.hl7.org/CodeSystem/v2-0131",
        "http://terminology.hl7.org/CodeSystem/v3-RoleCode",
        "https://fhir.hl7.org.uk/CodeSystem/UKCore-SDSJobRoleName"};
    const auto number = std::to_string(below(900) + 1);
    if (type == "boolean")
        return chance(50) ? "true" : "false";
    if (type == "integer")
        return chance(30) ? "-" + number : number;
    if (type == "positiveInt" || type == "unsignedInt")
        return number;
    if (type == "decimal")
        return number + (chance(50) ? ".50" : "");
    if (type == "uri")
        return std::string(systems[below(systems.size())]);
    if (type == "code")
        return "code-" + number;
    if (type == "id")
        return "id." + number;
    if (type == "base64Binary")
        return "AAECAw==";
    if (type == "instant")
        return chance(50) ? "2027-01-12T09:20:00Z" : "2027-06-12T09:20:00.125+01:00";
    if (type == "dateTime")
        return chance(50) ? "2027-03" : "2027-06-12T09:20:00+01:00";
    if (type == "date")
        return "2027-06-12";
    if (type == "time")
        return "09:20:00";
    if (type == "xhtml")
        return "<div xmlns=\"http://www.w3.org/1999/xhtml\">said</div>";
    return text();
}

} // namespace tests
