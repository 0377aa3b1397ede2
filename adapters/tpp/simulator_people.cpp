// SPDX-License-Identifier: Apache-2.0
#include "adapters/tpp/simulator_routes.hpp"

#include <algorithm>

namespace adapters::tpp
{

using fhir::rest::Response;

namespace
{

std::string national_id(const SimState& state, std::string digits)
{
    if (state.options().is("nhs_number", "spaced"))
        return digits.substr(0, 3) + " " + digits.substr(3, 3) + " " + digits.substr(6);
    return digits;
}

/// The service account is nobody's patient: it has a name and no NHS number.
XmlElement person_element(const SimState& state, const std::string& nhs_number)
{
    XmlElement person("Person", {{"patientId", state.patient_id(nhs_number)}});
    const auto* patient = state.patient(nhs_number);
    if (!patient)
        return person.add(XmlElement("PersonName", {{"name", "Appointment Sharing"}}));
    person.set("dateOfBirth", fhir::to_text(patient->birth_date) + "T00:00:00.0Z");
    person.set("gender", patient->gender == "male" ? "Male" : "Female");
    if (!state.options().is("nhs_number", "none"))
        person.add(XmlElement("NationalId", {{"type", "NHS"}}).text(national_id(state, nhs_number)));
    person.add(
        XmlElement("PersonName", {{"name", patient->title + " " + patient->given + " " + patient->family}}));
    return person;
}

XmlElement registration_element(const SimState& state, const std::string& nhs_number)
{
    XmlElement registration("Registration");
    if (state.options().lists("self_access_off", nhs_number))
        return registration;
    XmlElement site("SiteDetails", {{"unitName", state.seed().name}});
    if (!state.seed().locations.empty()) {
        const auto& place = state.seed().locations.front();
        site.add(XmlElement("Address", {{"address", place.line + ", " + place.town + ", " + place.postcode},
                                        {"addressType", "Unit"}}));
    }
    XmlElement access("PatientAccess", {{"patientId", state.patient_id(nhs_number)}});
    return registration.add(access.add(site));
}

bool is_our_application(const SimCall& call)
{
    const auto application = call.body.root().child("Application");
    return application && application.attribute("providerId") == call.state.provider_id();
}

bool is_that_person(const SimCall& call, const simulation::SeedPatient& patient)
{
    return fhir::rest::equal_ignoring_case(call.attribute("lastName"), patient.family) &&
           call.attribute("dateOfBirth").starts_with(fhir::to_text(patient.birth_date) + "T00:00:00");
}

XmlElement linkage_reply(const SimCall& call, const std::string& account_id)
{
    return call.reply().set("accountId", account_id).set("providerId", call.state.provider_id());
}

Response create_account(SimCall& call)
{
    const auto& state = call.state;
    const auto* patient = state.patient(call.attribute("nhsNumber"));
    if (!patient || !is_that_person(call, *patient))
        return call.refused("6", "Linkage details are not valid");
    if (state.options().lists("cannot_link", patient->nhs_number))
        return call.refused("8", "Account cannot be linked");
    return xml_reply(linkage_reply(call, state.account(patient->nhs_number).account_id)
                         .set("passphraseToLink", state.passphrase_to_link(patient->nhs_number)));
}

Response prove_account(SimCall& call)
{
    auto& state = call.state;
    const auto owner = state.owner_of(call.attribute("accountId"));
    const auto* patient = owner ? state.patient(*owner) : nullptr;
    if (!patient || call.attribute("passphrase") != state.passphrase_to_link(*owner) ||
        !is_that_person(call, *patient))
        return call.refused("6", "Linkage details are not valid");
    const auto account = state.account(*owner);
    state.restore(*owner);
    return xml_reply(linkage_reply(call, account.account_id).set("passphrase", account.passphrase));
}

} // namespace

Response log_in(SimCall& call)
{
    auto& state = call.state;
    const auto owner = state.owner_of(call.attribute("accountId"));
    if (!owner || state.is_withdrawn(*owner) ||
        call.attribute("passphrase") != state.account(*owner).passphrase ||
        call.attribute("providerId") != state.provider_id() || !is_our_application(call))
        return call.refused("9", "Problem logging on");
    const auto id = state.patient_id(*owner);
    auto reply = call.reply().set({{"patientId", id}, {"onlineUserId", id}});
    reply.add(XmlElement("User").add(person_element(state, *owner)));
    reply.add(registration_element(state, *owner));
    reply.add(person_element(state, *owner));
    auto response = xml_reply(reply);
    if (!state.options().is("suid", "none"))
        response.headers.set("suid", state.log_in(*owner));
    return response;
}

Response select_patient(SimCall& call)
{
    return xml_reply(call.reply().add(person_element(call.state, call.nhs_number)));
}

Response link_account(SimCall& call)
{
    if (!is_our_application(call))
        return call.refused("5", "Provider id is not valid");
    return call.attribute("accountId").empty() ? create_account(call) : prove_account(call);
}

} // namespace adapters::tpp
