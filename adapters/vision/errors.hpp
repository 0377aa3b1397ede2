// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/vision/wire.hpp"
#include "fhir/rest/message.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

/// Vision's failures: outcomes inside HTTP 200, and SOAP faults (Vision PFS, errors). Pure.
namespace adapters::vision
{

/// What a reply may be about; empty where the request names none.
struct Asked
{
    Service service;
    std::string patient_id, slot_id;
};

/// The answer to a request, checked: HTTP status, content type, markup, fault, outcome, and that it answers
/// this request about this patient. All else is an error by the table of codes. For a booking or cancellation
/// an answer that cannot be understood, or a server fault, is `outcome_unknown`: it may have come after the
/// effect.
/// `memo`: of rows that it knows only marks are in the document.
fhir::Result<xml::Document> read_answer(const Asked& asked, const fhir::rest::Response& response,
                                        SlotMemo* memo = nullptr);

/// What `outcome/error` means.
fhir::Error refusal(Service service, const WireError& error);
/// Which row of the table decides, and how many there are: tests see to it that none is without a case.
std::optional<std::size_t> deciding_row(Service service, std::string_view code);
std::size_t error_row_count();

/// Whether the code of a refused booking or cancellation may stand for anything: `-100`, and codes that no
/// row knows.
bool is_ambiguous(const fhir::Error& error);
/// Whether the patient id is refused, so that the configuration should be read anew.
bool is_stale_patient_id(const fhir::Error& error);

/// For a write: a failure that may have had an effect gets kind `outcome_unknown`; every other stays as it
/// is.
fhir::Error settle_later(Service service, fhir::Error error);

} // namespace adapters::vision
