// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/search/values.hpp"
#include "gateway/faces/r4/operation_call.hpp"
#include "gateway/faces/r4/patient_parameter.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gateway::faces::r4
{

/// A $find as the slot search that it is.
struct FindRequest
{
    std::vector<fhir::search::RawParameter> slots;
    std::vector<fhir::search::RawParameter> shown; ///< what the links repeat
    /// Of a slot search's parameter, as its errors name it: where the caller said it.
    std::vector<std::pair<std::string, std::string>> paths;
    std::optional<PatientParameter> patient;
    std::optional<fhir::CodeableConcept> reason;
    std::optional<fhir::Reference> referral;
    std::vector<fhir::Error> notes;

    void ask(std::string name, std::string value, std::string path)
    {
        paths.emplace_back(fhir::search::path_of(name), std::move(path));
        slots.push_back({std::move(name), std::move(value)});
    }
};

/// Errors: `value_invalid`, `invariant`, with the path of the parameter.
fhir::Result<FindRequest> find_request(const OperationCall& call);

/// An error of the slot search, said of what the caller sent.
fhir::Error in_own_words(fhir::Error error, const FindRequest& wanted);

} // namespace gateway::faces::r4
