// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/consent.hpp"
#include "fhir/outcome/error.hpp"
#include "gateway/policy/consent.hpp"

#include <string_view>

/// What patients decided as FHIR R4 Consent. `origin` of the public base names our own code systems.
namespace gateway::faces::r4
{

fhir::Consent to_resource(const policy::Consent& consent, std::string_view origin);

/// Refuses whatever the gateway would not keep or not obey. Errors with path: `required`, `value_invalid`,
/// `nhs_number_invalid`. `id` and `version` stay unset.
fhir::Result<policy::Consent> from_resource(const fhir::Consent& resource, std::string_view origin);

} // namespace gateway::faces::r4
