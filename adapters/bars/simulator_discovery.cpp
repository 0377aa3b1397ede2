// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/simulator_rules.hpp"

#include "adapters/bars/simulator_sentinels.hpp"
#include "adapters/bars/standard/message.hpp"
#include "adapters/bars/standard/names.hpp"
#include "fhir/rest/message.hpp"

namespace adapters::bars::receiver
{

namespace
{

JsonValue type_statement(std::string_view type)
{
    return JsonValue::object(
        {{"type", JsonValue(type)},
         {"interaction", JsonValue::array({JsonValue::object({{"code", JsonValue("read")}}),
                                           JsonValue::object({{"code", JsonValue("search-type")}})})}});
}

JsonValue context_tree(std::string_view system, std::string_view code)
{
    return JsonValue::object(
        {{"code", coding_tree("http://terminology.hl7.org/CodeSystem/usage-context-type", "workflow")},
         {"valueCodeableConcept", concept_tree(system, code)}});
}

JsonValue focus_tree(std::string_view type, int least)
{
    return JsonValue::object(
        {{"code", JsonValue(type)},
         {"profile", JsonValue(std::string(standard::profile::uk_core) + std::string(type))},
         {"min", JsonValue(least)},
         {"max", JsonValue("1")}});
}

JsonValue definition_entry(const State& state, std::string_view url, std::string_view use_case)
{
    auto focus = JsonValue::array({focus_tree("Appointment", 1), focus_tree("Patient", 1)});
    const bool booking = url == standard::definition::booking;
    if (booking)
        focus.items().push_back(
            focus_tree("ServiceRequest", state.options().is("definitions", "referral_first") ? 1 : 0));
    const auto id = state.uuid(url);
    const auto definition = JsonValue::object(
        {{"resourceType", JsonValue("MessageDefinition")},
         {"id", JsonValue(id)},
         {"url", JsonValue(url)},
         {"version", JsonValue(state.options().is("definitions", "major2") ? "2.0.0" : "1.0.0-alpha.3")},
         {"status", JsonValue("active")},
         {"date", JsonValue("2026-03-01")},
         {"useContext", JsonValue::array({context_tree(standard::system::service_id, state.service_id()),
                                          context_tree(standard::system::use_case, use_case)})},
         {"eventCoding", coding_tree(standard::system::event, standard::booking_event)},
         {"focus", std::move(focus)}});
    return standard::entry_of("urn:uuid:" + id, definition);
}

/// The value of `system|value` among the contexts asked for; a bare value counts as well.
bool asks_for(const Parameters& parameters, std::string_view value)
{
    for (const auto& [name, context] : parameters) {
        const auto bar = context.rfind('|');
        const auto asked = std::string_view(context).substr(bar == std::string::npos ? 0 : bar + 1);
        if (name == "context" && fhir::rest::equal_ignoring_case(asked, value))
            return true;
    }
    return false;
}

} // namespace

JsonValue capability_statement(const State& state)
{
    const auto options = state.options();
    const bool off = options.is("appointments", "off");
    auto resources = JsonValue::array({type_statement("MessageDefinition")});
    if (!off)
        resources.items().push_back(type_statement("Appointment"));
    if (!off && !options.is("statement", "no_slots"))
        resources.items().push_back(type_statement("Slot"));
    auto rest = JsonValue::object({{"mode", JsonValue("server")}, {"resource", std::move(resources)}});
    if (!off && !options.is("statement", "no_messages"))
        rest.set(
            "operation",
            JsonValue::array({JsonValue::object(
                {{"name", JsonValue("process-message")},
                 {"definition",
                  JsonValue("http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message")}})}));
    return JsonValue::object({{"resourceType", JsonValue("CapabilityStatement")},
                              {"status", JsonValue("active")},
                              {"date", JsonValue("2026-03-01")},
                              {"kind", JsonValue("instance")},
                              {"version", JsonValue(options.is("statement", "core2") ? "2.0.0" : "1.1.6")},
                              {"fhirVersion", JsonValue("4.0.1")},
                              {"format", JsonValue::array({JsonValue("json")})},
                              {"rest", JsonValue::array({std::move(rest)})}});
}

Answered find_definitions(const State& state, const Parameters& parameters)
{
    const auto options = state.options();
    const auto use_case = options.text("use_case").empty() ? std::string("A7T1") : options.text("use_case");
    if (options.is("sentinels", "on"))
        if (auto refusal = sentinels::refusal_of_context(parameters))
            return std::unexpected(*refusal);
    if (!asks_for(parameters, state.service_id()))
        return bad("required", "context names the service");
    auto entries = JsonValue::array();
    const auto given = options.text("definitions");
    if (given == "invalid")
        entries.items().push_back(
            standard::entry_of("urn:uuid:" + state.uuid("invalid"),
                               JsonValue::object({{"resourceType", JsonValue("MessageDefinition")}})));
    if (given == "with_referral" || given == "referral_only")
        entries.items().push_back(definition_entry(state, standard::definition::referral, use_case));
    if (asks_for(parameters, use_case) && given != "none" && given != "referral_only" && given != "invalid") {
        entries.items().push_back(definition_entry(state, standard::definition::booking, use_case));
        if (given != "booking_only")
            entries.items().push_back(definition_entry(state, standard::definition::cancellation, use_case));
    }
    const auto total = static_cast<std::int64_t>(entries.items().size());
    return fhir::codec::to_json(JsonValue::object({{"resourceType", JsonValue("Bundle")},
                                                   {"type", JsonValue("searchset")},
                                                   {"total", JsonValue(total)},
                                                   {"entry", std::move(entries)}}));
}

} // namespace adapters::bars::receiver
