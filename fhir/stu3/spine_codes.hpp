// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace fhir::stu3
{

/// One row of the error handling of GP Connect 1.2.7.
struct SpineRow
{
    std::string_view code; ///< Spine-ErrorOrWarningCode-1
    unsigned http_status;
    std::string_view issue; ///< FHIR issue type
    std::string_view display;
};

/// The row of INTERNAL_SERVER_ERROR for an unknown code.
const SpineRow& spine_row(std::string_view code);

} // namespace fhir::stu3
