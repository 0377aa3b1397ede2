// SPDX-License-Identifier: Apache-2.0
#include "adapters/xml_answers.hpp"

#include "adapters/refusals.hpp"
#include "adapters/trimmed.hpp"

namespace adapters::xml
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::rest::equal_ignoring_case;

bool is_xml_type(std::string_view content_type)
{
    const auto name = trimmed(content_type.substr(0, content_type.find(';')));
    return equal_ignoring_case(name, "text/xml") || equal_ignoring_case(name, "application/xml");
}

Error by_status(const fhir::rest::Response& response, bool write)
{
    const bool busy = response.status == 429 || response.status == 503;
    Error error(busy ? ErrorKind::supplier_unavailable : ErrorKind::supplier_error);
    error.from_supplier(std::to_string(response.status));
    if (busy)
        error.retry_in(wait_asked_for(response).value_or(std::chrono::seconds(5)));
    const bool refused = busy || (response.status >= 400 && response.status < 500);
    return settle_later(error.effect_is_possible(write && !refused));
}

Error not_understood(std::string why, bool write)
{
    Error error(ErrorKind::supplier_malformed);
    error.from_supplier("200/" + std::move(why));
    return settle_later(error.effect_is_possible(write));
}

} // namespace adapters::xml
