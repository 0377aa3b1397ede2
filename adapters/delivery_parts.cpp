// SPDX-License-Identifier: Apache-2.0
#include "adapters/delivery_parts.hpp"

#include "adapters/trimmed.hpp"
#include "fhir/rest/message.hpp"

#include <algorithm>

namespace adapters
{

namespace
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::Remedy;

Error off(std::string sentence)
{
    return Error(ErrorKind::service_disabled, std::move(sentence))
        .advise("Work on the task in the inbox, or have the practice switch the service on.",
                Remedy::practice);
}

} // namespace

fhir::Result<std::vector<std::size_t>> medicines_named(const std::vector<std::string>& listed,
                                                       const std::vector<std::string>& wanted)
{
    std::vector<std::size_t> places;
    for (const std::string& each : wanted) {
        const auto is_meant = [&](const std::string& name) { return trimmed(name) == trimmed(each); };
        const auto found = std::ranges::find_if(listed, is_meant);
        if (found == listed.end() || std::ranges::count_if(listed, is_meant) != 1)
            return std::unexpected(
                Error(ErrorKind::not_supported_by_practice,
                      "The practice's list of repeat medicines does not have each of these exactly once.")
                    .advise("Request the medicines by the names in the practice's list.", Remedy::user));
        const auto place = static_cast<std::size_t>(found - listed.begin());
        if (std::ranges::find(places, place) == places.end())
            places.push_back(place);
    }
    if (places.empty())
        return fhir::fail(ErrorKind::not_supported_by_practice, "No medicine is named.");
    return places;
}

std::optional<std::size_t> recipient_for(const std::vector<std::string>& names, const std::string& team)
{
    if (names.empty())
        return std::nullopt;
    const auto named = std::ranges::find_if(
        names, [&](const std::string& name) { return fhir::rest::equal_ignoring_case(name, team); });
    return named == names.end() ? 0 : static_cast<std::size_t>(named - names.begin());
}

Error messages_switched_off()
{
    return off("The practice's system has messages from patients' accounts switched off.");
}

Error no_recipients()
{
    return off("The practice's system names nobody who takes messages.");
}

Error prescribing_switched_off()
{
    return off("The practice's system has requests for repeat medicines switched off.");
}

Error refused_without_reason(const Error& refusal)
{
    return Error(ErrorKind::not_supported_by_practice,
                 "The practice's system refused it without a reason that this gateway knows.")
        .advise("Work on the task in the inbox.", Remedy::practice)
        .from_supplier(refusal.supplier_code());
}

Error not_to_be_requested()
{
    return Error(ErrorKind::outside_booking_window,
                 "The practice's system takes no request for one of these medicines at this time.")
        .advise("Ask the practice whether it can be issued again so soon.", Remedy::practice);
}

} // namespace adapters
