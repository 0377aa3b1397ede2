// SPDX-License-Identifier: Apache-2.0
#include "adapters/patient_parts.hpp"

namespace adapters
{

namespace
{

std::optional<std::string> unless_empty(const std::string& text)
{
    return text.empty() ? std::nullopt : std::optional(text);
}

} // namespace

void add_contact(fhir::Patient& patient, fhir::ContactSystem system, const std::string& value,
                 std::optional<fhir::ContactUse> use)
{
    if (value.empty())
        return;
    fhir::ContactPoint contact;
    contact.system = system;
    contact.value = value;
    contact.use = use;
    patient.telecom.push_back(std::move(contact));
}

void add_address(fhir::Patient& patient, const AddressTexts& texts)
{
    fhir::Address address;
    address.line = texts.lines;
    address.city = unless_empty(texts.town);
    address.district = unless_empty(texts.county);
    address.postal_code = unless_empty(texts.postcode);
    if (!address.line.empty() || address.city || address.district || address.postal_code)
        patient.address.push_back(std::move(address));
}

} // namespace adapters
