// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/vision/simulator_state.hpp"
#include "fhir/rest/message.hpp"

/// The simulated practice's side of the wire (Vision PFS, messages, errors, simulator).
namespace adapters::vision
{

/// One request to the simulated practice.
fhir::rest::Response answer(SimState& state, const fhir::rest::Request& request);
/// What a SOAP request names; nothing for anything else.
std::optional<Service> asked_service(const fhir::rest::Request& request);
/// The slot that a booking request names; empty for any other.
std::string slot_asked_for(const fhir::rest::Request& request);

/// The two faults in which requests are refused before their service sees them.
fhir::rest::Response security_fault(const SimState& state);
fhir::rest::Response request_fault(const SimState& state);

/// The linkage service beside SOAP.
bool is_linkage(const fhir::rest::Request& request);
fhir::rest::Response answer_linkage(SimState& state, const fhir::rest::Request& request);

// ---- the handlers, for the route table
// ---------------------------------------------------------------------------------

/// A request whose header, account and patient have been checked as far as its service asks.
struct SimCall
{
    SimState& state;
    Service service;
    xml::Document body;
    xml::Element content;   ///< `vos` or `register`
    std::string nhs_number; ///< of the account's patient; empty for the service account

    std::string field(std::string_view name) const;
    /// The name of an element of the reply's content, prefixed or not as the practice's style has it.
    std::string name(std::string_view local) const;
    xml::NewElement element(std::string_view local, const xml::Attributes& attributes = {}) const
    {
        return xml::NewElement(name(local), attributes);
    }
    /// The content's outermost element, which declares the namespace where no prefix does.
    xml::NewElement outermost(std::string_view local) const;
    /// The whole reply around a content.
    fhir::rest::Response reply(const xml::NewElement& element_of_content) const
    {
        return reply(element_of_content.str());
    }
    fhir::rest::Response reply(const std::string& written_content) const;
    fhir::rest::Response refused(std::string_view code, std::string_view description) const;
};

fhir::rest::Response get_configuration(SimCall& call);
fhir::rest::Response get_demographics(SimCall& call);
fhir::rest::Response link_account(SimCall& call);
fhir::rest::Response available_appointments(SimCall& call);
fhir::rest::Response book_appointment(SimCall& call);
fhir::rest::Response existing_appointments(SimCall& call);
fhir::rest::Response cancel_appointment(SimCall& call);

/// Past ones are told in less detail.
xml::NewElement slot_element(const SimCall& call, const SimSlot& slot, bool past);
/// What slots refer to, leaving out what the option `omit_reference` lists.
xml::NewElement references_element(const SimCall& call, const std::vector<const SimSlot*>& slots);

} // namespace adapters::vision
