// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/datatypes.hpp"

#include "fhir/schema/declare.hpp"
#include "fhir/schema/open_value.hpp"
#include "fhir/stu3/code_systems.hpp"
#include "fhir/stu3/extensions.hpp"
#include "fhir/stu3/sent.hpp"

/// Data types of FHIR STU3 where R4 says them in another way.
namespace fhir::schema
{

constexpr TypeInfo stu3_code_system = {.name = "uri",
                                       .kind = Kind::text,
                                       .text =
                                           [](const void* value, TextFill& scratch) {
                                               return stu3::code_system_of_r4(
                                                   static_cast<const Uri*>(value)->text, scratch);
                                           },
                                       .parse =
                                           [](void* value, std::string_view text) {
                                               if (!TypeOf<Uri>::info.parse(value, text))
                                                   return false;
                                               static_cast<Uri*>(value)->text = stu3::r4_code_system(text);
                                               return true;
                                           },
                                       .expected = "a URI without blanks"};

constexpr auto stu3_coding_elements =
    joined(element_base, elements(element<"system", &Coding::system>(&stu3_code_system, in_summary),
                                  element<"version", &Coding::version>(in_summary),
                                  element<"code", &Coding::code>(in_summary),
                                  element<"display", &Coding::display>(in_summary),
                                  element<"userSelected", &Coding::user_selected>(in_summary)));
constinit const TypeInfo stu3_coding = complex_type<Coding>("Coding", stu3_coding_elements);

// No `type`.
constexpr auto stu3_reference_elements =
    joined(element_base, elements(element<"reference", &Reference::reference>(in_summary),
                                  element<"identifier", &Reference::identifier>(in_summary),
                                  element<"display", &Reference::display>(in_summary)));
constinit const TypeInfo stu3_reference = complex_type<Reference>("Reference", stu3_reference_elements);

// No use `old`.
constexpr auto stu3_identifier_elements = joined(
    element_base, elements(element<"use", &Identifier::use>(&narrow_enum_type<IdentifierUse, 4>, in_summary),
                           element<"type", &Identifier::type>(in_summary),
                           element<"system", &Identifier::system>(in_summary),
                           element<"value", &Identifier::value>(in_summary),
                           element<"period", &Identifier::period>(in_summary),
                           element<"assigner", &Identifier::assigner>(in_summary)));
constinit const TypeInfo stu3_identifier = complex_type<Identifier>("Identifier", stu3_identifier_elements);

// No use `billing`.
constexpr auto stu3_address_elements =
    joined(element_base,
           elements(element<"use", &Address::use>(&narrow_enum_type<AddressUse, 4>, in_summary),
                    element<"type", &Address::type>(in_summary), element<"text", &Address::text>(in_summary),
                    element<"line", &Address::line>(in_summary), element<"city", &Address::city>(in_summary),
                    element<"district", &Address::district>(in_summary),
                    element<"state", &Address::state>(in_summary),
                    element<"postalCode", &Address::postal_code>(in_summary),
                    element<"country", &Address::country>(in_summary),
                    element<"period", &Address::period>(in_summary)));
constinit const TypeInfo stu3_address = complex_type<Address>("Address", stu3_address_elements);

// No `source`.
constexpr auto stu3_meta_elements =
    joined(element_base, elements(element<"versionId", &Meta::version_id>(&id_type, in_summary),
                                  element<"lastUpdated", &Meta::last_updated>(in_summary),
                                  element<"profile", &Meta::profile>(in_summary),
                                  element<"security", &Meta::security>(in_summary),
                                  element<"tag", &Meta::tag>(in_summary)));
constinit const TypeInfo stu3_meta = complex_type<Meta>("Meta", stu3_meta_elements);

constexpr auto stu3_extension_value_names = stu3_open_value_names<ExtensionValue>();
constexpr ChoiceSet stu3_extension_value_set = choice_set<&Extension::value>(
    stu3_extension_value_names, [](void* owner) { return &static_cast<Extension*>(owner)->value_name; });
constexpr auto stu3_extension_elements =
    elements(element<"id", &Extension::id>(as_attribute), element<"extension", &Extension::extension>(),
             element<"url", &Extension::url>(in_summary | as_attribute),
             choice_element<"value", &Extension::value>(stu3_extension_value_set, in_summary));
constinit const TypeInfo stu3_extension = {.name = "Extension",
                                           .kind = Kind::complex,
                                           .elements = stu3_extension_elements,
                                           .extras = extras_of<Extension>,
                                           .received = stu3::received<Extension, stu3::to_r4>,
                                           .sent = stu3::sent<Extension, stu3::to_stu3>};

} // namespace fhir::schema
