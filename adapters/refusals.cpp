// SPDX-License-Identifier: Apache-2.0
#include "adapters/refusals.hpp"

#include <algorithm>
#include <charconv>

namespace adapters
{

namespace
{

/// Where the supplier does not say when to ask again.
constexpr std::chrono::seconds default_delay{5};

} // namespace

using fhir::Error;
using fhir::ErrorKind;

Error unknown_outcome(std::string supplier_code)
{
    Error error(ErrorKind::outcome_unknown);
    error.from_supplier(std::move(supplier_code)).effect_is_possible();
    return error;
}

Error settle_later(Error error)
{
    if (!error.effect_possible())
        return error;
    return unknown_outcome(error.supplier_code().empty() ? "no answer" : error.supplier_code());
}

Error not_offered(std::string sentence)
{
    return Error(ErrorKind::not_supported_by_practice, std::move(sentence));
}

Error refused(ErrorKind kind, std::string sentence, std::string advice, fhir::Remedy who)
{
    Error error(kind, std::move(sentence));
    error.advise(std::move(advice), who);
    return error;
}

Error no_search_identity()
{
    return Error(ErrorKind::link_invalid,
                 "Searching this practice needs a service account, and none is configured for it.");
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

Error with_delay(Error error, const fhir::rest::Response& response)
{
    if (auto delay = wait_asked_for(response))
        error.retry_in(*delay);
    else if (error.kind() == ErrorKind::supplier_unavailable || error.kind() == ErrorKind::throttled)
        error.retry_in(default_delay);
    return error;
}

Error refused_with_status(const fhir::rest::Response& response, bool write)
{
    const auto code = std::to_string(response.status);
    if (response.status == 429 || response.status == 503)
        return with_delay(Error(ErrorKind::supplier_unavailable), response).from_supplier(code);
    if (response.status >= 400 && response.status < 500)
        return with_delay(our_fault(), response).from_supplier(code);
    return write ? unknown_outcome(code) : Error(ErrorKind::supplier_error).from_supplier(code);
}

bool is_away(unsigned status)
{
    return status == 502 || status == 503 || status == 504;
}

bool is_plain_code(std::string_view code)
{
    return !code.empty() && code.size() <= 40 && std::ranges::all_of(code, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    });
}

} // namespace adapters
