// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"

#include <string>
#include <string_view>

namespace adapters::upstream
{

/// `https://host[:port]/path`, taken apart.
struct BaseUrl
{
    std::string host; ///< without brackets
    std::string port = "443";
    std::string path = "/";
    std::string host_header; ///< as the Host field wants it

    /// The path with `target` behind it and exactly one slash between them.
    std::string join(std::string_view target) const;
};

/// Only https, no user, query or fragment; the error (kind `internal`) shows the URL.
fhir::Result<BaseUrl> parse_base_url(std::string_view url);

} // namespace adapters::upstream
