// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/worker.hpp"

#include "fhir/codec/json.hpp"
#include "gateway/workflow/task_contents.hpp"
#include "gateway/workflow/task_parties.hpp"
#include "gateway/workflow/task_shape.hpp"
#include "gateway/workflow/task_status.hpp"
#include "tests/chaos/observing.hpp"

#include <array>
#include <iterator>

namespace chaos
{

using fhir::Result;
using fhir::TaskStatus;
using gateway::workflow::TaskWrite;
using Answer = TaskSeen::Answer;

namespace
{

constexpr std::string_view origin = "https://gateway.example.net";
constexpr std::size_t kept_requests = 3, page = 8;

struct Sort
{
    std::string_view kind, input;
};
constexpr std::array<Sort, 5> sorts{{{"practice-message", "message"},
                                     {"follow-up", "action"},
                                     {"prescription-request", "medication"},
                                     {"e-consultation", "message"},
                                     {"registration-needed", "reason"}}};

std::string kind_in(const fhir::Task& task)
{
    return task.code && !task.code->coding.empty() && task.code->coding.front().code
               ? task.code->coding.front().code->text
               : std::string();
}

/// What is open, the newest first.
const fhir::search::TaskQuery& inbox()
{
    static const auto query = fhir::search::parse_task_query(
        {{"status", "requested,received,accepted,in-progress,on-hold"}, {"_sort", "-authored-on"}},
        fhir::search::Handling::strict, nullptr);
    return query.value();
}

void add_note(fhir::Task& task, const std::string& text)
{
    task.note.emplace_back().text.text = text;
}

} // namespace

std::string fingerprint_of(const gateway::workflow::StoredTask& task)
{
    return fingerprint(fhir::codec::to_json(task.resource));
}

Worker::Worker(World& world, Habits habits, Dice dice)
    : world_(world), habits_(std::move(habits)), dice_(dice), left_(habits_.errands)
{}

void Worker::go_on()
{
    idle_ = left_ == 0;
    if (idle_)
        return;
    --left_;
    draw();
}

void Worker::rest()
{
    world_.agenda.after(milliseconds(1 + dice_.roll(static_cast<std::uint64_t>(habits_.think.count()) * 2)),
                        [this] { go_on(); });
}

void Worker::draw()
{
    const auto roll = dice_.roll(100);
    if (roll < 30)
        ask();
    else if (roll < 46)
        look();
    else if (roll < 84)
        change();
    else if (roll < 94)
        repeat();
    else
        read();
}

fhir::Task Worker::new_task()
{
    const Sort& sort = sorts[dice_.roll(sorts.size())];
    const auto& practice = *dice_.pick(world_.practices);
    fhir::Task task;
    task.code = fhir::concept_of(gateway::workflow::task_type_system(origin), sort.kind);
    task.owner = gateway::workflow::organisation_reference(dice_.pick(habits_.others), {});
    task.performer_type = {fhir::concept_text("Reception")};
    task.for_.emplace().type = fhir::Uri("Patient");
    task.for_->identifier = fhir::Box(
        fhir::identifier_of(fhir::nhs_number_system, dice_.pick(practice.seed().patients).nhs_number));
    task.input = {gateway::workflow::text_parameter(origin, sort.input, "Please")};
    if (dice_.percent(50))
        task.restriction.emplace().period.emplace().end =
            fhir::uk_date_time(world_.clock.now() + std::chrono::seconds(10 + dice_.roll(50)));
    if (dice_.percent(30))
        task.priority = fhir::RequestPriority::urgent;
    return task;
}

void Worker::ask()
{
    Sent sent;
    sent.wanted = new_task();
    sent.errand = habits_.id + "/" + std::to_string(++keys_);
    sent.wanted.identifier = {fhir::identifier_of(errand_system, sent.errand)};
    if (dice_.percent(70))
        sent.key = "errand-" + std::to_string(keys_);
    send(std::move(sent));
}

void Worker::hand_on(fhir::Task& task)
{
    task.owner = gateway::workflow::organisation_reference(dice_.pick(habits_.others), {});
    task.performer_type = {fhir::concept_text("Duty team")};
    task.status_reason = fhir::concept_text("Not ours to do");
}

void Worker::complete(fhir::Task& task)
{
    const std::string kind = kind_in(task);
    // Where to would be another story: what must end in an appointment has failed.
    task.status = kind == "rebook-required" ? TaskStatus::failed : TaskStatus::completed;
    if (kind == "dna-followup")
        add_note(task, "Rung up");
    else if (kind != "rebook-required" && dice_.percent(50))
        task.output = {gateway::workflow::text_parameter(
            origin, kind == "interpreter-booking" ? "confirmation" : "reply", "Done")};
}

/// Mostly a step that the table has, at times one that it has not.
void Worker::take_step(fhir::Task& task, bool own)
{
    using enum TaskStatus;
    const auto roll = dice_.roll(8);
    task.status_reason = fhir::concept_text("Because");
    if (!own)
        task.status = roll < 3 ? cancelled : roll < 4 ? entered_in_error : task.status;
    else if (roll == 0)
        hand_on(task);
    else if (task.status == requested || task.status == received)
        task.status = roll < 5 ? accepted : roll < 6 ? received : rejected;
    else if (task.status == accepted)
        task.status = roll < 6 ? in_progress : on_hold;
    else if (task.status == in_progress && roll < 6)
        complete(task);
    else if (task.status == in_progress)
        task.status = roll < 7 ? failed : on_hold;
    else
        task.status = in_progress;
}

fhir::Task Worker::next_of(const Stored& stored)
{
    fhir::Task next = stored.resource;
    const bool own = stored.owner == habits_.organisation;
    if (dice_.one_in(5))
        add_note(next, "Noted by " + habits_.id);
    take_step(next, own);
    if (!own && next.status == stored.resource.status)
        add_note(next, "Asked again by " + habits_.id);
    return next;
}

void Worker::change()
{
    if (known_.empty()) {
        look();
        return;
    }
    const Stored stored =
        std::next(known_.begin(), static_cast<std::ptrdiff_t>(dice_.roll(known_.size())))->second;
    auto next = next_of(stored);
    Sent sent;
    sent.task = stored.resource.id.value_or("");
    sent.version = stored.version;
    sent.wanted = std::move(next);
    if (dice_.percent(50))
        sent.key = "errand-" + std::to_string(++keys_);
    send(std::move(sent));
}

void Worker::repeat()
{
    if (sent_.empty()) {
        ask();
        return;
    }
    Sent again = sent_[dice_.roll(sent_.size())];
    if (!again.key.empty() && dice_.one_in(4))
        again.wanted.description = "Another body " + std::to_string(dice_.roll(1000));
    send(std::move(again));
}

void Worker::look()
{
    const std::size_t index = open(TaskSeen::Deed::read);
    world_.ask<gateway::workflow::FoundTasks>(
        [&](Process& process) { return process.back_office().tasks().page(caller(), inbox(), 0, page, false); },
        [this, index](const Result<gateway::workflow::FoundTasks>& answer) {
            if (answer) {
                for (const Stored& each : answer->tasks)
                    remember(each);
                if (!answer->tasks.empty())
                    shown(index, dice_.pick(answer->tasks));
            }
            rest();
        },
        [this] { rest(); });
}

void Worker::read()
{
    if (world_.work.known.empty()) {
        look();
        return;
    }
    const std::string id = *std::next(world_.work.known.begin(),
                                      static_cast<std::ptrdiff_t>(dice_.roll(world_.work.known.size())));
    const std::size_t index = open(TaskSeen::Deed::read);
    world_.work.tasks[index].task = id;
    world_.ask<Stored>([&](Process& process) { return process.back_office().tasks().read(caller(), id); },
                       [this, index](const Result<Stored>& answer) {
                           world_.work.tasks[index].answer = answer ? Answer::ok : Answer::refused;
                           if (answer) {
                               remember(*answer);
                               shown(index, *answer);
                           }
                           rest();
                       },
                       [this] { rest(); });
}

void Worker::send(Sent sent)
{
    sent.body = fingerprint(fhir::codec::to_json(sent.wanted) + std::to_string(sent.version));
    const std::size_t index = open(sent.task.empty() ? TaskSeen::Deed::ask : TaskSeen::Deed::change);
    TaskSeen& seen = world_.work.tasks[index];
    seen.key = sent.key;
    seen.body = sent.body;
    seen.errand = sent.errand;
    seen.task = sent.task;
    world_.trace.line("t" + std::to_string(index) + " " + habits_.id + " " +
                      (sent.task.empty() ? "asks " + sent.errand : "changes " + sent.task) +
                      (sent.key.empty() ? "" : " " + sent.key));
    const TaskWrite write{caller(), sent.key, sent.body, {}};
    world_.ask<Outcome>(
        [&](Process& process) {
            auto& tasks = process.back_office().tasks();
            return sent.task.empty() ? tasks.ask(write, sent.wanted)
                                     : tasks.update(write, sent.task, sent.version, sent.wanted);
        },
        [this, index](const Result<Outcome>& answer) { heard(index, answer); },
        [this, index] {
            world_.trace.line("t" + std::to_string(index) + " <- silence");
            rest();
        });
    sent_.push_back(std::move(sent));
    if (sent_.size() > kept_requests)
        sent_.pop_front();
}

std::size_t Worker::open(TaskSeen::Deed deed)
{
    TaskSeen seen;
    seen.number = world_.work.tasks.size();
    seen.deed = deed;
    seen.client = habits_.id;
    seen.organisation = habits_.organisation;
    seen.asked = world_.clock.moment();
    world_.work.tasks.push_back(std::move(seen));
    return world_.work.tasks.size() - 1;
}

void Worker::shown(std::size_t index, const Stored& stored)
{
    TaskSeen& seen = world_.work.tasks[index];
    seen.answer = Answer::ok;
    seen.task = stored.resource.id.value_or("");
    seen.version = stored.version;
    seen.content = fingerprint_of(stored);
    seen.owner = stored.owner;
    seen.requester = stored.requester;
    world_.work.known.insert(seen.task);
    world_.trace.line("t" + std::to_string(index) + " <- " + seen.task + " v" + std::to_string(seen.version) +
                      " " + std::string(gateway::workflow::code_of(stored.resource.status)) + " " +
                      seen.content);
}

void Worker::heard(std::size_t index, const Result<Outcome>& answer)
{
    TaskSeen& seen = world_.work.tasks[index];
    if (answer) {
        seen.replayed = answer->replayed;
        shown(index, answer->task);
        remember(answer->task);
    } else {
        seen.answer = Answer::refused;
        seen.error = answer.error().kind();
        world_.trace.line("t" + std::to_string(index) + " <- " + answer.error().sentence());
        known_.erase(seen.task); // what is not as it was thought to be is looked at anew
    }
    rest();
}

void Worker::remember(const Stored& stored)
{
    const std::string id = stored.resource.id.value_or("");
    const bool ours = stored.owner == habits_.organisation || stored.requester == habits_.organisation;
    if (gateway::workflow::is_end(stored.resource.status) || !ours)
        known_.erase(id);
    else
        known_.insert_or_assign(id, stored);
}

} // namespace chaos
