// SPDX-License-Identifier: Apache-2.0
#include "fhir/search/match.hpp"

#include <algorithm>
#include <optional>

namespace fhir::search
{

namespace
{

std::string_view text_of(const std::optional<Uri>& uri)
{
    return uri ? std::string_view(uri->text) : std::string_view{};
}

std::string_view text_of(const std::optional<std::string>& text)
{
    return text ? std::string_view(*text) : std::string_view{};
}

} // namespace

bool any_token(const std::vector<TokenValue>& values, const TokenTest& fits_one)
{
    if (values.empty())
        return true;
    const bool found = std::ranges::any_of(values, fits_one);
    return values.front().negated ? !found : found;
}

bool fits(const TokenValue& value, const CodeableConcept& concept_)
{
    return std::ranges::any_of(concept_.coding, [&](const Coding& coding) {
        return value.matches(text_of(coding.system),
                             coding.code ? std::string_view(coding.code->text) : std::string_view{});
    });
}

bool fits(const TokenValue& value, const std::vector<CodeableConcept>& concepts)
{
    return std::ranges::any_of(concepts,
                               [&](const CodeableConcept& concept_) { return fits(value, concept_); });
}

bool fits(const TokenValue& value, const std::vector<Identifier>& identifiers)
{
    return std::ranges::any_of(identifiers, [&](const Identifier& identifier) {
        return value.matches(text_of(identifier.system), text_of(identifier.value));
    });
}

bool fits_code(const TokenValue& value, std::string_view code)
{
    return value.code == code;
}

bool fits(const ReferenceValue& value, const Reference& reference, const IdentifiersOf& identifiers_of)
{
    if (!value.identifier)
        return reference.reference && value.matches(*reference.reference);
    if (reference.identifier && fits(*value.identifier, std::vector<Identifier>{**reference.identifier}))
        return true;
    return reference.reference && identifiers_of &&
           fits(*value.identifier, identifiers_of(*reference.reference));
}

std::string_view code_of(Gender gender)
{
    switch (gender) {
    case Gender::male:
        return "male";
    case Gender::female:
        return "female";
    case Gender::other:
        return "other";
    case Gender::unknown:
        return "unknown";
    }
    return {};
}

std::string_view code_of(SlotStatus status)
{
    switch (status) {
    case SlotStatus::busy:
        return "busy";
    case SlotStatus::free:
        return "free";
    case SlotStatus::busy_unavailable:
        return "busy-unavailable";
    case SlotStatus::busy_tentative:
        return "busy-tentative";
    case SlotStatus::entered_in_error:
        return "entered-in-error";
    }
    return {};
}

} // namespace fhir::search
