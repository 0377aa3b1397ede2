// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/microtest/simulator_state.hpp"
#include "adapters/simulation/json_messages.hpp"

/// The simulated practice's side of the wire (Microtest Evolution, messages and errors).
namespace adapters::microtest
{

/// One request to the simulated practice.
fhir::rest::Response answer(SimState& state, const fhir::rest::Request& request);
/// `POST appointments` of whatever a request asks below `patient/`; empty for anything else.
std::string asked_of(const fhir::rest::Request& request);

using simulation::body_text;
using simulation::json_reply;
/// `{"Error": …}`.
fhir::rest::Response error_reply(unsigned status, std::string_view text);

// ---- the handlers, for the route table

/// A request whose headers have been checked.
struct SimCall
{
    SimState& state;
    const fhir::rest::Request& request;
    const simulation::SeedPatient& patient;

    std::string text(std::string_view member) const { return body_text(request, member); }
    std::string query(std::string_view name) const { return simulation::query_text(request, name); }
};

fhir::rest::Response show_demographics(SimCall& call);
fhir::rest::Response list_slots(SimCall& call);
fhir::rest::Response book_slot(SimCall& call);
fhir::rest::Response list_appointments(SimCall& call);
fhir::rest::Response cancel_appointment(SimCall& call);
fhir::rest::Response list_courses(SimCall& call);
fhir::rest::Response list_orders(SimCall& call);
fhir::rest::Response take_order(SimCall& call);

} // namespace adapters::microtest
