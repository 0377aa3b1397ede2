// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/standard/message.hpp"

#include "adapters/bars/standard/names.hpp"
#include "fhir/model/datatypes.hpp"
#include "fhir/model/nhs_number.hpp"

namespace adapters::bars::standard
{

namespace
{

template <class Tree>
std::string number_in(const Tree& patient)
{
    for (const auto* identifier : items_or_one_of(patient, "identifier"))
        if (fhir::same_system(view_of(*identifier, "system"), fhir::nhs_number_system))
            return text_of(*identifier, "value");
    return {};
}

JsonValue source_of(const HeaderFacts& facts)
{
    auto source = JsonValue::object({{"name", JsonValue(facts.name)},
                                     {"software", JsonValue(facts.software)},
                                     {"version", JsonValue(facts.software_version)}});
    if (!facts.phone.empty())
        source.set("contact",
                   JsonValue::object({{"system", JsonValue("phone")}, {"value", JsonValue(facts.phone)}}));
    source.set("endpoint", endpoint_of(facts.from.service_id));
    return source;
}

JsonValue concept_code(std::string_view system, std::string_view code)
{
    return JsonValue::object({{"system", JsonValue(system)}, {"code", JsonValue(code)}});
}

} // namespace

JsonValue entry_of(std::string_view full_url, JsonValue resource)
{
    return JsonValue::object({{"fullUrl", JsonValue(full_url)}, {"resource", std::move(resource)}});
}

std::string endpoint_of(std::string_view service_id)
{
    return std::string(system::service_id) + "|" + std::string(service_id);
}

std::string service_in(std::string_view endpoint)
{
    const auto bar = endpoint.find('|');
    if (bar == std::string_view::npos || !fhir::same_system(endpoint.substr(0, bar), system::service_id))
        return {};
    return std::string(endpoint.substr(bar + 1));
}

JsonValue meta_of(std::string_view profile, fhir::Instant updated)
{
    return JsonValue::object({{"lastUpdated", JsonValue(fhir::to_utc_text(updated))},
                              {"profile", JsonValue::array({JsonValue(profile)})}});
}

JsonValue uk_core_meta(std::string_view type, fhir::Instant updated)
{
    return meta_of(std::string(profile::uk_core) + std::string(type), updated);
}

JsonValue header_entry(const HeaderFacts& facts)
{
    const bool is_new = facts.purpose == Purpose::booking;
    const auto destination = JsonValue::object({{"endpoint", JsonValue(endpoint_of(facts.to.service_id))},
                                                {"receiver", reference_tree(facts.to.organization_url)}});
    return entry_of(
        facts.url, JsonValue::object(
                       {{"resourceType", JsonValue("MessageHeader")},
                        {"meta", meta_of(profile::message_header, facts.moment)},
                        {"eventCoding", concept_code(system::event, booking_event)},
                        {"destination", JsonValue::array({destination})},
                        {"sender", reference_tree(facts.from.organization_url)},
                        {"source", source_of(facts)},
                        {"reason", concept_tree(system::reason, is_new ? "new" : "update")},
                        {"focus", JsonValue::array({reference_tree(facts.focus_url)})},
                        {"definition", JsonValue(is_new ? definition::booking : definition::cancellation)}}));
}

JsonValue message_bundle(std::string_view id, fhir::Instant moment, std::vector<JsonValue> entries)
{
    auto meta = meta_of(profile::message, moment);
    meta.set("versionId", core_version);
    return JsonValue::object({{"resourceType", JsonValue("Bundle")},
                              {"id", JsonValue(id)},
                              {"meta", std::move(meta)},
                              {"type", JsonValue("message")},
                              {"timestamp", JsonValue(fhir::to_utc_text(moment))},
                              {"entry", JsonValue::array(std::move(entries))}});
}

std::string nhs_number_in(const JsonValue& patient)
{
    return number_in(patient);
}

std::string nhs_number_in(const Node& patient)
{
    return number_in(patient);
}

} // namespace adapters::bars::standard
