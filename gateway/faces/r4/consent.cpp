// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json.hpp"
#include "fhir/rest/message.hpp"
#include "fhir/search/consent_query.hpp"
#include "gateway/faces/context.hpp"
#include "gateway/faces/r4/answers.hpp"
#include "gateway/faces/r4/consent_shape.hpp"
#include "gateway/faces/r4/handlers.hpp"
#include "gateway/faces/r4/searchset.hpp"
#include "gateway/faces/r4/version_history.hpp"
#include "gateway/faces/r4_face.hpp"

#include <algorithm>

/// What patients decided, for the practice that records it and for those where it holds.
namespace gateway::faces::r4
{

namespace
{

using fhir::ErrorKind;

std::string_view origin_of_consents(const Context& context)
{
    return fhir::rest::origin_of(context.base_url);
}

/// A practice reads what holds at it. Everybody else: there is no such consent.
bool may_read(const Context& context, const R4Services& services, const policy::Consent& consent)
{
    const auto& own = context.caller->ods;
    const auto directory = services.directory();
    if (consent.custodian == own)
        return true;
    return directory->practice(own) &&
           (!consent.custodian || directory->sharing().covers(*consent.custodian, own));
}

fhir::Result<void> check_offered(const R4Services& services)
{
    return services.consents != nullptr ? fhir::Result<void>() : fhir::fail(ErrorKind::not_implemented);
}

void saw(const Context& context, const policy::Consent& consent)
{
    context.audited.entities.push_back({"Consent", consent.id, std::to_string(consent.version),
                                        context.caller->ods.text(), consent.patient.digits()});
}

Awaitable<fhir::Result<policy::Consent>> readable(const Context& context, const R4Services& services)
{
    auto consent = co_await services.consents->read(context.destination.id);
    if (consent && !may_read(context, services, *consent))
        co_return fhir::fail(ErrorKind::not_found, "There is no such consent, or it is not yours to see.");
    co_return consent;
}

fhir::Result<policy::ConsentChange> change_in(const Context& context)
{
    auto sent = fhir::codec::read<fhir::Consent>(context.request.body);
    if (!sent)
        return std::unexpected(sent.error());
    const bool creates = context.destination.id.empty();
    if (!creates && sent->id != context.destination.id)
        return fhir::fail(ErrorKind::invariant, "The id in the body must be the id in the URL.",
                          "Consent.id");
    auto wanted = from_resource(*sent, origin_of_consents(context));
    if (!wanted)
        return std::unexpected(wanted.error());
    wanted->id = context.destination.id;
    return policy::ConsentChange{.wanted = std::move(*wanted),
                                 .writer = context.caller->ods,
                                 .author = context.caller->client_id,
                                 .via = "fhir",
                                 .request_id = context.ids.request_id};
}

Answer consent_answer(const Context& context, const policy::ConsentWritten& written)
{
    const policy::Consent& consent = written.consent;
    saw(context, consent);
    const std::string version = std::to_string(consent.version);
    Answer answer;
    answer.status = written.created ? 201 : 200;
    answer.written = true;
    answer.headers.set("Location", context.url("Consent/" + consent.id + "/_history/" + version));
    answer.headers.set("ETag", etag(version));
    answer.headers.set("Last-Modified", fhir::to_http_date(consent.at));
    fhir::codec::write(to_resource(consent, origin_of_consents(context)), answer.body);
    return answer;
}

bool fits_tokens(const fhir::search::Criterion& criterion, const fhir::Consent& consent)
{
    const auto any = [&](const std::vector<fhir::CodeableConcept>& concepts) {
        return std::ranges::any_of(criterion.tokens, [&](const fhir::search::TokenValue& token) {
            fhir::search::TokenValue plain = token;
            plain.negated = false;
            const bool has = std::ranges::any_of(concepts, [&](const fhir::CodeableConcept& each) {
                return std::ranges::any_of(each.coding, [&](const fhir::Coding& coding) {
                    return plain.matches(coding.system ? coding.system->text : "",
                                         coding.code ? coding.code->text : "");
                });
            });
            return has != token.negated;
        });
    };
    const auto name = criterion.parameter->name;
    if (name == "status")
        return any({fhir::concept_of("http://hl7.org/fhir/consent-state-codes", consent.status.text)});
    if (name == "scope")
        return any({consent.scope});
    return any(consent.category);
}

bool fits_query(const fhir::search::ConsentQuery& query, const fhir::Consent& consent)
{
    return std::ranges::all_of(query.criteria, [&](const fhir::search::Criterion& criterion) {
        const auto name = criterion.parameter->name;
        if (name == "patient")
            return true; // whose consents were looked up
        if (name == "_id") {
            const auto ids = fhir::search::ids_of(criterion);
            return std::ranges::find(ids, *consent.id) != ids.end();
        }
        if (!criterion.tokens.empty())
            return fits_tokens(criterion, consent);
        return std::ranges::all_of(criterion.dates, [&](const fhir::search::DateValue& date) {
            return date.matches(*consent.meta->last_updated);
        });
    });
}

} // namespace

Answered create_consent(const Context& context, const R4Services& services)
{
    if (const auto known = no_parameters(context); !known)
        co_return std::unexpected(known.error());
    if (const auto offered = check_offered(services); !offered)
        co_return std::unexpected(offered.error());
    if (context.request.headers.has("If-None-Exist"))
        co_return fhir::fail(ErrorKind::value_invalid,
                             "Leave this header out: the same statement twice is one consent.",
                             "http.If-None-Exist");
    auto change = change_in(context);
    if (!change)
        co_return std::unexpected(change.error());
    auto written = co_await services.consents->write(std::move(*change));
    if (!written)
        co_return std::unexpected(written.error());
    co_return consent_answer(context, *written);
}

Answered update_consent(const Context& context, const R4Services& services)
{
    if (const auto known = no_parameters(context); !known)
        co_return std::unexpected(known.error());
    if (const auto offered = check_offered(services); !offered)
        co_return std::unexpected(offered.error());
    const auto expected = if_match(context);
    if (!expected)
        co_return std::unexpected(expected.error());
    auto change = change_in(context);
    if (!change)
        co_return std::unexpected(change.error());
    change->wanted.version = *expected;
    auto written = co_await services.consents->write(std::move(*change));
    if (!written && written.error().kind() == ErrorKind::not_found)
        co_return fhir::fail(ErrorKind::method_not_allowed,
                             "No consent that you may change has this id, and an update does not create one.",
                             "Consent.id");
    if (!written)
        co_return std::unexpected(written.error());
    co_return consent_answer(context, *written);
}

Answered read_consent(const Context& context, const R4Services& services)
{
    if (const auto offered = check_offered(services); !offered)
        co_return std::unexpected(offered.error());
    auto consent = co_await readable(context, services);
    if (!consent)
        co_return std::unexpected(consent.error());
    saw(context, *consent);
    const auto resource = to_resource(*consent, origin_of_consents(context));
    co_return read_answer(context,
                          {fhir::codec::to_json(resource), std::to_string(consent->version), consent->at});
}

Answered consent_history(const Context& context, const R4Services& services)
{
    if (const auto offered = check_offered(services); !offered)
        co_return std::unexpected(offered.error());
    const auto query = history_query(context);
    if (!query)
        co_return std::unexpected(query.error());
    auto newest = co_await readable(context, services);
    if (!newest)
        co_return std::unexpected(newest.error());
    saw(context, *newest);
    auto versions = co_await services.consents->history(context.destination.id);
    if (!versions)
        co_return std::unexpected(versions.error());
    std::vector<KeptVersion> kept;
    for (const policy::Consent& each : *versions)
        kept.push_back({to_resource(each, origin_of_consents(context)), each.version, each.at});
    co_return history_answer(context, services, "Consent", *query, std::move(kept));
}

Answered search_consents(const Context& context, const R4Services& services)
{
    if (const auto offered = check_offered(services); !offered)
        co_return std::unexpected(offered.error());
    auto parameters = context.parameters;
    const auto offset = take_offset(parameters);
    if (!offset)
        co_return std::unexpected(offset.error());
    Searchset result;
    result.pages = context.pages;
    auto query = fhir::search::parse_consent_query(parameters, context.prefer.handling, &result.notes);
    if (!query)
        co_return std::unexpected(query.error());
    auto found = co_await services.consents->of_patient(query->patient);
    if (!found)
        co_return std::unexpected(found.error());
    const auto options = options_of(query->paging);
    for (const policy::Consent& each : *found) {
        const auto resource = to_resource(each, origin_of_consents(context));
        if (!may_read(context, services, each) || !fits_query(*query, resource))
            continue;
        saw(context, each);
        result.matches.push_back({"Consent/" + each.id, fhir::codec::to_json(resource, options)});
    }
    if (result.matches.empty())
        context.audited.saw_patient(query->patient.digits());
    result.type = "Consent";
    result.used = query->used;
    result.paging = query->paging;
    result.offset = *offset;
    result.id = adapters::new_uuid(services.clock, services.random);
    result.made = services.clock.now();
    co_return searchset_answer(context, std::move(result));
}

} // namespace gateway::faces::r4
