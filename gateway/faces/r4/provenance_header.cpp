// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/r4/provenance_header.hpp"

#include "fhir/codec/json_value.hpp"
#include "fhir/model/datatypes.hpp"

#include <algorithm>

namespace gateway::faces::r4
{

namespace
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::Result;
using fhir::codec::JsonValue;

constexpr std::string_view header = "X-Provenance";
constexpr const char* path = "http.X-Provenance";
constexpr const char* example =
    "Send a Provenance such as {\"resourceType\":\"Provenance\",\"agent\":[{\"who\":{\"identifier\":"
    "{\"system\":\"https://fhir.nhs.uk/Id/sds-user-id\",\"value\":\"...\"},\"display\":\"...\"}}]}, or no "
    "X-Provenance.";
constexpr std::string_view sds_user_system = "https://fhir.nhs.uk/Id/sds-user-id";
constexpr std::size_t max_user_id = 64;
constexpr std::size_t max_name = 200;

std::unexpected<Error> refuse(ErrorKind kind, std::string sentence)
{
    Error error(kind, std::move(sentence), path);
    return std::unexpected(error.advise(example));
}

std::string text_of(const JsonValue* object, std::string_view name)
{
    const JsonValue* member = object ? object->find(name) : nullptr;
    return member && member->is_string() ? member->text() : std::string();
}

/// The value of `reference.identifier` when it is of that system.
std::string identifier_of(const JsonValue* reference, std::string_view system)
{
    const JsonValue* identifier = reference ? reference->find("identifier") : nullptr;
    return fhir::same_system(text_of(identifier, "system"), system) ? text_of(identifier, "value")
                                                                    : std::string();
}

Result<Person> checked(Person person)
{
    const bool plain = std::ranges::all_of(person.sds_user_id, [](char c) { return c > ' ' && c < '\x7f'; });
    if (!plain || person.sds_user_id.size() > max_user_id)
        return refuse(ErrorKind::value_invalid,
                      "The SDS user id in X-Provenance is 1 to 64 visible ASCII characters.");
    if (person.name.size() > max_name)
        return refuse(ErrorKind::value_invalid, "The name in X-Provenance is longer than 200 characters.");
    return person;
}

Result<void> check_organisation(const JsonValue& agent, const identity::Caller& caller)
{
    const std::string named = identifier_of(agent.find("onBehalfOf"), fhir::ods_organisation_system);
    const auto ods = fhir::OdsCode::parse(named);
    if (named.empty() || (ods && *ods == caller.ods))
        return {};
    return fhir::fail(
        ErrorKind::organisation_not_allowed,
        "The person in X-Provenance acts for another organisation than that of your access token.", path);
}

} // namespace

Result<Person> person_of(const Context& context)
{
    const auto& headers = context.request.headers;
    if (!headers.has(header))
        return Person{};
    if (headers.count(header) > 1)
        return refuse(ErrorKind::value_invalid, "X-Provenance must be sent once.");
    const auto provenance = fhir::codec::parse_json(headers.get(header));
    if (!provenance)
        return refuse(ErrorKind::malformed, "X-Provenance is not readable: " + provenance.error().sentence());
    if (text_of(&*provenance, "resourceType") != "Provenance")
        return refuse(ErrorKind::value_invalid, "X-Provenance does not hold a Provenance resource.");
    const JsonValue* agents = provenance->find("agent");
    if (!agents || !agents->is_array())
        return refuse(ErrorKind::required, "X-Provenance names no agent.");
    for (const JsonValue& agent : agents->items()) {
        const JsonValue* who = agent.find("who");
        Person person{identifier_of(who, sds_user_system), text_of(who, "display")};
        if (person.sds_user_id.empty())
            continue; // a device or an organisation
        if (auto own = check_organisation(agent, *context.caller); !own)
            return std::unexpected(own.error());
        return checked(std::move(person));
    }
    return refuse(ErrorKind::required, "No agent in X-Provenance has an SDS user id.");
}

} // namespace gateway::faces::r4
