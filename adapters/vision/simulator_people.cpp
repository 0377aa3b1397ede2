// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/simulator_routes.hpp"
#include "fhir/codec/json_value.hpp"

#include <algorithm>

namespace adapters::vision
{

using fhir::codec::JsonValue;
using fhir::rest::equal_ignoring_case;
using fhir::rest::Request;
using fhir::rest::Response;
using xml::NewElement;

namespace
{

constexpr std::string_view linkage_end = "/onlineservices/linkage";
constexpr const char* welcome = "<P>Choose the nurse for dressings.<BR>Ring for <B>urgent needs";

std::string gender_code(const std::string& gender)
{
    return gender == "male" ? "SEX001" : "SEX002";
}

NewElement account_element(const SimCall& call)
{
    const auto& state = call.state;
    const auto* patient = state.patient(call.nhs_number);
    auto account = call.element("account");
    account.add(call.name("patientId"), state.patient_id(call.nhs_number));
    account.add(call.name("name"), patient ? patient->title + " " + patient->given + " " + patient->family
                                           : "Appointment Sharing");
    if (patient && !state.options().is("nhs_number", "none"))
        account.add(call.element("patientNumber")
                        .add(call.name("numberType"), "NHS")
                        .add(call.name("number"), patient->nhs_number));
    return account.add(call.name("isOsu"), "false");
}

NewElement appointments_element(const SimCall& call)
{
    const auto options = call.state.options();
    auto appointments = call.element("appointments");
    appointments.add(call.name("enabled"), options.is("appointments", "off") ? "false" : "true");
    auto messages = call.element("welcomeText");
    messages.add(call.element("message", {{"language", "cy"}}));
    messages.add(call.element("message", {{"language", "en_UK"}})
                     .text(options.text("guidance").empty() ? welcome : options.text("guidance")));
    return appointments.add(messages);
}

NewElement configured_references(const SimCall& call)
{
    auto references = call.element("references");
    for (const auto& location : call.state.seed().locations)
        references.add(
            call.element("location", {{"id", location.key}}).add(call.name("name"), location.name));
    for (const auto& clinician : call.state.seed().clinicians) {
        const auto gender = gender_code(clinician.gender);
        references.add(call.element("staff", {{"id", "9" + clinician.key}})
                           .add(call.element("gender", {{"id", gender}}).text(clinician.gender)));
        references.add(
            call.element("owner", {{"id", clinician.key}})
                .add(call.name("name"), clinician.title + " " + clinician.given + " " + clinician.family)
                .add(call.name("staffId"), "9" + clinician.key));
    }
    return references;
}

std::string upper(std::string text)
{
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return text;
}

Response json_reply(unsigned status, const JsonValue& body)
{
    Response response;
    response.status = status;
    response.headers.set("Content-Type", "application/json; charset=utf-8");
    response.body.append(fhir::codec::to_json(body));
    return response;
}

Response linkage_error(unsigned status, const char* code, const char* text)
{
    return json_reply(status,
                      JsonValue::object({{"error", JsonValue::object({{"code", code}, {"text", text}})}}));
}

Response key_reply(const SimState& state, unsigned status, const std::string& nhs_number)
{
    return json_reply(status, JsonValue::object({{"odsCode", state.seed().ods},
                                                 {"accountId", state.account(nhs_number).account_id},
                                                 {"linkageKey", state.linkage_key(nhs_number)}}));
}

bool is_that_person(const simulation::SeedPatient& patient, const std::string& surname,
                    const std::string& birth)
{
    return equal_ignoring_case(surname, patient.family) && birth == fhir::to_text(patient.birth_date);
}

std::string member_of(const JsonValue& object, std::string_view name)
{
    const auto* value = object.find(name);
    return value && value->is_string() ? value->text() : std::string();
}

Response make_key(SimState& state, const Request& request)
{
    const auto body = fhir::codec::parse_json(request.body);
    const auto nhs_number = body ? member_of(*body, "nhsNumber") : std::string();
    if (!fhir::NhsNumber::parse(nhs_number))
        return linkage_error(400, "V4205", "Invalid NHS number");
    const auto* patient = state.patient(nhs_number);
    if (!patient || !is_that_person(*patient, member_of(*body, "lastName"), member_of(*body, "dateOfBirth")))
        return linkage_error(404, "VY806", "No patient record");
    if (!state.with_key().insert(nhs_number).second)
        return linkage_error(409, "V2214", "Linkage key already exists");
    return key_reply(state, 201, nhs_number);
}

Response find_key(const SimState& state, const Request& request, const std::set<std::string>& with_key)
{
    const auto query = fhir::rest::parse_query(request.query());
    const auto nhs_number = query && query->size() == 1 && query->front().first == "nhsNumber"
                                ? query->front().second
                                : std::string();
    if (!fhir::NhsNumber::parse(nhs_number))
        return linkage_error(400, "V4205", "Invalid NHS number");
    if (!state.patient(nhs_number))
        return linkage_error(404, "VY806", "No patient record");
    if (!with_key.contains(nhs_number))
        return linkage_error(404, "V2210", "No API key associated with the nhs number");
    return key_reply(state, 200, nhs_number);
}

} // namespace

bool is_linkage(const Request& request)
{
    return request.path().ends_with(linkage_end);
}

Response answer_linkage(SimState& state, const Request& request)
{
    const auto place = "organisations/" + state.seed().ods + std::string(linkage_end);
    if (!request.path().ends_with(place))
        return linkage_error(404, "V2210", "No such organisation");
    if (request.method == "GET")
        return find_key(state, request, state.with_key());
    if (request.method != "POST" || !request.headers.get("Content-Type").starts_with("application/json"))
        return linkage_error(400, "V4000", "Not a request");
    return make_key(state, request);
}

Response get_configuration(SimCall& call)
{
    auto configuration = call.outermost("configuration");
    configuration.add(account_element(call)).add(appointments_element(call));
    return call.reply(configuration.add(configured_references(call)));
}

/// In capitals, as the practice's system has them.
Response get_demographics(SimCall& call)
{
    const auto* patient = call.state.patient(call.nhs_number);
    if (!patient)
        return call.refused("-31", "Not a patient");
    auto demographics = call.outermost("demographics");
    demographics.add(call.element("name")
                         .add(call.name("title"), upper(patient->title))
                         .add(call.name("forename"), upper(patient->given))
                         .add(call.name("forename2"), "")
                         .add(call.name("surname"), upper(patient->family)));
    demographics.add(call.name("dateOfBirth"), fhir::to_text(patient->birth_date));
    demographics.add(call.element("gender", {{"code", gender_code(patient->gender)}}).text(patient->gender));
    demographics.add(call.element("primaryAddress")
                         .add(call.name("houseName"), "")
                         .add(call.name("houseNumber"), "6")
                         .add(call.name("street"), "SALTMARSH LANE")
                         .add(call.name("town"), "HARBOURBY")
                         .add(call.name("postcode"), "ZZ99 5CC"));
    return call.reply(demographics);
}

Response link_account(SimCall& call)
{
    auto& state = call.state;
    const auto owner = state.owner_of(call.field("rosuAccountId"));
    const auto* patient = owner ? state.patient(*owner) : nullptr;
    if (call.field("surname").empty() || !fhir::parse_date(call.field("dob")))
        return call.refused("-31", "Invalid parameter");
    if (!patient || !state.with_key().contains(*owner) ||
        call.field("rosuAccountLinkageKey") != state.linkage_key(*owner) ||
        !is_that_person(*patient, call.field("surname"), call.field("dob")))
        return call.refused("-33", "No match for the details");
    if (!state.link(*owner))
        return call.refused("-2", "User already registered");
    const auto account = state.account(*owner);
    auto reference = call.outermost("authenticationRef");
    reference.add(call.name("rosuAccountId"), account.account_id);
    return call.reply(reference.add(call.name("apiToken"), account.api_key));
}

} // namespace adapters::vision
