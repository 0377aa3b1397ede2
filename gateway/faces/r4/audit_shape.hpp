// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/audit_event.hpp"
#include "gateway/audit/finder.hpp"

#include <string_view>

namespace gateway::faces::r4
{

/// A record as FHIR R4 AuditEvent; id `<chain>.<sequence>`. `with_patient`: the reader may know whose
/// appointment it was.
fhir::AuditEvent to_audit_event(const audit::FoundEntry& found, bool with_patient, std::string_view origin);
/// A write of an appointment as Provenance of the version it made.
fhir::Provenance to_provenance(const audit::FoundEntry& found, std::string_view origin);
/// Whether it made a version.
bool made_a_version(const audit::AuditRecord& record);

} // namespace gateway::faces::r4
