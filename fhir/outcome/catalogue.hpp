// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"

#include <span>
#include <string_view>

namespace fhir
{

/// One row of the only table that knows how a kind is answered on each face.
struct CatalogueRow
{
    ErrorKind kind;
    std::string_view code;       ///< our detail code, kebab case, stable: `slot-unavailable`
    unsigned http_status;        ///< FHIR R4 face
    std::string_view issue_code; ///< FHIR issue-type
    std::string_view spine_code; ///< GP Connect Spine-ErrorOrWarningCode-1
    std::string_view bars_code;  ///< BaRS error code
    std::string_view sentence;   ///< default sentence
    std::string_view advice;     ///< what to do next
    Remedy remedy;
};

const CatalogueRow& catalogue_row(ErrorKind kind);
std::span<const CatalogueRow> catalogue();
/// The kind whose stable code this is; nothing for an unknown code.
std::optional<ErrorKind> error_kind(std::string_view code);

} // namespace fhir
