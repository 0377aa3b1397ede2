// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/datatypes.hpp"

#include <algorithm>

namespace fhir
{

namespace
{

std::string_view without_scheme(std::string_view system)
{
    for (std::string_view scheme : {"https://", "http://"})
        if (system.starts_with(scheme))
            return system.substr(scheme.size());
    return system;
}

} // namespace

Element::Element() = default;
Element::Element(const Element&) = default;
Element::Element(Element&&) noexcept = default;
Element& Element::operator=(const Element&) = default;
Element& Element::operator=(Element&&) noexcept = default;
Element::~Element() = default;

BackboneElement::BackboneElement() = default;
BackboneElement::BackboneElement(const BackboneElement&) = default;
BackboneElement::BackboneElement(BackboneElement&&) noexcept = default;
BackboneElement& BackboneElement::operator=(const BackboneElement&) = default;
BackboneElement& BackboneElement::operator=(BackboneElement&&) noexcept = default;
BackboneElement::~BackboneElement() = default;

CodeableConcept concept_of(std::string_view system, std::string_view code, std::string_view display)
{
    Coding coding;
    if (!system.empty())
        coding.system = Uri(system);
    coding.code = Code(std::string(code));
    if (!display.empty())
        coding.display = std::string(display);
    CodeableConcept result;
    result.coding.push_back(std::move(coding));
    return result;
}

CodeableConcept concept_text(std::string_view text)
{
    CodeableConcept result;
    result.text = std::string(text);
    return result;
}

Identifier identifier_of(std::string_view system, std::string_view value)
{
    Identifier result;
    if (!system.empty())
        result.system = Uri(system);
    result.value = std::string(value);
    return result;
}

Reference reference_to(std::string_view type_and_id, std::string_view display)
{
    Reference result;
    result.reference = std::string(type_and_id);
    if (!display.empty())
        result.display = std::string(display);
    return result;
}

const Extension* find_extension(const std::vector<Extension>& extensions, std::string_view url)
{
    const auto found = std::ranges::find(extensions, url, &Extension::url);
    return found == extensions.end() ? nullptr : &*found;
}

std::optional<std::string_view> identifier_value(const std::vector<Identifier>& identifiers,
                                                 std::string_view system)
{
    for (const auto& identifier : identifiers)
        if (identifier.value && identifier.system && same_system(identifier.system->text, system))
            return *identifier.value;
    return std::nullopt;
}

// NHS systems are met as http and https, with `/Id/` and `/id/`; everything else of a URI is case-sensitive.
bool same_system(std::string_view a, std::string_view b)
{
    a = without_scheme(a);
    b = without_scheme(b);
    if (a == b)
        return true;
    if (a.size() != b.size())
        return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] == b[i])
            continue;
        const bool id_segment =
            i > 0 && a[i - 1] == '/' && a.substr(i + 1, 2) == "d/" && b.substr(i + 1, 2) == "d/";
        if (!id_segment || (a[i] != 'I' && a[i] != 'i') || (b[i] != 'I' && b[i] != 'i'))
            return false;
    }
    return true;
}

} // namespace fhir
