// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json.hpp"
#include "fhir/model/nhs_number.hpp"
#include "gateway/faces/context.hpp"
#include "gateway/faces/r4/answers.hpp"
#include "gateway/faces/r4/handlers.hpp"
#include "gateway/faces/r4/patched.hpp"
#include "gateway/faces/r4/writes.hpp"
#include "gateway/faces/r4_face.hpp"

namespace gateway::faces::r4
{

namespace
{

using fhir::ErrorKind;
using workflow::TaskOutcome;

fhir::Result<workflow::TaskWrite> task_write(const Context& context, std::string_view canonical_body)
{
    auto write = write_context(context, canonical_body);
    if (!write)
        return std::unexpected(write.error());
    return workflow::TaskWrite{std::move(write->caller), std::move(write->idempotency_key),
                               std::move(write->request_hash), std::nullopt};
}

/// A reference that a search for the patient gave stands for their NHS number, by which tasks name them.
fhir::Result<void> name_patient(const Context& context, const R4Services& services, fhir::Task& task)
{
    constexpr std::string_view type = "Patient/";
    if (!task.for_ || task.for_->identifier || !task.for_->reference.value_or("").starts_with(type))
        return {};
    const auto number =
        services.patients.remembered(context.caller->ods, task.for_->reference->substr(type.size()));
    if (!number)
        return std::unexpected(
            fhir::Error(ErrorKind::value_invalid, "No search found this patient here a short while ago.",
                        "Task.for.reference")
                .advise("Search for the patient again, or name them by NHS number in Task.for.identifier.",
                        fhir::Remedy::caller));
    task.for_->identifier = fhir::Box(fhir::identifier_of(fhir::nhs_number_system, number->digits()));
    task.for_->reference.reset(); // an id is known to whoever searched, and for a while
    return {};
}

fhir::Result<void> no_condition(const Context& context)
{
    if (!context.request.headers.has("If-None-Exist"))
        return {};
    return std::unexpected(
        fhir::Error(ErrorKind::value_invalid, "Tasks are not created conditionally.", "http.If-None-Exist")
            .advise("Send an Idempotency-Key: the same request is then one task.", fhir::Remedy::caller));
}

fhir::Result<void> same_task(const Context& context, const fhir::Task& task)
{
    if (task.id == context.destination.id)
        return {};
    return fhir::fail(ErrorKind::invariant, "The id in the body must be the id in the URL.", "Task.id");
}

/// FHIR R4 http.html#upsert: a server that does not create on update answers 405.
fhir::Error as_task_update_error(const fhir::Error& error)
{
    if (error.kind() != ErrorKind::not_found)
        return error;
    return fhir::Error(ErrorKind::method_not_allowed,
                       "No task that you may see has this id, and an update does not create one.", "Task.id");
}

Answer task_answer(const Context& context, const R4Services& services, const TaskOutcome& outcome,
                   unsigned status = 200)
{
    const auto& task = outcome.task;
    const std::string version = std::to_string(task.version);
    context.audited.saw(task);
    Answer answer;
    answer.status = status;
    answer.written = true;
    answer.headers.set("Location",
                       context.url("Task/" + task.resource.id.value_or("") + "/_history/" + version));
    answer.headers.set("ETag", etag(version));
    answer.headers.set("Last-Modified", fhir::to_http_date(task.last_updated));
    if (outcome.replayed) {
        answer.headers.set("Idempotency-Replayed", "true");
        services.metrics.idempotent_replay();
    }
    fhir::codec::write(task.resource, answer.body);
    return answer;
}

} // namespace

Answered create_task(const Context& context, const R4Services& services)
{
    for (const auto& passed : {no_parameters(context), no_condition(context)})
        if (!passed)
            co_return std::unexpected(passed.error());
    auto sent = fhir::codec::read<fhir::Task>(context.request.body);
    if (!sent)
        co_return std::unexpected(sent.error());
    auto write = task_write(context, fhir::codec::to_json(*sent));
    if (!write)
        co_return std::unexpected(write.error());
    if (const auto named = name_patient(context, services, *sent); !named)
        co_return std::unexpected(named.error());
    auto created = co_await services.tasks.ask(std::move(*write), std::move(*sent));
    if (!created)
        co_return std::unexpected(created.error());
    co_return task_answer(context, services, *created, 201);
}

Answered update_task(const Context& context, const R4Services& services)
{
    if (const auto known = no_parameters(context); !known)
        co_return std::unexpected(known.error());
    const auto expected = if_match(context);
    if (!expected)
        co_return std::unexpected(expected.error());
    auto wanted = fhir::codec::read<fhir::Task>(context.request.body);
    if (!wanted)
        co_return std::unexpected(wanted.error());
    if (const auto same = same_task(context, *wanted); !same)
        co_return std::unexpected(same.error());
    auto write = task_write(context, fhir::codec::to_json(*wanted));
    if (!write)
        co_return std::unexpected(write.error());
    auto updated = co_await services.tasks.update(std::move(*write), context.destination.id, *expected,
                                                  std::move(*wanted));
    if (!updated)
        co_return std::unexpected(as_task_update_error(updated.error()));
    co_return task_answer(context, services, *updated);
}

Answered patch_task(const Context& context, const R4Services& services)
{
    const auto call = read_patch(context);
    if (!call)
        co_return std::unexpected(call.error());
    auto write = task_write(context, fhir::codec::to_json(call->patch));
    if (!write)
        co_return std::unexpected(write.error());
    // Whoever has handed it on sees it no more, and its first answer all the same.
    auto before = co_await services.tasks.done_before(*write);
    if (!before)
        co_return std::unexpected(before.error());
    if (*before)
        co_return task_answer(context, services, **before);
    auto basis =
        co_await services.tasks.read_version(*context.caller, context.destination.id, call->expected_version);
    if (!basis) {
        auto current = co_await services.tasks.read(*context.caller, context.destination.id);
        co_return std::unexpected(current ? fhir::Error(ErrorKind::version_conflict).at("http.If-Match")
                                          : current.error());
    }
    auto wanted = patched(basis->resource, call->patch);
    if (!wanted)
        co_return std::unexpected(wanted.error());
    if (const auto same = same_task(context, *wanted); !same)
        co_return std::unexpected(does_not_apply(same.error()));
    auto updated = co_await services.tasks.update(std::move(*write), context.destination.id,
                                                  call->expected_version, std::move(*wanted));
    if (!updated)
        co_return std::unexpected(updated.error());
    co_return task_answer(context, services, *updated);
}

} // namespace gateway::faces::r4
