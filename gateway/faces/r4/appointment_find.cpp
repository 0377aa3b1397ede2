// SPDX-License-Identifier: Apache-2.0
#include "adapters/clock.hpp"
#include "fhir/codec/json.hpp"
#include "fhir/search/slot_query.hpp"
#include "gateway/faces/context.hpp"
#include "gateway/faces/r4/answers.hpp"
#include "gateway/faces/r4/find_request.hpp"
#include "gateway/faces/r4/handlers.hpp"
#include "gateway/faces/r4/proposal.hpp"
#include "gateway/faces/r4/searchset.hpp"
#include "gateway/faces/r4_face.hpp"

#include <algorithm>

// $find: a slot search in other words, answered with what could be booked.
namespace gateway::faces::r4
{

using fhir::ErrorKind;
using fhir::Result;

namespace
{

fhir::Extension until_extension(const Context& context, fhir::Instant until)
{
    fhir::Extension extension;
    extension.url =
        std::string(fhir::rest::origin_of(context.base_url)) + "/fhir/StructureDefinition/proposal-until";
    extension.value = until;
    return extension;
}

fhir::Appointment proposal_of(const Context& context, const search::SlotHit& hit, const FindRequest& wanted,
                              fhir::Instant until)
{
    auto appointment =
        appointment_in(hit, wanted.patient ? std::optional(wanted.patient->participant) : std::nullopt);
    if (wanted.patient && wanted.patient->details)
        appointment.contained.push_back(*wanted.patient->details);
    if (wanted.reason)
        appointment.reason_code = {*wanted.reason};
    if (wanted.referral)
        appointment.based_on = {*wanted.referral};
    appointment.extension.push_back(until_extension(context, until));
    return appointment;
}

fhir::Error too_long_to_name()
{
    fhir::Error note(ErrorKind::not_supported_by_practice,
                     "Some free slots have ids too long to be proposed and are left out.");
    return note.advise("Find them with GET [base]/Slot and book them with POST [base]/Appointment.",
                       fhir::Remedy::caller);
}

void propose(const Context& context, const R4Services& services, const search::SlotResult& found,
             const FindRequest& wanted, Searchset& result)
{
    const Proposals proposals(services.settings.proposal_secret);
    const auto until = std::chrono::floor<std::chrono::minutes>(services.clock.now()) + proposal_lifetime;
    const std::size_t count = result.pages.of(result.paging);
    result.matches.resize(found.total);
    std::size_t at = std::min(result.offset, found.total);
    bool left_out = false;
    for (const search::SlotHit& hit : found.page(result.offset, count)) {
        auto appointment = proposal_of(context, hit, wanted, until);
        appointment.id = proposals.id_of(hit.slot->id(), context.caller->ods, until);
        if (appointment.id->empty()) {
            left_out = true;
            result.matches.erase(result.matches.begin() + static_cast<std::ptrdiff_t>(at));
            continue;
        }
        result.matches[at++] = {"Appointment/" + *appointment.id, fhir::codec::to_json(appointment)};
    }
    if (left_out)
        result.notes.push_back(too_long_to_name());
}

} // namespace

Answered find_appointments(const Context& context, const R4Services& services)
{
    if (const auto may = require_scope(context, identity::Permission::search, "Slot"); !may)
        co_return std::unexpected(may.error());
    auto asked = context;
    const auto offset = take_offset(asked.parameters);
    if (!offset)
        co_return std::unexpected(offset.error());
    if (context.request.method == "POST")
        if (const auto known = no_parameters(asked); !known)
            co_return std::unexpected(known.error());
    const auto call = OperationCall::read(asked);
    if (!call)
        co_return std::unexpected(call.error());
    auto wanted = find_request(*call);
    if (!wanted)
        co_return std::unexpected(wanted.error());
    auto query = fhir::search::parse_slot_query(wanted->slots, fhir::search::Handling::strict, nullptr);
    if (!query)
        co_return std::unexpected(in_own_words(query.error(), *wanted));
    Searchset result;
    result.paging = query->paging;
    auto found = co_await services.search.find_slots(*context.caller, std::move(*query), context.fresh(),
                                                     context.ids.request_id, {});
    if (!found)
        co_return std::unexpected(in_own_words(found.error(), *wanted));

    result.type = "Appointment/$find";
    result.used = wanted->shown;
    result.pages = context.pages;
    result.offset = *offset;
    result.notes = wanted->notes;
    result.id = adapters::new_uuid(services.clock, services.random);
    result.made = services.clock.now();
    for (const search::MissingPractice& missing : (*found)->missing)
        result.notes.push_back(note_of(missing));
    propose(context, services, **found, *wanted, result);
    co_return searchset_answer(context, std::move(result));
}

} // namespace gateway::faces::r4
