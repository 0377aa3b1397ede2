// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/practitioner_role.hpp"

#include <optional>
#include <string>
#include <vector>

/// GP Connect names the role of whoever sees the patient in an extension; UK Core has a PractitionerRole for
/// it. In the model it is contained, so that it comes and goes with the one resource.
namespace fhir::stu3
{

/// Takes the role out of the extensions and puts it, with its practitioner, into `contained`. The reference
/// to it; nothing when there is no role.
std::optional<Reference> take_role(DomainResource& resource, std::optional<Reference> practitioner);

/// Whether the reference is to a role, contained in `resource` or elsewhere: STU3 knows of no such actor.
bool is_role(const Reference& reference, const DomainResource& resource);
/// Turns the contained role of that reference into the extension; nothing is done about any other.
void give_role(DomainResource& resource, const Reference& reference);

} // namespace fhir::stu3
