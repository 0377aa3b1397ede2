// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/names.hpp"
#include "adapters/gpconnect/simulator_rules.hpp"
#include "fhir/model/nhs_number.hpp"

namespace adapters::gpconnect::provider
{

namespace
{

/// The value of the one `identifier` parameter, checked as all three searches check it.
std::expected<std::string, Refusal> identifier(const Parameters& parameters, std::string_view system)
{
    const auto values = values_of(parameters, "identifier");
    if (values.size() != 1)
        return std::unexpected(bad_request("Parameter identifier must be given once"));
    const auto bar = values[0].find('|');
    if (bar == std::string::npos || is_blank(values[0].substr(0, bar)) || is_blank(values[0].substr(bar + 1)))
        return std::unexpected(invalid_parameter("identifier must be system|value"));
    if (values[0].substr(0, bar) != system)
        return std::unexpected(
            Refusal{400, "INVALID_IDENTIFIER_SYSTEM", "The system of identifier is not supported"});
    return values[0].substr(bar + 1);
}

Refusal unknown(std::string_view code)
{
    return {404, code, "There is no such resource"};
}

// ---- registration
// -----------------------------------------------------------------------------------------------------

const JsonValue* sent_patient(const JsonValue& body)
{
    const auto parameters = items_of(body, "parameter");
    if (!is_resource(body, "Parameters") || parameters.size() != 1 ||
        text_of(*parameters[0], "name") != "registerPatient")
        return nullptr;
    const auto* patient = follow(*parameters[0], {"resource"});
    return patient != nullptr && is_resource(*patient, "Patient") ? patient : nullptr;
}

Refused wrong_registration(const JsonValue& patient)
{
    if (follow(patient, {"meta", "profile"}) == nullptr)
        return invalid_resource("meta.profile is missing");
    const auto patient_names = items_of(patient, "name");
    if (patient_names.size() != 1 || text_of(*patient_names[0], "use") != "official" ||
        text_of(*patient_names[0], "family").empty() || items_of(*patient_names[0], "given").empty())
        return invalid_resource("name must be one official name with family and given");
    if (!fhir::parse_date(text_of(patient, "birthDate")))
        return invalid_resource("birthDate is missing");
    for (const auto& [name, value] : patient.members())
        for (std::string_view barred :
             {"active", "contact", "maritalStatus", "deceasedDateTime", "deceasedBoolean",
              "generalPractitioner", "managingOrganization", "photo", "link", "multipleBirthBoolean"})
            if (name == barred)
                return invalid_resource("The patient holds an element that registration does not take");
    return std::nullopt;
}

simulation::SeedPatient seed_of(const JsonValue& patient, const std::string& nhs_number)
{
    simulation::SeedPatient seed;
    seed.nhs_number = nhs_number;
    seed.family = text_at(patient, {"name", "family"});
    if (const auto given = items_of(*items_of(patient, "name").front(), "given"); given.front()->is_string())
        seed.given = given.front()->text();
    seed.gender = text_of(patient, "gender");
    seed.birth_date = *fhir::parse_date(text_of(patient, "birthDate"));
    for (const auto* point : items_of(patient, "telecom"))
        if (seed.phone.empty() && text_of(*point, "system") == "phone")
            seed.phone = text_of(*point, "value");
    seed.registered_here = false;
    return seed;
}

std::string nhs_number_of(const JsonValue& patient)
{
    for (const auto* item : items_of(patient, "identifier"))
        if (text_of(*item, "system") == names::nhs_number_system)
            return text_of(*item, "value");
    return {};
}

// ---- capability statement
// ---------------------------------------------------------------------------------------------

JsonValue codes(std::initializer_list<std::string_view> list)
{
    JsonValue array = JsonValue::array();
    for (auto code : list)
        array.items().push_back(JsonValue::object({{"code", JsonValue(code)}}));
    return array;
}

JsonValue texts(std::initializer_list<std::string_view> list)
{
    JsonValue array = JsonValue::array();
    for (auto text : list)
        array.items().push_back(JsonValue(text));
    return array;
}

JsonValue search_parameter(std::string_view name, std::string_view type)
{
    return JsonValue::object({{"name", JsonValue(name)}, {"type", JsonValue(type)}});
}

JsonValue searchable(std::string_view type)
{
    return JsonValue::object({{"type", JsonValue(type)},
                              {"interaction", codes({"read", "search-type"})},
                              {"searchParam", JsonValue::array({search_parameter("identifier", "token")})}});
}

JsonValue slot_capability()
{
    return JsonValue::object({
        {"type", JsonValue("Slot")},
        {"interaction", codes({"search-type"})},
        {"searchInclude", texts({"Slot:schedule", "Schedule:actor:Practitioner", "Schedule:actor:Location",
                                 "Location:managingOrganization"})},
        {"searchParam",
         JsonValue::array({search_parameter("start", "date"), search_parameter("end", "date"),
                           search_parameter("status", "token"), search_parameter("searchFilter", "token")})},
    });
}

JsonValue appointment_capability()
{
    return JsonValue::object({{"type", JsonValue("Appointment")},
                              {"interaction", codes({"read", "create", "update", "search-type"})},
                              {"updateCreate", JsonValue(false)}});
}

JsonValue profiles()
{
    JsonValue array = JsonValue::array();
    for (std::string_view name :
         {"CareConnect-GPC-Patient-1", "CareConnect-GPC-Organization-1", "CareConnect-GPC-Practitioner-1",
          "CareConnect-GPC-PractitionerRole-1", "CareConnect-GPC-Location-1", "GPConnect-OperationOutcome-1",
          "GPConnect-Appointment-1", "GPConnect-Schedule-1", "GPConnect-Slot-1"})
        array.items().push_back(JsonValue::object(
            {{"reference", JsonValue("https://fhir.nhs.uk/STU3/StructureDefinition/" + std::string(name))}}));
    return array;
}

JsonValue rest_capability(const State& state)
{
    JsonValue resources = JsonValue::array(
        {searchable("Patient"), searchable("Organization"), searchable("Practitioner"),
         JsonValue::object({{"type", JsonValue("Location")}, {"interaction", codes({"read"})}})});
    if (!state.is_option("appointments", "disabled")) {
        resources.items().push_back(appointment_capability());
        resources.items().push_back(slot_capability());
    }
    JsonValue rest = JsonValue::object({{"mode", JsonValue("server")}, {"resource", std::move(resources)}});
    if (!state.is_option("registration", "off"))
        rest.set("operation",
                 JsonValue::array({JsonValue::object(
                     {{"name", JsonValue("gpc.registerpatient")},
                      {"definition",
                       JsonValue::object(
                           {{"reference", JsonValue("https://fhir.nhs.uk/STU3/OperationDefinition/"
                                                    "GPConnect-RegisterPatient-Operation-1")}})}})}));
    return rest;
}

} // namespace

Answered search_patient(const State& state, const Parameters& parameters)
{
    auto number = identifier(parameters, names::nhs_number_system);
    if (!number)
        return std::unexpected(number.error());
    if (number->size() != 10 || !fhir::NhsNumber::parse(*number))
        return std::unexpected(Refusal{400, "INVALID_NHS_NUMBER", "The NHS number is not valid"});
    std::vector<JsonValue> found;
    for (const auto& person : state.people)
        if (person.findable && person.seed.nhs_number == *number)
            found.push_back(state.patient_tree(person));
    return Answer{200, searchset(std::move(found))};
}

Answered read_patient(const State& state, const std::string& id)
{
    const auto* person = state.person(id);
    if (person == nullptr)
        return std::unexpected(unknown("PATIENT_NOT_FOUND"));
    return Answer{200, state.patient_tree(*person)};
}

Answered register_patient(State& state, const JsonValue& body)
{
    if (state.is_option("registration", "off"))
        return std::unexpected(Refusal{501, "NOT_IMPLEMENTED", "Registration is not offered"});
    const auto* patient = sent_patient(body);
    if (patient == nullptr)
        return std::unexpected(invalid_resource("The body must be Parameters with one registerPatient"));
    if (auto wrong = wrong_registration(*patient))
        return std::unexpected(*wrong);
    const auto number = nhs_number_of(*patient);
    if (!fhir::NhsNumber::parse(number))
        return std::unexpected(number.empty()
                                   ? invalid_resource("The NHS number is missing")
                                   : Refusal{400, "INVALID_NHS_NUMBER", "The NHS number is not valid"});
    if (state.lists("not_on_pds", number) || state.lists("deceased", number) ||
        state.lists("sensitive", number))
        return std::unexpected(
            Refusal{400, "INVALID_PATIENT_DEMOGRAPHICS", "The patient could not be traced"});
    for (auto& person : state.people) {
        if (person.seed.nhs_number != number)
            continue;
        if (person.findable || state.lists("registration_loop", number))
            return std::unexpected(Refusal{409, "DUPLICATE_REJECTED", "The patient is already registered"});
        person.findable = true; // an inactive registration comes back as a temporary one
        person.registration = "T";
        return Answer{200, searchset({state.patient_tree(person)})};
    }
    state.people.push_back(
        {"pt-" + std::to_string(2001 + state.people.size()), seed_of(*patient, number), true, "T"});
    return Answer{200, searchset({state.patient_tree(state.people.back())})};
}

Answered search_practitioner(const State& state, const Parameters& parameters)
{
    auto user = identifier(parameters, names::sds_user_system);
    if (!user)
        return std::unexpected(user.error());
    std::vector<JsonValue> found;
    for (const auto& clinician : state.seed.clinicians)
        if (clinician.sds_user_id == *user)
            found.push_back(state.practitioner_tree(clinician));
    return Answer{200, searchset(std::move(found))};
}

Answered read_practitioner(const State& state, const std::string& id)
{
    for (const auto& clinician : state.seed.clinicians)
        if (is_named(clinician) && state.practitioner_id(clinician.key) == id)
            return Answer{200, state.practitioner_tree(clinician)};
    return std::unexpected(unknown("PRACTITIONER_NOT_FOUND"));
}

Answered search_organization(const State& state, const Parameters& parameters)
{
    auto code = identifier(parameters, names::ods_system);
    if (!code)
        return std::unexpected(code.error());
    return Answer{200, searchset(*code == state.seed.ods ? std::vector{state.organization_tree()}
                                                         : std::vector<JsonValue>{})};
}

Answered read_organization(const State& state, const std::string& id)
{
    if (id != "org-1")
        return std::unexpected(unknown("ORGANISATION_NOT_FOUND"));
    return Answer{200, state.organization_tree()};
}

Answered read_location(const State& state, const std::string& id)
{
    for (const auto& location : state.seed.locations)
        if (state.location_id(location.key) == id)
            return Answer{200, state.location_tree(location)};
    return std::unexpected(unknown("NO_RECORD_FOUND"));
}

Answered read_metadata(const State& state)
{
    return Answer{200, JsonValue::object({
                           {"resourceType", JsonValue("CapabilityStatement")},
                           {"version", JsonValue("1.2.7")},
                           {"name", JsonValue("GP Connect provider simulator")},
                           {"status", JsonValue("active")},
                           {"date", JsonValue("2020-05-05")},
                           {"kind", JsonValue("instance")},
                           {"software", JsonValue::object({{"name", JsonValue("apptgw GP Connect simulator")},
                                                           {"version", JsonValue("0.1")},
                                                           {"releaseDate", JsonValue("2026-11-01")}})},
                           {"fhirVersion", JsonValue("3.0.1")},
                           {"acceptUnknown", JsonValue("both")},
                           {"format", texts({names::media_type})},
                           {"profile", profiles()},
                           {"rest", JsonValue::array({rest_capability(state)})},
                       })};
}

} // namespace adapters::gpconnect::provider
