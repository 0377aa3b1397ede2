// SPDX-License-Identifier: Apache-2.0
#include "adapters/clock.hpp"
#include "fhir/codec/json.hpp"
#include "fhir/model/nhs_number.hpp"
#include "fhir/search/task_query.hpp"
#include "gateway/faces/context.hpp"
#include "gateway/faces/r4/answers.hpp"
#include "gateway/faces/r4/handlers.hpp"
#include "gateway/faces/r4/searchset.hpp"
#include "gateway/faces/r4/version_history.hpp"
#include "gateway/faces/r4_face.hpp"

#include <algorithm>

namespace gateway::faces::r4
{

namespace
{

using workflow::StoredTask;

Version version_of_task(const StoredTask& stored)
{
    return {fhir::codec::to_json(stored.resource), std::to_string(stored.version), stored.last_updated};
}

/// A reference that a search for the patient gave stands for their NHS number, by which tasks name them.
void name_task_patients(const Context& context, const R4Services& services, fhir::search::TaskQuery& query)
{
    for (auto& criterion : query.criteria) {
        if (criterion.parameter->name != "patient" && criterion.parameter->name != "subject")
            continue;
        for (fhir::search::ReferenceValue& value : criterion.references) {
            const auto number =
                value.identifier ? std::nullopt : services.patients.remembered(context.caller->ods, value.id);
            if (!number)
                continue;
            value.identifier.emplace();
            value.identifier->system = fhir::nhs_number_system;
            value.identifier->code = number->digits();
        }
    }
}

} // namespace

Answered read_task(const Context& context, const R4Services& services)
{
    auto stored = co_await services.tasks.read(*context.caller, context.destination.id);
    if (!stored)
        co_return std::unexpected(stored.error());
    context.audited.saw(*stored);
    co_return read_answer(context, version_of_task(*stored));
}

Answered read_task_version(const Context& context, const R4Services& services)
{
    const auto number = version_number(context.destination.version);
    if (!number)
        co_return fhir::fail(fhir::ErrorKind::not_found, "Versions of tasks are whole numbers.");
    auto stored = co_await services.tasks.read_version(*context.caller, context.destination.id, *number);
    if (!stored)
        co_return std::unexpected(stored.error());
    context.audited.saw(*stored);
    co_return read_answer(context, version_of_task(*stored));
}

Answered task_history(const Context& context, const R4Services& services)
{
    const auto query = history_query(context);
    if (!query)
        co_return std::unexpected(query.error());
    auto versions = co_await services.tasks.history(*context.caller, context.destination.id);
    if (!versions)
        co_return std::unexpected(versions.error());
    if (!versions->empty())
        context.audited.saw(versions->front());
    std::vector<KeptVersion> kept;
    for (StoredTask& each : *versions)
        kept.push_back({std::move(each.resource), each.version, each.last_updated});
    co_return history_answer(context, services, "Task", *query, std::move(kept));
}

Answered search_tasks(const Context& context, const R4Services& services)
{
    auto parameters = context.parameters;
    const auto offset = take_offset(parameters);
    if (!offset)
        co_return std::unexpected(offset.error());
    Searchset result;
    result.pages = context.pages;
    auto query = fhir::search::parse_task_query(parameters, context.prefer.handling, &result.notes);
    if (!query)
        co_return std::unexpected(query.error());
    name_task_patients(context, services, *query);
    result.type = "Task";
    result.used = query->used;
    result.paging = query->paging;
    result.offset = *offset;
    result.id = adapters::new_uuid(services.clock, services.random);
    result.made = services.clock.now();
    using fhir::search::Paging;
    const bool exact =
        query->paging.total == Paging::Total::accurate || query->paging.summary == Paging::Summary::count;
    auto found =
        co_await services.tasks.page(*context.caller, *query, result.offset, result.page_size(), exact);
    if (!found)
        co_return std::unexpected(found.error());
    const auto options = options_of(query->paging);
    for (const StoredTask& stored : found->tasks) {
        result.matches.push_back(
            {"Task/" + stored.resource.id.value_or(""), fhir::codec::to_json(stored.resource, options)});
        context.audited.saw(stored);
    }
    result.at_hand = found->more ? Searchset::AtHand::page_of_more : Searchset::AtHand::last_page;
    result.counted = found->total;
    co_return searchset_answer(context, std::move(result));
}

/// Byte for byte, in the form in which it came.
Answered read_task_message(const Context& context, const R4Services& services)
{
    const auto number = version_number(context.destination.version);
    auto task = co_await services.tasks.read(*context.caller, context.destination.id);
    if (!task)
        co_return std::unexpected(task.error());
    context.audited.saw(*task);
    auto messages = co_await services.tasks.received(*context.caller, context.destination.id);
    if (!messages)
        co_return std::unexpected(messages.error());
    if (!number || static_cast<std::size_t>(*number) > messages->size())
        co_return fhir::fail(fhir::ErrorKind::not_found, "The task has no message of that number.");
    workflow::Received& message = (*messages)[static_cast<std::size_t>(*number) - 1];
    Answer answer;
    answer.headers.set("Content-Type", message.media_type);
    answer.headers.set("Cache-Control", "no-store");
    answer.body.append(std::move(message.body));
    answer.whole = true;
    co_return answer;
}

} // namespace gateway::faces::r4
