// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/emis/simulator_replies.hpp"
#include "adapters/emis/simulator_state.hpp"

#include <string>
#include <string_view>

namespace adapters::emis
{

/// The only version the simulated practice speaks; the real value is not public.
inline constexpr std::string_view api_version = "2.1.0.0";

/// One request to the simulated practice.
fhir::rest::Response answer(SimState& state, const fhir::rest::Request& request);
/// What stands after `/pfs/`, without query; empty when the path is none of this service.
std::string_view relative_path(const fhir::rest::Request& request);
/// Key of the slot a booking request names; empty when it names none.
std::string slot_asked_for(const fhir::rest::Request& request);

// ---- the handlers, for the route table
// ---------------------------------------------------------------------------------

/// A request whose headers, session, link token and body have been checked as far as its route asks.
struct SimCall
{
    SimState& state;
    const fhir::rest::Request& request;
    std::string nhs_number; ///< of the session's patient; empty for the service account
    fhir::codec::JsonValue body;

    /// Query value; names compare without case.
    std::string query(std::string_view name) const;
    std::string text(std::string_view member) const;
};

fhir::rest::Response book_slot(SimCall& call);
fhir::rest::Response cancel_slot(SimCall& call);
fhir::rest::Response link_account(SimCall& call);
fhir::rest::Response look_up_key(SimCall& call);
fhir::rest::Response create_key(SimCall& call);
fhir::rest::Response list_recipients(SimCall& call);
fhir::rest::Response list_messages(SimCall& call);
fhir::rest::Response take_message(SimCall& call);
fhir::rest::Response list_courses(SimCall& call);
fhir::rest::Response list_prescription_requests(SimCall& call);
fhir::rest::Response take_prescription_request(SimCall& call);

} // namespace adapters::emis
