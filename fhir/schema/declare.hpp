// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/schema/codes.hpp"
#include "fhir/schema/schema.hpp"

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

/// Makes the rows of declaration tables: `element<"status", &Slot::status>(in_summary)`. Seen by declaring
/// .cpp files only.
namespace fhir::schema
{

/// Declaration of a C++ type; defined once per type beside its table.
template <class T>
struct TypeOf
{
    static const TypeInfo info;
};

// Types that several files refer to.
#define FHIR_SCHEMA_DECLARED(Type)                                                                           \
    template <>                                                                                              \
    const TypeInfo TypeOf<Type>::info
FHIR_SCHEMA_DECLARED(bool);
FHIR_SCHEMA_DECLARED(std::int32_t);
FHIR_SCHEMA_DECLARED(PositiveInt);
FHIR_SCHEMA_DECLARED(UnsignedInt);
FHIR_SCHEMA_DECLARED(Decimal);
FHIR_SCHEMA_DECLARED(std::string);
FHIR_SCHEMA_DECLARED(Code);
FHIR_SCHEMA_DECLARED(Uri);
FHIR_SCHEMA_DECLARED(Markdown);
FHIR_SCHEMA_DECLARED(Instant);
FHIR_SCHEMA_DECLARED(DateTime);
FHIR_SCHEMA_DECLARED(Date);
FHIR_SCHEMA_DECLARED(TimeOfDay);
FHIR_SCHEMA_DECLARED(Base64);
FHIR_SCHEMA_DECLARED(AnyResource);
FHIR_SCHEMA_DECLARED(OtherValue);
FHIR_SCHEMA_DECLARED(Extension);
FHIR_SCHEMA_DECLARED(Period);
FHIR_SCHEMA_DECLARED(Coding);
FHIR_SCHEMA_DECLARED(CodeableConcept);
FHIR_SCHEMA_DECLARED(Reference);
FHIR_SCHEMA_DECLARED(Identifier);
FHIR_SCHEMA_DECLARED(Quantity);
FHIR_SCHEMA_DECLARED(Range);
FHIR_SCHEMA_DECLARED(HumanName);
FHIR_SCHEMA_DECLARED(ContactPoint);
FHIR_SCHEMA_DECLARED(Address);
FHIR_SCHEMA_DECLARED(Attachment);
FHIR_SCHEMA_DECLARED(Annotation);
FHIR_SCHEMA_DECLARED(Meta);
FHIR_SCHEMA_DECLARED(Narrative);
FHIR_SCHEMA_DECLARED(ContactDetail);
#undef FHIR_SCHEMA_DECLARED

/// Types that STU3 says in another way: their other tables.
extern const TypeInfo stu3_meta, stu3_coding, stu3_reference, stu3_identifier, stu3_address, stu3_extension;

/// FHIR `id`, xhtml and `date` (of any precision) share a C++ type with others.
extern const TypeInfo id_type;
extern const TypeInfo xhtml_type;
extern const TypeInfo partial_date_type;

inline constexpr unsigned in_summary = 1;
inline constexpr unsigned at_least_one = 2;
inline constexpr unsigned in_every_part = 4; ///< see ElementInfo::kept
inline constexpr unsigned as_attribute = 8;  ///< see ElementInfo::attribute

/// A name as template argument, with its JSON key made at compile time.
template <std::size_t N>
struct Name
{
    char text[N];
    consteval Name(const char (&literal)[N]) { std::copy_n(literal, N, text); }
};

template <Name N>
struct NameText
{
    static constexpr std::size_t size = sizeof(N.text) - 1;
    static constexpr auto quoted = [] {
        std::array<char, size + 3> key{};
        key[0] = '"';
        std::copy_n(N.text, size, key.begin() + 1);
        key[size + 1] = '"';
        key[size + 2] = ':';
        return key;
    }();
    static constexpr std::string_view key{quoted.data(), quoted.size()};
    static constexpr std::string_view name = key.substr(1, size);
};

template <class T>
struct Unboxed
{
    using type = T;
    static T& value(T& v) { return v; }
};
template <class T>
struct Unboxed<Box<T>>
{
    using type = T;
    static T& value(Box<T>& v) { return *v; }
};

/// How a member holds its values: `T`.
template <class M>
struct Shape
{
    using value_type = typename Unboxed<M>::type;
    static constexpr bool required = true;
    static constexpr bool many = false;
    static std::size_t count(const M&) { return 1; }
    static M& at(M& member, std::size_t) { return member; }
    static M& add(M& member) { return member; }
};
template <class T>
struct Shape<std::optional<T>>
{
    using value_type = typename Unboxed<T>::type;
    static constexpr bool required = false;
    static constexpr bool many = false;
    static std::size_t count(const std::optional<T>& member) { return member.has_value() ? 1 : 0; }
    static T& at(std::optional<T>& member, std::size_t) { return *member; }
    static T& add(std::optional<T>& member) { return member.emplace(); }
};
template <class T>
struct Shape<std::vector<T>>
{
    using value_type = typename Unboxed<T>::type;
    static constexpr bool required = false;
    static constexpr bool many = true;
    static std::size_t count(const std::vector<T>& member) { return member.size(); }
    static T& at(std::vector<T>& member, std::size_t index) { return member[index]; }
    static T& add(std::vector<T>& member) { return member.emplace_back(); }
};

template <class P>
struct MemberOf;
template <class M, class O>
struct MemberOf<M O::*>
{
    using owner = O;
    using shape = Shape<M>;
    using variant = M;
};

/// Bases stand at the address of the whole, so a member of a base is reached through a pointer to the whole.
template <auto Member>
struct Access
{
    using Of = MemberOf<decltype(Member)>;
    using Shape = typename Of::shape;
    using Value = typename Shape::value_type;
    static auto& member(const void* owner)
    {
        return const_cast<typename Of::owner*>(static_cast<const typename Of::owner*>(owner))->*Member;
    }
    static std::size_t count(const void* owner) { return Shape::count(member(owner)); }
    static const void* get(const void* owner, std::size_t index)
    {
        auto& held = Shape::at(member(owner), index);
        return &Unboxed<std::remove_cvref_t<decltype(held)>>::value(held);
    }
    static void* add(void* owner)
    {
        auto& held = Shape::add(member(owner));
        return &Unboxed<std::remove_cvref_t<decltype(held)>>::value(held);
    }
};

/// Only the first of a list, for which the other release has room.
template <auto Member>
struct FirstAccess : Access<Member>
{
    using A = Access<Member>;
    static std::size_t count(const void* owner) { return A::member(owner).empty() ? 0 : 1; }
};

template <class E>
std::string_view text_of_code(const void* value, TextFill&)
{
    return code_text(*static_cast<const E*>(value));
}
template <class E>
bool parse_code_text(void* value, std::string_view text)
{
    const auto code = parse_code<E>(text);
    if (code)
        *static_cast<E*>(value) = *code;
    return code.has_value();
}
template <class E>
inline constexpr TypeInfo enum_type = {.name = "code",
                                       .kind = Kind::text,
                                       .codes = codes_of<E>,
                                       .text = text_of_code<E>,
                                       .parse = parse_code_text<E>,
                                       .expected = "one of the codes of this element"};

/// The first N codes of E, for a release that has no more. Of the others the code that is written instead,
/// or nothing where none is given.
template <class E, std::size_t N, E... Instead>
std::string_view text_of_narrow_code(const void* value, TextFill&)
{
    constexpr std::array<E, sizeof...(Instead)> instead{Instead...};
    const E code = *static_cast<const E*>(value);
    const auto index = static_cast<std::size_t>(code);
    if (index < N)
        return code_text(code);
    return index - N < instead.size() ? code_text(instead[index - N]) : std::string_view();
}
template <class E, std::size_t N>
bool parse_narrow_code(void* value, std::string_view text)
{
    const auto code = parse_code<E>(text);
    if (!code || static_cast<std::size_t>(*code) >= N)
        return false;
    *static_cast<E*>(value) = *code;
    return true;
}
template <class E, std::size_t N, E... Instead>
inline constexpr TypeInfo narrow_enum_type = {.name = "code",
                                              .kind = Kind::text,
                                              .codes = std::span(codes_of<E>).template first<N>(),
                                              .text = text_of_narrow_code<E, N, Instead...>,
                                              .parse = parse_narrow_code<E, N>,
                                              .expected = "one of the codes of this element"};

template <class T>
consteval const TypeInfo* type_of()
{
    if constexpr (std::is_enum_v<T>)
        return &enum_type<T>;
    else
        return &TypeOf<T>::info;
}

template <Name N, auto Member>
consteval ElementInfo element(const TypeInfo* type, unsigned flags = 0)
{
    using A = Access<Member>;
    const bool required = A::Shape::required || (flags & at_least_one) != 0;
    return {NameText<N>::name,
            NameText<N>::key,
            type,
            nullptr,
            required,
            A::Shape::many,
            (flags & in_summary) != 0,
            (flags & in_every_part) != 0,
            (flags & as_attribute) != 0,
            A::count,
            A::get,
            A::add};
}
template <Name N, auto Member>
consteval ElementInfo element(unsigned flags = 0)
{
    return element<N, Member>(type_of<typename Access<Member>::Value>(), flags);
}

template <Name N, auto Member>
consteval ElementInfo first_element(unsigned flags = 0)
{
    ElementInfo info = element<N, Member>(flags);
    info.many = false;
    info.count = FirstAccess<Member>::count;
    return info;
}

/// Functions on a variant member whose first alternative means "none".
template <auto Member>
struct ChoiceAccess
{
    using Of = MemberOf<decltype(Member)>;
    using Variant = typename Of::variant;
    static Variant& member(const void* owner)
    {
        return const_cast<typename Of::owner*>(static_cast<const typename Of::owner*>(owner))->*Member;
    }
    static std::size_t held(const void* owner) { return member(owner).index(); }
    static const void* get(const void* owner)
    {
        return std::visit([](const auto& value) -> const void* { return &value; }, member(owner));
    }
    template <std::size_t... I>
    static void* make_one(Variant& variant, std::size_t alternative, std::index_sequence<I...>)
    {
        void* made = nullptr;
        ((I == alternative ? void(made = &variant.template emplace<I>()) : void()), ...);
        return made;
    }
    static void* make(void* owner, std::size_t alternative)
    {
        return make_one(member(owner), alternative, std::make_index_sequence<std::variant_size_v<Variant>>{});
    }
    static std::size_t count(const void* owner) { return held(owner) == 0 ? 0 : 1; }
};

/// One wire name of alternative `A` of the variant.
template <Name N, class Variant, std::size_t A>
consteval ChoiceInfo choice()
{
    return {NameText<N>::name, NameText<N>::key, type_of<std::variant_alternative_t<A, Variant>>(), A};
}
template <auto Member>
consteval ChoiceSet choice_set(std::span<const ChoiceInfo> choices, std::string* (*name)(void*) = nullptr)
{
    using A = ChoiceAccess<Member>;
    return {choices, A::held, A::get, A::make, name};
}
template <Name N, auto Member>
consteval ElementInfo choice_element(const ChoiceSet& set, unsigned flags = 0)
{
    return {NameText<N>::name,
            NameText<N>::key,
            nullptr,
            &set,
            false,
            false,
            (flags & in_summary) != 0,
            (flags & in_every_part) != 0,
            false,
            ChoiceAccess<Member>::count,
            nullptr,
            nullptr};
}

template <std::size_t... N>
consteval auto joined(const std::array<ElementInfo, N>&... parts)
{
    std::array<ElementInfo, (N + ...)> all{};
    auto at = all.begin();
    ((at = std::copy(parts.begin(), parts.end(), at)), ...);
    return all;
}
template <class... E>
consteval std::array<ElementInfo, sizeof...(E)> elements(E... e)
{
    return {e...};
}

inline constexpr auto element_base =
    elements(element<"id", &Element::id>(as_attribute), element<"extension", &Element::extension>());
inline constexpr auto backbone_base = joined(
    element_base, elements(element<"modifierExtension", &BackboneElement::modifier_extension>(in_summary)));
inline constexpr auto resource_base =
    elements(element<"id", &Resource::id>(&id_type, in_summary), element<"meta", &Resource::meta>(in_summary),
             element<"implicitRules", &Resource::implicit_rules>(in_summary),
             element<"language", &Resource::language>());
inline constexpr auto domain_base =
    joined(resource_base, elements(element<"text", &DomainResource::text>(),
                                   element<"contained", &DomainResource::contained>(),
                                   element<"extension", &DomainResource::extension>(),
                                   element<"modifierExtension", &DomainResource::modifier_extension>()));

template <class T>
std::vector<PrimitiveExtras>* extras_of(void* value)
{
    return &static_cast<T*>(value)->extras;
}
template <class T>
consteval TypeInfo complex_type(std::string_view name, std::span<const ElementInfo> table,
                                const TypeInfo* stu3 = nullptr)
{
    return {.name = name, .kind = Kind::complex, .elements = table, .extras = extras_of<T>, .stu3 = stu3};
}
template <class T>
AnyResource make_resource()
{
    return AnyResource(T{});
}
template <class T>
consteval TypeInfo resource_type(std::string_view name, std::span<const ElementInfo> table,
                                 const TypeInfo* stu3 = nullptr)
{
    return {.name = name,
            .kind = Kind::complex,
            .elements = table,
            .extras = extras_of<T>,
            .make = make_resource<T>,
            .stu3 = stu3};
}

} // namespace fhir::schema
