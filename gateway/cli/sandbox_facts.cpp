// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/sandbox_facts.hpp"

#include "gateway/faces/gpconnect/interactions.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gateway::cli
{

namespace
{

using fhir::codec::JsonValue;

JsonValue gpconnect_practice(const SandboxPractice& practice, const GpConnectPlaces& places)
{
    const auto& seed = practice.seed;
    std::vector<JsonValue> locations, practitioners;
    for (const auto& location : seed.locations)
        locations.push_back(JsonValue(seed.ods + ".loc-" + location.key));
    for (const auto& clinician : seed.clinicians) {
        if (clinician.family.empty())
            continue;
        const auto profiles = seed.options.find("clinician." + clinician.key + ".role_profiles");
        const std::string listed = profiles == seed.options.end() ? std::string() : profiles->second;
        const std::int64_t count = listed.empty() ? 0 : 1 + std::ranges::count(listed, ',');
        practitioners.push_back(
            JsonValue::object({{"sds_user_id", clinician.sds_user_id}, {"role_profiles", count}}));
    }
    return JsonValue::object({{"ods", seed.ods},
                              {"name", seed.name},
                              {"asid", seed.options.at("asid")},
                              {"base", places.origin + faces::gpconnect::practice_root(seed.ods)},
                              {"control_url", places.control_base + "/" + seed.ods},
                              {"locations", JsonValue::array(std::move(locations))},
                              {"practitioners", JsonValue::array(std::move(practitioners))}});
}

JsonValue gpconnect_person(const SandboxGpConnect::Person& person)
{
    const auto& seed = person.seed;
    return JsonValue::object({{"nhs_number", seed.nhs_number},
                              {"family", seed.family},
                              {"given", seed.given},
                              {"gender", seed.gender},
                              {"birth_date", fhir::to_text(seed.birth_date)},
                              {"state", person.state}});
}

JsonValue gpconnect_consumer(const SandboxGpConnect::Consumer& consumer, const SandboxFiles& files)
{
    return JsonValue::object({{"name", consumer.name},
                              {"ods", consumer.ods},
                              {"title", consumer.title},
                              {"asid", consumer.asid},
                              {"organisation_type", consumer.organisation_type},
                              {"phone", consumer.phone},
                              {"certificate_file", files.path(consumer.name + ".pem")},
                              {"key_file", files.path(consumer.name + ".key")}});
}

} // namespace

JsonValue gpconnect_facts(const SandboxGpConnect& world, const SandboxFiles& files,
                          const GpConnectPlaces& places)
{
    std::vector<JsonValue> practices, people, consumers;
    for (const auto& practice : world.practices)
        practices.push_back(gpconnect_practice(practice, places));
    for (const auto& person : world.people)
        people.push_back(gpconnect_person(person));
    for (const auto& consumer : world.consumers)
        consumers.push_back(gpconnect_consumer(consumer, files));
    return JsonValue::object({{"origin", places.origin},
                              {"practices", JsonValue::array(std::move(practices))},
                              {"patients", JsonValue::array(std::move(people))},
                              {"unknown_nhs_number", world.unknown_nhs_number},
                              {"consumers", JsonValue::array(std::move(consumers))},
                              {"r4_token", places.r4_token}});
}

std::string gpconnect_banner(const SandboxGpConnect& world, const SandboxFiles& files,
                             const std::string& origin)
{
    const auto& practice = world.practices.front().seed;
    const auto& consumer = world.consumers.front();
    return fmt::format(
        "GP Connect (STU3, client certificate), one base per practice such as\n"
        "  {}{}\n\n"
        "  curl --cacert {} --cert {} --key {} \\\n"
        "    -H 'Ssp-TraceID: 1' -H 'Ssp-From: {}' -H 'Ssp-To: {}' \\\n"
        "    -H 'Ssp-InteractionID: urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1' \\\n"
        "    -H \"Authorization: Bearer $(node -p 'const b = (o) => "
        "Buffer.from(JSON.stringify(o)).toString(\"base64url\"), "
        "iat = Date.now() / 1000 | 0; "
        "b({{alg:\"none\",typ:\"JWT\"}}) + \".\" + "
        "b({{iss:\"https://hub.example\",sub:\"1\",aud:\"{}\",iat,exp:iat+300,"
        "reason_for_request:\"directcare\",requested_scope:\"organization/"
        "*.read\",requesting_device:{{resourceType:\"Device\"}},"
        "requesting_organization:{{resourceType:\"Organization\",name:\"Hub\",identifier:[{{system:\"https://"
        "fhir.nhs.uk/Id/"
        "ods-organization-code\",value:\"{}\"}}]}},requesting_practitioner:{{resourceType:\"Practitioner\","
        "id:\"1\","
        "name:[{{family:\"Okonjo\"}}]}}}}) + \".\"')\" \\\n"
        "    '{}{}/metadata'\n\n",
        origin, faces::gpconnect::practice_root(practice.ods), files.ca(), files.path(consumer.name + ".pem"),
        files.path(consumer.name + ".key"), consumer.asid, practice.options.at("asid"), origin, consumer.ods,
        origin, faces::gpconnect::practice_root(practice.ods));
}

} // namespace gateway::cli
