// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/schema/declare.hpp"

namespace fhir::schema
{

/// The wire names of an open `value[x]` (FHIR R4, open type element) that have a struct; the first name of an
/// alternative is the one written when the owner notes no other.
template <class V>
consteval auto open_value_names()
{
    static_assert(std::is_same_v<std::variant_alternative_t<27, V>, OtherValue>);
    return std::array<ChoiceInfo, 36>{
        choice<"valueBoolean", V, 1>(),
        choice<"valueInteger", V, 2>(),
        choice<"valuePositiveInt", V, 3>(),
        choice<"valueUnsignedInt", V, 4>(),
        choice<"valueDecimal", V, 5>(),
        choice<"valueString", V, 6>(),
        choice<"valueId", V, 6>(),
        choice<"valueCode", V, 7>(),
        choice<"valueUri", V, 8>(),
        choice<"valueUrl", V, 8>(),
        choice<"valueCanonical", V, 8>(),
        choice<"valueOid", V, 8>(),
        choice<"valueUuid", V, 8>(),
        choice<"valueMarkdown", V, 9>(),
        choice<"valueInstant", V, 10>(),
        choice<"valueDateTime", V, 11>(),
        choice<"valueDate", V, 12>(),
        choice<"valueTime", V, 13>(),
        choice<"valueBase64Binary", V, 14>(),
        choice<"valueIdentifier", V, 15>(),
        choice<"valueCodeableConcept", V, 16>(),
        choice<"valueCoding", V, 17>(),
        choice<"valueReference", V, 18>(),
        choice<"valuePeriod", V, 19>(),
        choice<"valueQuantity", V, 20>(),
        choice<"valueAge", V, 20>(),
        choice<"valueCount", V, 20>(),
        choice<"valueDistance", V, 20>(),
        choice<"valueDuration", V, 20>(),
        choice<"valueRange", V, 21>(),
        choice<"valueHumanName", V, 22>(),
        choice<"valueContactPoint", V, 23>(),
        choice<"valueAddress", V, 24>(),
        choice<"valueAttachment", V, 25>(),
        choice<"valueAnnotation", V, 26>(),
        choice<"value", V, 27>(),
    };
}

/// The names that STU3 has of these: no `url`, `canonical` and `uuid`, which it says as `uri`.
template <class V>
consteval auto stu3_open_value_names()
{
    std::array<ChoiceInfo, 33> names{};
    std::ranges::copy_if(open_value_names<V>(), names.begin(), [](const ChoiceInfo& choice) {
        return choice.name != "valueUrl" && choice.name != "valueCanonical" && choice.name != "valueUuid";
    });
    return names;
}

/// The rest of the open types: kept as JSON text in OtherValue. Those that STU3 has, too, come first.
constexpr bool is_other_value(std::string_view name, Release release)
{
    constexpr std::size_t in_stu3 = 6;
    static constexpr std::array<std::string_view, 17> names = {"valueMoney",
                                                               "valueRatio",
                                                               "valueSampledData",
                                                               "valueSignature",
                                                               "valueTiming",
                                                               "valueMeta",
                                                               "valueContactDetail",
                                                               "valueContributor",
                                                               "valueDataRequirement",
                                                               "valueExpression",
                                                               "valueDosage",
                                                               "valueRelatedArtifact",
                                                               "valueParameterDefinition",
                                                               "valueTriggerDefinition",
                                                               "valueUsageContext",
                                                               "valueMoneyQuantity",
                                                               "valueSimpleQuantity"};
    const auto known = std::span(names).first(release == Release::r4 ? names.size() : in_stu3);
    return std::ranges::find(known, name) != known.end();
}

} // namespace fhir::schema
