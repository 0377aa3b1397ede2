// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/simulator_rules.hpp"

#include <algorithm>
#include <array>

namespace adapters::fhir_r4::server
{

namespace
{

struct Offer
{
    std::string_view type;
    std::string_view interactions; ///< separated by blanks
    std::string_view parameters;
    std::string_view includes = {};
};

constexpr std::array offered_types{
    Offer{"Slot", "read search-type", "status start schedule _id", "Slot:schedule"},
    Offer{"Schedule", "read search-type", "_id", "Schedule:actor"},
    Offer{"Practitioner", "read search-type", "_id"},
    Offer{"PractitionerRole", "read search-type", "_id",
          "PractitionerRole:practitioner PractitionerRole:organization"},
    Offer{"Location", "read search-type", "_id", "Location:organization"},
    Offer{"HealthcareService", "read search-type", "_id", "HealthcareService:organization"},
    Offer{"Organization", "read search-type", "_id"},
    Offer{"Patient", "create read search-type", "identifier family birthdate _id"},
    Offer{"Appointment", "create read update patch search-type", "patient date identifier status _id"},
};

std::vector<std::string> words_of(std::string_view text)
{
    std::vector<std::string> words;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

JsonValue objects_of(const std::vector<std::string>& words, std::string_view name)
{
    JsonValue list = JsonValue::array();
    for (const auto& word : words)
        list.items().push_back(JsonValue::object({{std::string(name), JsonValue(word)}}));
    return list;
}

std::string_view type_of_parameter(std::string_view name)
{
    if (name == "start" || name == "date" || name == "birthdate")
        return "date";
    if (name == "family")
        return "string";
    return name == "schedule" || name == "patient" ? "reference" : "token";
}

/// `update=no` and `patch=no` take an interaction of appointments away, `lookup=no` the search for patients,
/// `newcomers=no` taking them on, `appointments=off` slots and appointments altogether.
std::vector<std::string> interactions_of(const State& state, const Offer& offer)
{
    if ((offer.type == "Slot" || offer.type == "Appointment") && state.is_option("appointments", "off"))
        return {};
    auto words = words_of(offer.interactions);
    std::erase_if(words, [&](const std::string& word) {
        return (offer.type == "Appointment" && state.is_option(word, "no")) ||
               (offer.type == "Patient" && word == "search-type" && state.is_option("lookup", "no")) ||
               (offer.type == "Patient" && word == "create" && state.is_option("newcomers", "no"));
    });
    return words;
}

JsonValue type_statement(const State& state, const Offer& offer)
{
    JsonValue tree = JsonValue::object({{"type", JsonValue(offer.type)}});
    tree.set("interaction", objects_of(interactions_of(state, offer), "code"));
    tree.set("versioning", offer.type == "Appointment" ? "versioned-update" : "versioned");
    if (offer.type == "Appointment")
        tree.set("conditionalCreate", JsonValue(!state.is_option("conditional_create", "no")));
    if (!offer.includes.empty() && !state.is_option("includes", "no")) {
        JsonValue includes = JsonValue::array();
        for (const auto& include : words_of(offer.includes))
            includes.items().push_back(include);
        tree.set("searchInclude", std::move(includes));
    }
    auto parameters = objects_of(words_of(offer.parameters), "name");
    for (auto& parameter : parameters.items())
        parameter.set("type", type_of_parameter(view_of(parameter, "name")));
    tree.set("searchParam", std::move(parameters));
    return tree;
}

} // namespace

bool offers(const State& state, std::string_view type, std::string_view interaction)
{
    for (const auto& offer : offered_types) {
        const auto words = interactions_of(state, offer);
        if (offer.type == type)
            return std::ranges::find(words, interaction) != words.end();
    }
    return false;
}

JsonValue capability_statement(const State& state)
{
    JsonValue resources = JsonValue::array();
    for (const auto& offer : offered_types)
        if (!interactions_of(state, offer).empty())
            resources.items().push_back(type_statement(state, offer));
    const auto version = state.option("fhir_version");
    return JsonValue::object({
        {"resourceType", JsonValue("CapabilityStatement")},
        {"status", JsonValue("active")},
        {"date", JsonValue("2026-05-01")},
        {"kind", JsonValue("instance")},
        {"implementation",
         JsonValue::object({{"description", JsonValue("Appointments of " + state.seed.name)},
                            {"url", JsonValue(state.base())}})},
        {"fhirVersion", JsonValue(version.empty() ? "4.0.1" : version)},
        {"format", JsonValue::array({JsonValue("application/fhir+json")})},
        {"patchFormat", JsonValue::array({JsonValue("application/json-patch+json")})},
        {"rest", JsonValue::array({JsonValue::object(
                     {{"mode", JsonValue("server")}, {"resource", std::move(resources)}})})},
    });
}

} // namespace adapters::fhir_r4::server
