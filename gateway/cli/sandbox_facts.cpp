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

std::string gpconnect_token_script(const SandboxGpConnect& world)
{
    const auto& consumer = world.consumers.front();
    const std::string people = fmt::format(
        R"("requesting_device":{{"resourceType":"Device"}},)"
        R"("requesting_organization":{{"resourceType":"Organization","name":"{}","identifier":)"
        R"([{{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"{}"}}]}},)"
        R"("requesting_practitioner":{{"resourceType":"Practitioner","id":"u-1","name":[{{"family":"Okonjo"}}]}})",
        consumer.title, consumer.ods);
    return fmt::format(R"sh(#!/bin/sh
# Prints an unsigned GP Connect token, good for five minutes: sh gpconnect-token.sh 'patient/*.write'
b64() {{ base64 | tr -d '=\n' | tr '/+' '_-'; }}
now=$(date +%s)
claims=$(printf '{{"iss":"https://hub.example","sub":"u-1","aud":"apptgw","iat":%s,"exp":%s,' "$now" "$((now + 300))"
    printf '"reason_for_request":"directcare","requested_scope":"%s",' "$1"
    printf '%s' '{}}}')
printf '%s.%s.\n' "$(printf '{{"alg":"none","typ":"JWT"}}' | b64)" "$(printf '%s' "$claims" | b64)"
)sh",
                       people);
}

std::string gpconnect_banner(const SandboxGpConnect& world, const SandboxFiles& files,
                             const std::string& origin)
{
    const auto& practice = world.practices.front().seed;
    const auto& consumer = world.consumers.front();
    const std::string base = origin + faces::gpconnect::practice_root(practice.ods);
    return fmt::format("GP Connect 1.2.7 (STU3, a client certificate, one base per practice):\n\n"
                       "  curl --cacert {} --cert {} --key {} \\\n"
                       "    -H 'Ssp-TraceID: 1' -H 'Ssp-From: {}' -H 'Ssp-To: {}' \\\n"
                       "    -H 'Ssp-InteractionID: {}rest:read:metadata-1' \\\n"
                       "    -H \"Authorization: Bearer $(sh {} 'organization/*.read')\" '{}/metadata'\n\n",
                       files.ca(), files.path(consumer.name + ".pem"), files.path(consumer.name + ".key"),
                       consumer.asid, practice.options.at("asid"), faces::gpconnect::interaction_prefix,
                       files.path("gpconnect-token.sh"), base);
}

} // namespace gateway::cli
