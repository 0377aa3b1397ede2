// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/token_resources.hpp"

#include "fhir/codec/json.hpp"
#include "fhir/model/organization.hpp"
#include "fhir/model/practitioner.hpp"
#include "gateway/faces/gpconnect/names.hpp"
#include "gateway/faces/media_range.hpp"

#include <algorithm>
#include <array>

namespace gateway::faces::gpconnect
{

namespace
{

using fhir::codec::JsonValue;

// STU3 Device; there is no use for one here beyond its shape. Organization and Practitioner are the same in
// STU3 and R4, so the reader of R4 judges them.
constexpr std::array<std::string_view, 26> device_elements{"resourceType",
                                                           "id",
                                                           "meta",
                                                           "implicitRules",
                                                           "language",
                                                           "text",
                                                           "contained",
                                                           "extension",
                                                           "modifierExtension",
                                                           "identifier",
                                                           "udi",
                                                           "status",
                                                           "type",
                                                           "lotNumber",
                                                           "manufacturer",
                                                           "manufactureDate",
                                                           "expirationDate",
                                                           "model",
                                                           "version",
                                                           "patient",
                                                           "owner",
                                                           "contact",
                                                           "location",
                                                           "url",
                                                           "note",
                                                           "safety"};

std::unexpected<Refusal> not_valid(std::string_view claim, std::string_view why)
{
    return invalid_resource("Claim " + std::string(claim) + " " + std::string(why));
}

Checked<void> check_device(const JsonValue& device)
{
    constexpr std::string_view claim = "requesting_device";
    const auto* type = device.is_object() ? device.find("resourceType") : nullptr;
    if (!type || type->text() != "Device")
        return not_valid(claim, "must be a Device resource");
    for (const auto& [name, value] : device.members())
        if (std::ranges::find(device_elements, name) == device_elements.end())
            return not_valid(claim, "has an element that Device does not have");
    const auto* identifier = device.find("identifier");
    if (identifier && !identifier->is_array())
        return not_valid(claim, "must have its identifiers in a list");
    for (const auto name : {"model", "version"})
        if (const auto* text = device.find(name); text && !text->is_string())
            return not_valid(claim, "must have texts as model and version");
    return {};
}

template <class T>
Checked<T> read_claim(const JsonValue& payload, std::string_view claim)
{
    auto resource = fhir::codec::read<T>(fhir::codec::to_json(*payload.find(claim)));
    if (!resource)
        return not_valid(claim,
                         "is not valid: " + resource.error().sentence() + " " + resource.error().path());
    return std::move(*resource);
}

std::string joined(std::string text, const std::vector<std::string>& words)
{
    for (const auto& word : words)
        text += (text.empty() ? "" : " ") + word;
    return text;
}

std::string name_of(const fhir::Practitioner& practitioner)
{
    if (practitioner.name.empty())
        return {};
    const fhir::HumanName& name = practitioner.name.front();
    std::string text = joined(joined({}, name.prefix), name.given);
    return joined(std::move(text), {name.family.value_or("")});
}

std::string value_of(const std::vector<fhir::Identifier>& identifiers, std::string_view system)
{
    const auto found = std::ranges::find_if(identifiers, [&](const fhir::Identifier& each) {
        return each.system && each.system->text == system;
    });
    return found == identifiers.end() ? std::string() : found->value.value_or("");
}

} // namespace

Checked<TokenPeople> read_token_resources(const JsonValue& payload)
{
    if (const auto device = check_device(*payload.find("requesting_device")); !device)
        return std::unexpected(device.error());
    const auto organisation = read_claim<fhir::Organization>(payload, "requesting_organization");
    if (!organisation)
        return std::unexpected(organisation.error());
    const auto practitioner = read_claim<fhir::Practitioner>(payload, "requesting_practitioner");
    if (!practitioner)
        return std::unexpected(practitioner.error());

    TokenPeople people;
    people.practitioner_id = practitioner->id.value_or("");
    people.user_name = name_of(*practitioner);
    const auto sds = value_of(practitioner->identifier, names::sds_user_system);
    people.sds_user_id = sds == "UNK" ? std::string() : sds;
    people.organisation = value_of(organisation->identifier, names::ods_system);
    if (people.organisation.empty())
        people.organisation = value_of(organisation->identifier, names::ods_system_old);
    if (trim(people.organisation).empty())
        return bad_request("Claim requesting_organization has no ODS code");
    return people;
}

} // namespace gateway::faces::gpconnect
