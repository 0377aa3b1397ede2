// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/datatypes.hpp"

#include "fhir/schema/declare.hpp"
#include "fhir/schema/open_value.hpp"

namespace fhir::schema
{

constexpr auto period_elements = joined(element_base, elements(element<"start", &Period::start>(in_summary),
                                                               element<"end", &Period::end>(in_summary)));
template <>
constinit const TypeInfo TypeOf<Period>::info = complex_type<Period>("Period", period_elements);

constexpr auto coding_elements = joined(
    element_base,
    elements(element<"system", &Coding::system>(in_summary), element<"version", &Coding::version>(in_summary),
             element<"code", &Coding::code>(in_summary), element<"display", &Coding::display>(in_summary),
             element<"userSelected", &Coding::user_selected>(in_summary)));
template <>
constinit const TypeInfo TypeOf<Coding>::info = complex_type<Coding>("Coding", coding_elements, &stu3_coding);

constexpr auto codeable_concept_elements =
    joined(element_base, elements(element<"coding", &CodeableConcept::coding>(in_summary),
                                  element<"text", &CodeableConcept::text>(in_summary)));
template <>
constinit const TypeInfo TypeOf<CodeableConcept>::info =
    complex_type<CodeableConcept>("CodeableConcept", codeable_concept_elements);

constexpr auto reference_elements =
    joined(element_base, elements(element<"reference", &Reference::reference>(in_summary),
                                  element<"type", &Reference::type>(in_summary),
                                  element<"identifier", &Reference::identifier>(in_summary),
                                  element<"display", &Reference::display>(in_summary)));
template <>
constinit const TypeInfo TypeOf<Reference>::info =
    complex_type<Reference>("Reference", reference_elements, &stu3_reference);

constexpr auto identifier_elements =
    joined(element_base, elements(element<"use", &Identifier::use>(in_summary),
                                  element<"type", &Identifier::type>(in_summary),
                                  element<"system", &Identifier::system>(in_summary),
                                  element<"value", &Identifier::value>(in_summary),
                                  element<"period", &Identifier::period>(in_summary),
                                  element<"assigner", &Identifier::assigner>(in_summary)));
template <>
constinit const TypeInfo TypeOf<Identifier>::info =
    complex_type<Identifier>("Identifier", identifier_elements, &stu3_identifier);

constexpr auto quantity_elements =
    joined(element_base, elements(element<"value", &Quantity::value>(in_summary),
                                  element<"comparator", &Quantity::comparator>(in_summary),
                                  element<"unit", &Quantity::unit>(in_summary),
                                  element<"system", &Quantity::system>(in_summary),
                                  element<"code", &Quantity::code>(in_summary)));
template <>
constinit const TypeInfo TypeOf<Quantity>::info = complex_type<Quantity>("Quantity", quantity_elements);

constexpr auto range_elements = joined(element_base, elements(element<"low", &Range::low>(in_summary),
                                                              element<"high", &Range::high>(in_summary)));
template <>
constinit const TypeInfo TypeOf<Range>::info = complex_type<Range>("Range", range_elements);

constexpr auto human_name_elements =
    joined(element_base, elements(element<"use", &HumanName::use>(in_summary),
                                  element<"text", &HumanName::text>(in_summary),
                                  element<"family", &HumanName::family>(in_summary),
                                  element<"given", &HumanName::given>(in_summary),
                                  element<"prefix", &HumanName::prefix>(in_summary),
                                  element<"suffix", &HumanName::suffix>(in_summary),
                                  element<"period", &HumanName::period>(in_summary)));
template <>
constinit const TypeInfo TypeOf<HumanName>::info = complex_type<HumanName>("HumanName", human_name_elements);

constexpr auto contact_point_elements =
    joined(element_base, elements(element<"system", &ContactPoint::system>(in_summary),
                                  element<"value", &ContactPoint::value>(in_summary),
                                  element<"use", &ContactPoint::use>(in_summary),
                                  element<"rank", &ContactPoint::rank>(in_summary),
                                  element<"period", &ContactPoint::period>(in_summary)));
template <>
constinit const TypeInfo TypeOf<ContactPoint>::info =
    complex_type<ContactPoint>("ContactPoint", contact_point_elements);

constexpr auto address_elements = joined(
    element_base,
    elements(element<"use", &Address::use>(in_summary), element<"type", &Address::type>(in_summary),
             element<"text", &Address::text>(in_summary), element<"line", &Address::line>(in_summary),
             element<"city", &Address::city>(in_summary), element<"district", &Address::district>(in_summary),
             element<"state", &Address::state>(in_summary),
             element<"postalCode", &Address::postal_code>(in_summary),
             element<"country", &Address::country>(in_summary),
             element<"period", &Address::period>(in_summary)));
template <>
constinit const TypeInfo TypeOf<Address>::info =
    complex_type<Address>("Address", address_elements, &stu3_address);

constexpr auto attachment_elements = joined(
    element_base,
    elements(element<"contentType", &Attachment::content_type>(in_summary),
             element<"language", &Attachment::language>(in_summary), element<"data", &Attachment::data>(),
             element<"url", &Attachment::url>(in_summary), element<"size", &Attachment::size>(in_summary),
             element<"hash", &Attachment::hash>(in_summary), element<"title", &Attachment::title>(in_summary),
             element<"creation", &Attachment::creation>(in_summary)));
template <>
constinit const TypeInfo TypeOf<Attachment>::info =
    complex_type<Attachment>("Attachment", attachment_elements);

constexpr std::array<ChoiceInfo, 2> author_names = {
    choice<"authorReference", decltype(Annotation::author), 1>(),
    choice<"authorString", decltype(Annotation::author), 2>(),
};
constexpr ChoiceSet author_set = choice_set<&Annotation::author>(author_names);

constexpr auto annotation_elements =
    joined(element_base, elements(choice_element<"author", &Annotation::author>(author_set, in_summary),
                                  element<"time", &Annotation::time>(in_summary),
                                  element<"text", &Annotation::text>(in_summary)));
template <>
constinit const TypeInfo TypeOf<Annotation>::info =
    complex_type<Annotation>("Annotation", annotation_elements);

constexpr auto meta_elements = joined(
    element_base,
    elements(element<"versionId", &Meta::version_id>(&id_type, in_summary),
             element<"lastUpdated", &Meta::last_updated>(in_summary),
             element<"source", &Meta::source>(in_summary), element<"profile", &Meta::profile>(in_summary),
             element<"security", &Meta::security>(in_summary), element<"tag", &Meta::tag>(in_summary)));
template <>
constinit const TypeInfo TypeOf<Meta>::info = complex_type<Meta>("Meta", meta_elements, &stu3_meta);

constexpr auto narrative_elements =
    joined(element_base,
           elements(element<"status", &Narrative::status>(), element<"div", &Narrative::div>(&xhtml_type)));
template <>
constinit const TypeInfo TypeOf<Narrative>::info = complex_type<Narrative>("Narrative", narrative_elements);

constexpr auto contact_detail_elements =
    joined(element_base, elements(element<"name", &ContactDetail::name>(in_summary),
                                  element<"telecom", &ContactDetail::telecom>(in_summary)));
template <>
constinit const TypeInfo TypeOf<ContactDetail>::info =
    complex_type<ContactDetail>("ContactDetail", contact_detail_elements);

constexpr auto extension_value_names = open_value_names<ExtensionValue>();
constexpr ChoiceSet extension_value_set = choice_set<&Extension::value>(
    extension_value_names, [](void* owner) { return &static_cast<Extension*>(owner)->value_name; });
constexpr auto extension_elements =
    elements(element<"id", &Extension::id>(as_attribute), element<"extension", &Extension::extension>(),
             element<"url", &Extension::url>(in_summary | as_attribute),
             choice_element<"value", &Extension::value>(extension_value_set, in_summary));
template <>
constinit const TypeInfo TypeOf<Extension>::info =
    complex_type<Extension>("Extension", extension_elements, &stu3_extension);

} // namespace fhir::schema
