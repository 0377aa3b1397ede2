// SPDX-License-Identifier: Apache-2.0
#include "adapters/oauth/errors.hpp"

#include "adapters/json_tree.hpp"
#include "adapters/refusals.hpp"

namespace adapters::oauth
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::Remedy;
using fhir::rest::Response;

Error token_error(const Response& response)
{
    const auto tree = Document::parse(response.body.view());
    const auto code = tree ? text_of(tree->root(), "error") : std::string();
    Error error(ErrorKind::access_denied,
                "The practice's authorization server refused this gateway's credentials.");
    error.advise("Check client id, secret or key and scope of this practice.", Remedy::operator_);
    if (response.status == 429)
        error = Error(ErrorKind::throttled);
    else if (response.status >= 500)
        error = Error(is_away(response.status) ? ErrorKind::supplier_unavailable : ErrorKind::supplier_error);
    error.from_supplier("token " + std::to_string(response.status) + (is_plain_code(code) ? " " + code : ""));
    return with_delay(std::move(error), response);
}

} // namespace adapters::oauth
