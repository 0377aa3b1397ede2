// SPDX-License-Identifier: Apache-2.0
#include "adapters/refusals.hpp"

#include <charconv>

namespace adapters
{

using fhir::Error;
using fhir::ErrorKind;

Error unknown_outcome(std::string supplier_code)
{
    Error error(ErrorKind::outcome_unknown);
    error.from_supplier(std::move(supplier_code)).effect_is_possible();
    return error;
}

Error refused(ErrorKind kind, std::string sentence, std::string advice, fhir::Remedy who)
{
    Error error(kind, std::move(sentence));
    error.advise(std::move(advice), who);
    return error;
}

Error our_fault()
{
    return refused(ErrorKind::supplier_error, "The practice's system refused the form of the request.",
                   "Report this with the time and the practice; repeating it will not help.",
                   fhir::Remedy::operator_);
}

std::optional<std::chrono::seconds> wait_asked_for(const fhir::rest::Response& response)
{
    const auto text = response.headers.get("Retry-After");
    unsigned seconds = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || seconds > 3600)
        return std::nullopt;
    return std::chrono::seconds(seconds);
}

} // namespace adapters
