// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/format.hpp"
#include "fhir/outcome/error.hpp"
#include "fhir/search/parameter.hpp"
#include "gateway/faces/routes.hpp"

#include <string>
#include <string_view>

namespace gateway::faces
{

inline constexpr std::string_view fhir_json = "application/fhir+json";

/// The media type to answer with: `format` (the `_format` parameter, empty when absent) overrules `accept`.
/// JSON and XML are offered in three names each, JSON preferred; another fhirVersion than 4.0 or another
/// charset than UTF-8 is `not_acceptable` (FHIR R4, http.html#mime-type).
fhir::Result<std::string_view> answer_type(std::string_view accept, std::string_view format);

/// Of a Content-Type that check_body_type let pass.
fhir::codec::Format format_of(std::string_view media_type);

/// Whether a body of this Content-Type and Content-Encoding can be read where `wanted` is expected: else
/// `unsupported_media_type`.
fhir::Result<void> check_body_type(std::string_view content_type, std::string_view content_encoding,
                                   Body wanted);

/// RFC 7240 `Prefer`, as far as FHIR R4 uses it. Unknown preferences are ignored.
struct Preferences
{
    enum class Return
    {
        representation,
        minimal,
        operation_outcome
    } return_ = Return::representation;
    fhir::search::Handling handling = fhir::search::Handling::strict;
};
Preferences parse_prefer(std::string_view text);

/// Whether `Accept-Encoding` allows gzip (RFC 9110 12.5.3).
bool accepts_gzip(std::string_view accept_encoding);

/// The bytes in gzip form (RFC 1952); empty when zlib fails.
std::string gzip(std::string_view bytes);
/// Smaller bodies are sent as they are: the gain would be less than the cost.
inline constexpr std::size_t gzip_from_bytes = 1024;

} // namespace gateway::faces
