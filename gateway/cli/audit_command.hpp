// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/cli/management_call.hpp"
#include "gateway/settings/settings.hpp"

#include <istream>
#include <string>

namespace gateway::cli
{

struct AuditOptions
{
    std::string file;            ///< the export: written by `export`, read by the others
    std::string from, to;        ///< instants or dates; empty: open. `to` is not included
    std::string public_key_file; ///< of `verify`; of `public-key` where to write it, empty: standard output
    std::string appointment;     ///< of `who`
    bool patient = false;        ///< of `who`: the NHS number stands on standard input
    std::string key_file;        ///< the store's key, which finds a patient
    std::string by;              ///< of `export`: who; the running gateway then puts it on record
    ManagementListener listener; ///< of that gateway
};

/// `apptgw audit export`: every chain, as it stands, into a new file that only its owner may read. What was
/// done, as a line. With `by`, no file is left behind that is not on record.
fhir::Result<std::string> export_audit(const AuditOptions& options, const settings::Settings& settings);
/// `apptgw audit verify`: what was found whole, as text; an error names the first bad record.
fhir::Result<std::string> verify_audit(const AuditOptions& options);
/// `apptgw audit who`: a table of who touched an appointment or a patient; `input` holds the NHS number.
fhir::Result<std::string> who_in_audit(const AuditOptions& options, std::istream& input);
/// `apptgw audit public-key`: the PEM with which others verify.
fhir::Result<std::string> audit_public_key(const AuditOptions& options, const settings::Settings& settings);

} // namespace gateway::cli
