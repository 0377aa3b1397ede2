// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/format.hpp"
#include "gateway/faces/gpconnect/refusal.hpp"

#include <string>
#include <string_view>

namespace gateway::faces::gpconnect
{

using Format = fhir::codec::Format;

/// `application/fhir+json;charset=utf-8`, without a blank, as the specification wishes.
std::string_view content_type(Format format);

/// The format of the answer: `_format`, else Accept, else the request's Content-Type, else JSON. What is
/// asked for and not offered is UNSUPPORTED_MEDIA_TYPE; an unknown Content-Type decides nothing here.
struct Wishes
{
    std::string_view format_parameter; ///< decoded; empty when absent
    std::string_view accept;
    std::string_view content_type;
};
Checked<Format> answer_format(const Wishes& wishes);

/// The format of a request body, which its Content-Type must name: UNSUPPORTED_MEDIA_TYPE. A body that is
/// compressed is not read.
Checked<Format> body_format(std::string_view content_type, std::string_view content_encoding);

} // namespace gateway::faces::gpconnect
