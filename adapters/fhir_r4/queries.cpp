// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/queries.hpp"

#include "fhir/rest/message.hpp"

#include <map>

namespace adapters::fhir_r4
{

namespace
{

constexpr std::size_t ids_per_query = 50;
constexpr std::string_view page_size = "500";
/// Servers compare instants as texts, to the minute or in their own zone: what lies on a bound may be missing
/// from the answer, so more is asked for than is wanted.
constexpr std::chrono::minutes slot_margin{1};
constexpr std::chrono::days appointment_margin{1};

void add_parameter(std::string& query, std::string_view name, std::string_view value)
{
    if (!query.empty() && !query.ends_with('?'))
        query += '&';
    query.append(name).append("=").append(fhir::rest::percent_encode(value, ":/,"));
}

void add_window(std::string& query, std::string_view name, const fhir::Interval& window,
                std::chrono::minutes margin)
{
    add_parameter(query, name, "ge" + fhir::to_utc_text(window.start - margin));
    add_parameter(query, name, "lt" + fhir::to_utc_text(window.end + margin));
}

} // namespace

std::string slot_query(const fhir::Interval& window, const Abilities& can, const std::string& filter)
{
    std::string query = "Slot?";
    if (can.slot.knows("status"))
        add_parameter(query, "status", "free");
    if (can.slot.knows("start"))
        add_window(query, "start", window, slot_margin);
    if (can.slot.follows("Slot:schedule")) {
        add_parameter(query, "_include", "Slot:schedule");
        for (const auto& include : can.further_includes)
            add_parameter(query, "_include:iterate", include);
    }
    add_parameter(query, "_count", page_size);
    return filter.empty() ? query : query + "&" + filter;
}

std::vector<std::string> id_queries(const std::vector<LocalReference>& wanted)
{
    std::map<std::string, std::vector<std::string>> ids;
    for (const auto& reference : wanted)
        ids[reference.type].push_back(reference.id);
    std::vector<std::string> queries;
    for (const auto& [type, list] : ids) {
        std::string joined;
        for (std::size_t i = 0; i < list.size(); ++i) {
            joined += (joined.empty() ? "" : ",") + list[i];
            if ((i + 1) % ids_per_query != 0 && i + 1 != list.size())
                continue;
            std::string query = type + "?";
            add_parameter(query, "_id", joined);
            add_parameter(query, "_count", page_size);
            queries.push_back(std::move(query));
            joined.clear();
        }
    }
    return queries;
}

std::string appointments_query(const fhir::Interval& window)
{
    std::string query = "Appointment?";
    add_window(query, "date", window, appointment_margin);
    add_parameter(query, "_count", page_size);
    return query;
}

std::string patient_form(const fhir::NhsNumber& number)
{
    std::string form;
    add_parameter(form, "identifier", std::string(fhir::nhs_number_system) + "|" + number.digits());
    return form;
}

std::string patient_form(const Applicant& applicant)
{
    std::string form;
    add_parameter(form, "family", applicant.surname);
    add_parameter(form, "birthdate", fhir::to_text(applicant.birth_date));
    return form;
}

std::string appointment_form(const std::string& patient, const fhir::Interval& window,
                             const TypeAbilities& can)
{
    std::string form;
    add_parameter(form, "patient", "Patient/" + patient);
    if (can.knows("date"))
        add_window(form, "date", window, appointment_margin);
    add_parameter(form, "_count", page_size);
    return form;
}

} // namespace adapters::fhir_r4
