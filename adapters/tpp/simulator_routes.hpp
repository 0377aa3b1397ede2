// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/tpp/simulator_state.hpp"

/// The simulated practice's side of the wire (TPP SystmOnline, messages and errors).
namespace adapters::tpp
{

/// One request to the simulated practice.
fhir::rest::Response answer(SimState& state, const fhir::rest::Request& request);
/// What the header `type` says.
std::optional<Operation> asked_operation(const fhir::rest::Request& request);
/// The slot that a booking request names.
std::optional<SlotKey> slot_asked_for(const fhir::rest::Request& request);

// ---- the handlers, for the route table
// ---------------------------------------------------------------------------------

/// A request whose headers, session and common attributes have been checked as far as its operation asks.
struct SimCall
{
    SimState& state;
    const fhir::rest::Request& request;
    Operation operation;
    Xml body;
    std::string nhs_number; ///< of the session's patient; empty for the service account

    std::string_view attribute(std::string_view name) const { return body.root().attribute(name); }
    /// `<operation>Reply` with the echoed uuid and, inside a session, the patient.
    XmlElement reply() const;
    fhir::rest::Response refused(std::string_view code, std::string_view technical) const;
};

fhir::rest::Response xml_reply(const XmlElement& root);

fhir::rest::Response log_in(SimCall& call);
fhir::rest::Response select_patient(SimCall& call);
fhir::rest::Response link_account(SimCall& call);
fhir::rest::Response list_slots(SimCall& call);
fhir::rest::Response book_slot(SimCall& call);
fhir::rest::Response view_appointments(SimCall& call);
fhir::rest::Response cancel_appointment(SimCall& call);
fhir::rest::Response list_recipients(SimCall& call);
fhir::rest::Response view_messages(SimCall& call);
fhir::rest::Response take_message(SimCall& call);
fhir::rest::Response list_medication(SimCall& call);
fhir::rest::Response take_medication_request(SimCall& call);

} // namespace adapters::tpp
