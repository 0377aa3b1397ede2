// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "adapters/demographics.hpp"
#include "adapters/fhir_r4/abilities.hpp"
#include "adapters/fhir_r4/ids.hpp"

/// What is asked of a server, in the search parameters of R4 that it says it knows. Pure.
namespace adapters::fhir_r4
{

/// `Slot?status=free&start=ge…`; `filter`: further parameters of the practice's configuration, as they are.
std::string slot_query(const fhir::Interval& window, const Abilities& can, const std::string& filter);
/// `Location?_id=1,2`: one query a type and fifty ids.
std::vector<std::string> id_queries(const std::vector<LocalReference>& wanted);
/// Everybody's appointments around that time.
std::string appointments_query(const fhir::Interval& window);
/// Parameters without a type: they go into the body of a search, so that no log on the way holds them.
std::string patient_form(const fhir::NhsNumber& number);
/// The same of who has no number: family name and birth date. The given name is for whoever asks to compare.
std::string patient_form(const Applicant& applicant);
/// Asks for more than `window`; whoever asks leaves out the rest.
std::string appointment_form(const std::string& patient, const fhir::Interval& window,
                             const TypeAbilities& can);

} // namespace adapters::fhir_r4
