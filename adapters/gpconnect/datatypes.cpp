// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/datatypes.hpp"

#include <array>
#include <utility>

namespace adapters::gpconnect::wire
{

namespace
{

// FHIR R4 value sets, in the order of the enumerations.
constexpr std::array<std::string_view, 5> contact_uses{"home", "work", "temp", "old", "mobile"};
constexpr std::array<std::string_view, 7> contact_systems{"phone", "fax", "email", "pager",
                                                          "url",   "sms", "other"};
constexpr std::array<std::string_view, 4> address_uses{"home", "work", "temp", "old"};
constexpr std::array<std::string_view, 3> address_types{"postal", "physical", "both"};
constexpr std::array<std::string_view, 7> name_uses{"usual",     "official", "temp",  "nickname",
                                                    "anonymous", "old",      "maiden"};
constexpr std::array<std::string_view, 4> genders{"male", "female", "other", "unknown"};

template <class Enum, std::size_t N>
std::optional<Enum> enum_of(const std::array<std::string_view, N>& codes, std::string_view code)
{
    for (std::size_t i = 0; i < N; ++i)
        if (codes[i] == code)
            return static_cast<Enum>(i);
    return std::nullopt;
}

std::optional<std::string> optional_text(const Node& object, std::string_view name)
{
    const auto text = view_of(object, name);
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

std::vector<std::string> texts_of(const Node& object, std::string_view name)
{
    std::vector<std::string> texts;
    for (const auto* item : items_of(object, name))
        if (item->is_string() && !item->text().empty())
            texts.emplace_back(item->text());
    return texts;
}

JsonValue text_array(const std::vector<std::string>& texts)
{
    JsonValue array = JsonValue::array();
    for (const auto& text : texts)
        array.items().push_back(JsonValue(text));
    return array;
}

template <class Enum, std::size_t N>
void set_code(JsonValue& object, std::string_view name, const std::optional<Enum>& value,
              const std::array<std::string_view, N>& codes)
{
    if (value && static_cast<std::size_t>(*value) < N)
        object.set(name, codes[static_cast<std::size_t>(*value)]);
}

void set_text(JsonValue& object, std::string_view name, const std::optional<std::string>& text)
{
    if (text && !text->empty())
        object.set(name, *text);
}

} // namespace

std::vector<fhir::Identifier> read_identifiers(const Node& resource)
{
    std::vector<fhir::Identifier> found;
    for (const auto* item : items_of(resource, "identifier")) {
        fhir::Identifier identifier;
        identifier.value = optional_text(*item, "value");
        if (auto system = optional_text(*item, "system"))
            identifier.system = fhir::Uri(*system);
        if (identifier.value)
            found.push_back(std::move(identifier));
    }
    return found;
}

std::vector<fhir::HumanName> read_names(const Node& resource)
{
    std::vector<fhir::HumanName> found;
    for (const auto* item : items_of(resource, "name")) {
        if (!item->is_object())
            continue;
        fhir::HumanName name;
        name.use = enum_of<fhir::NameUse>(name_uses, view_of(*item, "use"));
        name.text = optional_text(*item, "text");
        name.family = optional_text(*item, "family");
        name.given = texts_of(*item, "given");
        name.prefix = texts_of(*item, "prefix");
        name.suffix = texts_of(*item, "suffix");
        found.push_back(std::move(name));
    }
    return found;
}

std::vector<fhir::ContactPoint> read_telecom(const Node& resource)
{
    std::vector<fhir::ContactPoint> found;
    for (const auto* item : items_of(resource, "telecom")) {
        fhir::ContactPoint point;
        point.system = enum_of<fhir::ContactSystem>(contact_systems, view_of(*item, "system"));
        point.value = optional_text(*item, "value");
        point.use = enum_of<fhir::ContactUse>(contact_uses, view_of(*item, "use"));
        if (point.value)
            found.push_back(std::move(point));
    }
    return found;
}

std::optional<fhir::Address> read_address(const Node& tree)
{
    if (!tree.is_object())
        return std::nullopt;
    fhir::Address address;
    address.use = enum_of<fhir::AddressUse>(address_uses, view_of(tree, "use"));
    address.type = enum_of<fhir::AddressType>(address_types, view_of(tree, "type"));
    address.text = optional_text(tree, "text");
    address.line = texts_of(tree, "line");
    address.city = optional_text(tree, "city");
    address.district = optional_text(tree, "district");
    address.state = optional_text(tree, "state");
    address.postal_code = optional_text(tree, "postalCode");
    address.country = optional_text(tree, "country");
    return address;
}

std::vector<fhir::Address> read_addresses(const Node& resource)
{
    std::vector<fhir::Address> found;
    for (const auto* item : items_of(resource, "address"))
        if (auto address = read_address(*item))
            found.push_back(std::move(*address));
    return found;
}

std::optional<fhir::Coding> read_coding(const Node* tree)
{
    if (tree != nullptr && tree->is_array())
        tree = tree->items().empty() ? nullptr : &tree->items().front();
    if (tree == nullptr || view_of(*tree, "code").empty())
        return std::nullopt;
    fhir::Coding coding;
    if (auto system = optional_text(*tree, "system"))
        coding.system = fhir::Uri(*system);
    coding.code = fhir::Code(text_of(*tree, "code"));
    coding.display = optional_text(*tree, "display");
    return coding;
}

std::optional<fhir::Gender> read_gender(const Node& resource)
{
    return enum_of<fhir::Gender>(genders, view_of(resource, "gender"));
}

std::optional<fhir::Period> read_period(const Node* tree)
{
    if (tree == nullptr)
        return std::nullopt;
    fhir::Period period;
    period.start = fhir::parse_date_time(view_of(*tree, "start"));
    period.end = fhir::parse_date_time(view_of(*tree, "end"));
    return period.start || period.end ? std::optional(std::move(period)) : std::nullopt;
}

JsonValue write_name(const fhir::HumanName& name)
{
    JsonValue tree = JsonValue::object();
    set_code(tree, "use", name.use, name_uses);
    set_text(tree, "text", name.text);
    set_text(tree, "family", name.family);
    if (!name.given.empty())
        tree.set("given", text_array(name.given));
    if (!name.prefix.empty())
        tree.set("prefix", text_array(name.prefix));
    return tree;
}

JsonValue write_telecom(const fhir::ContactPoint& point)
{
    JsonValue tree = JsonValue::object();
    set_code(tree, "system", point.system, contact_systems);
    set_text(tree, "value", point.value);
    set_code(tree, "use", point.use, contact_uses);
    return tree;
}

JsonValue write_address(const fhir::Address& address)
{
    JsonValue tree = JsonValue::object();
    set_code(tree, "use", address.use, address_uses);
    if (!address.line.empty())
        tree.set("line", text_array(address.line));
    set_text(tree, "city", address.city);
    set_text(tree, "district", address.district);
    set_text(tree, "postalCode", address.postal_code);
    set_text(tree, "country", address.country);
    return tree;
}

std::string_view gender_code(fhir::Gender gender)
{
    return genders[static_cast<std::size_t>(gender)];
}

} // namespace adapters::gpconnect::wire
