// SPDX-License-Identifier: Apache-2.0
#include "adapters/clock.hpp"
#include "fhir/search/slot_query.hpp"
#include "gateway/faces/context.hpp"
#include "gateway/faces/r4/answers.hpp"
#include "gateway/faces/r4/handlers.hpp"
#include "gateway/faces/r4_face.hpp"
#include "gateway/search/bundle_writer.hpp"

namespace gateway::faces::r4
{

namespace
{

using Frozen = std::shared_ptr<const search::SlotResult>;

Answer page_of(const Context& context, const R4Services& services, const Frozen& result,
               search::BundlePage page)
{
    page.fhir_base = context.base_url;
    page.may_include = [&caller = *context.caller](std::string_view type) {
        return caller.may(identity::Permission::read, type);
    };
    page.id = adapters::new_uuid(services.clock, services.random);
    Answer answer;
    search::write_slot_bundle(*result, page, answer.body);
    return answer;
}

fhir::Result<Answer> next_page(const Context& context, const R4Services& services,
                               search::CursorRequest wanted)
{
    const auto result = services.search.thaw(*context.caller, wanted.token);
    if (!result)
        return std::unexpected(result.error());
    search::BundlePage page;
    page.offset = wanted.offset;
    page.count = wanted.count;
    page.cursor = wanted.token;
    return page_of(context, services, *result, std::move(page));
}

/// Names the caller and all that is asked for; empty when the answer must come from the source, or belongs to
/// a frozen result.
std::string page_key(const Context& context)
{
    const auto& request = context.request;
    if (request.method == "POST" || context.fresh() || context.parameter("_cursor"))
        return {};
    const bool lenient = context.prefer.handling == fhir::search::Handling::lenient;
    return context.caller->client_id + '\n' + context.caller->ods.text() +
           (lenient ? "\nlenient\n" : "\nstrict\n") + std::string(request.query());
}

Answer first_page(const Context& context, const R4Services& services, const Frozen& result)
{
    search::BundlePage page;
    page.count = context.pages.of(result->query.paging);
    const bool count_only = result->query.paging.summary == fhir::search::Paging::Summary::count;
    if (!count_only && search::needs_cursor(*result, 0, page.count))
        page.cursor = services.search.freeze(*context.caller, result);
    return page_of(context, services, result, std::move(page));
}

} // namespace

Answered search_slots(const Context& context, const R4Services& services)
{
    const std::string key = page_key(context);
    if (const auto kept = key.empty() ? nullptr : services.search.kept_page(key)) {
        Answer answer;
        answer.body.append(*kept);
        co_return answer;
    }
    const std::uint64_t changes = services.search.changes();

    const auto cursor = search::parse_cursor(context.parameters);
    if (!cursor)
        co_return std::unexpected(cursor.error());
    if (*cursor)
        co_return next_page(context, services, **cursor);

    std::vector<fhir::Error> warnings;
    auto query = fhir::search::parse_slot_query(context.parameters, context.prefer.handling, &warnings);
    if (!query)
        co_return std::unexpected(query.error());
    auto found = co_await services.search.find_slots(*context.caller, std::move(*query), context.fresh(),
                                                     context.ids.request_id, std::move(warnings));
    if (!found)
        co_return std::unexpected(found.error());
    const auto& books = (*found)->books;
    context.audited.searched(books.size(),
                             books.size() == 1 ? books.front().book->ods.text() : std::string());
    auto answer = first_page(context, services, *found);
    if (!key.empty() && (*found)->missing.empty() && !(*found)->depends_on_time)
        services.search.keep_page(key, changes, answer.body.view());
    co_return answer;
}

Answered read_slot(const Context& context, const R4Services& services)
{
    auto hit = co_await services.search.slot(*context.caller, context.destination.id, context.fresh(),
                                             context.ids.request_id);
    if (!hit)
        co_return std::unexpected(hit.error());
    auto offer = co_await services.search.offer_of(*context.caller, *hit, policy::Use::search);
    if (!offer)
        co_return std::unexpected(offer.error());
    if (!policy::is_visible(offer->reason))
        co_return fhir::fail(fhir::ErrorKind::not_found);
    co_return read_answer(context, {hit->json(), std::string(hit->slot->json().version()), hit->book->seen});
}

} // namespace gateway::faces::r4
