// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/nhs_number.hpp"
#include "fhir/model/ods_code.hpp"
#include "fhir/model/task.hpp"
#include "fhir/outcome/error.hpp"

#include <optional>
#include <string>
#include <string_view>

/// Who holds a task, who asked for it, whom it is about.
namespace gateway::workflow
{

/// With type, identifier and, unless it is empty, display.
fhir::Reference organisation_reference(std::string_view ods, const std::string& name);
/// The organisation that owner or requester names, by ODS identifier or as `Organization/<ODS>[.<local>]`.
/// `value_invalid` at `path`: a person (a task is never held by one alone), or whatever is no organisation.
fhir::Result<fhir::OdsCode> organisation_in(const fhir::Reference& reference, const std::string& path);
/// ODS code of whoever holds it; empty when it does not say.
std::string owner_of(const fhir::Task& task);
/// Errors at `Task.for`: `value_invalid`, `nhs_number_invalid`. Nothing where it names nobody.
fhir::Result<std::optional<fhir::NhsNumber>> patient_in(const fhir::Task& task);

} // namespace gateway::workflow
