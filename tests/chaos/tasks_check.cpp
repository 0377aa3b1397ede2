// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json.hpp"
#include "gateway/workflow/task_parties.hpp"
#include "gateway/workflow/task_shape.hpp"
#include "gateway/workflow/task_status.hpp"
#include "tests/chaos/work_check.hpp"
#include "tests/chaos/worker.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace chaos
{

using gateway::store::TaskRecord;
using gateway::store::WantedTask;
using Answer = TaskSeen::Answer;

namespace
{

/// Who died while looking for late tasks keeps others from it for two minutes.
constexpr auto slack = std::chrono::seconds(150);
/// A machine's clock may be wrong by so much.
constexpr auto skew = std::chrono::seconds(5);

std::string name(const TaskRecord& record)
{
    return "task " + record.id + " (" + record.kind + ", " + record.status + " at " + record.owner + ")";
}

std::string of(const TaskSeen& seen)
{
    return "t" + std::to_string(seen.number) + " by " + seen.client;
}

fhir::Task task_in(const TaskRecord& record)
{
    auto task = fhir::codec::read<fhir::Task>(record.resource);
    return task ? std::move(*task) : fhir::Task();
}

using ById = std::map<std::string, const TaskLife*>;

ById by_id(const WorkState& state)
{
    ById found;
    for (const TaskLife& life : state.tasks)
        found[life.record.id] = &life;
    return found;
}

std::size_t notes_that_begin(const fhir::Task& task, std::string_view words)
{
    return static_cast<std::size_t>(std::ranges::count_if(task.note, [&](const fhir::Annotation& note) {
        const auto* author = std::get_if<std::string>(&note.author);
        return author && *author == "Gateway" && note.text.text.starts_with(words);
    }));
}

const TaskRecord* version_of(const TaskLife& life, std::int64_t version)
{
    const auto found = std::ranges::find(life.versions, version, &TaskRecord::version);
    return found == life.versions.end() ? nullptr : &*found;
}

/// The task is there, and so is the version, as it was shown.
void check_shown(const ById& tasks, const TaskSeen& seen, Complaints& complaints)
{
    const auto life = tasks.find(seen.task);
    const TaskRecord* version = life == tasks.end() ? nullptr : version_of(*life->second, seen.version);
    if (!version) {
        complaints.push_back(of(seen) + ": version " + std::to_string(seen.version) + " of task " +
                             seen.task + " is lost");
        return;
    }
    const auto stored = gateway::workflow::to_stored(*version);
    if (!stored || fingerprint_of(*stored) != seen.content)
        complaints.push_back(of(seen) + ": version " + std::to_string(seen.version) + " of task " +
                             seen.task + " is not what was shown");
    if (seen.deed == TaskSeen::Deed::read && seen.owner != seen.organisation && seen.requester != seen.organisation)
        complaints.push_back(of(seen) + ": was shown task " + seen.task + " of " + seen.owner);
}

/// One key, one effect: the same answer to the same request, none to another.
void check_key(const std::vector<const TaskSeen*>& same_key, Complaints& complaints)
{
    const TaskSeen* first = nullptr;
    for (const TaskSeen* seen : same_key) {
        if (seen->answer != Answer::ok)
            continue;
        if (!first)
            first = seen;
        if (std::tie(seen->task, seen->version, seen->content, seen->body) !=
            std::tie(first->task, first->version, first->content, first->body))
            complaints.push_back(of(*seen) + ": the key " + seen->key + " had another effect than for " +
                                 of(*first));
    }
}

/// How often the gateway itself changed it: up the ladder, or at its end.
std::int64_t own_changes(const TaskLife& life)
{
    const auto task = task_in(life.record);
    return life.record.rung +
           static_cast<std::int64_t>(notes_that_begin(task, "The outcome at the practice is known now"));
}

struct Changes
{
    std::int64_t sure = 0, unsure = 0;
};

/// Changes by task; all requests with one key are one.
std::map<std::string, Changes> changes_by_task(const std::vector<TaskSeen>& all)
{
    std::map<std::pair<std::string, std::string>, std::pair<bool, const TaskSeen*>> changes;
    for (const TaskSeen& seen : all) {
        const bool sure = seen.answer == Answer::ok;
        if (seen.deed != TaskSeen::Deed::change || (!sure && !seen.unsure()))
            continue;
        const std::string key = seen.key.empty() ? "#" + std::to_string(seen.number) : seen.key;
        auto& change = changes.try_emplace({seen.client, key}, false, &seen).first->second;
        change.first |= sure;
    }
    std::map<std::string, Changes> found;
    for (const auto& [key, change] : changes)
        ++(change.first ? found[change.second->task].sure : found[change.second->task].unsure);
    return found;
}

/// A request with a key made at most one task, however often it was sent.
void check_errands(const WorkState& state, const std::vector<TaskSeen>& seen, Complaints& complaints)
{
    std::set<std::string> keyed, done;
    for (const TaskSeen& each : seen)
        if (!each.errand.empty() && !each.key.empty())
            keyed.insert(each.errand);
    for (const TaskLife& life : state.tasks) {
        const fhir::Task task = task_in(life.record);
        const std::string errand(fhir::identifier_value(task.identifier, errand_system).value_or(""));
        if (keyed.contains(errand) && !done.insert(errand).second)
            complaints.push_back(name(life.record) + " is a second task for the errand " + errand);
    }
}

std::vector<gateway::workflow::Rung> rungs_of(const WorkState& state, const std::string& kind)
{
    std::vector<gateway::workflow::Rung> own, all;
    for (const auto& rung : state.ladder) {
        if (rung.kind == kind)
            own.push_back(rung);
        if (rung.kind.empty())
            all.push_back(rung);
    }
    return own.empty() ? all : own;
}

} // namespace

Complaints check_holders(const WorkState& state)
{
    Complaints complaints;
    for (const TaskLife& life : state.tasks) {
        const TaskRecord& now = life.record;
        if (now.owner.empty() || now.team.empty() || now.requester.empty())
            complaints.push_back(name(now) + " is nobody's");
        if (now.open && !now.due)
            complaints.push_back(name(now) + " has neither an end nor a due time");
        for (const TaskRecord& version : life.versions) {
            const fhir::Task task = task_in(version);
            const bool ended = gateway::workflow::is_end(task.status);
            const bool due = task.restriction && task.restriction->period && task.restriction->period->end;
            if (gateway::workflow::owner_of(task).empty() || gateway::workflow::team_of(task).empty())
                complaints.push_back(name(now) + " was nobody's in version " +
                                     std::to_string(version.version));
            if (!ended && !due)
                complaints.push_back(name(now) + " had neither an end nor a due time in version " +
                                     std::to_string(version.version));
        }
        if (std::cmp_not_equal(life.versions.size(), now.version))
            complaints.push_back(name(now) + " has lost versions");
    }
    return complaints;
}

Complaints check_tasks_seen(const WorkState& state, const std::vector<TaskSeen>& seen)
{
    Complaints complaints;
    const ById tasks = by_id(state);
    std::map<std::pair<std::string, std::string>, std::vector<const TaskSeen*>> by_key;
    for (const TaskSeen& each : seen) {
        if (each.answer == Answer::ok && !each.task.empty())
            check_shown(tasks, each, complaints);
        if (!each.key.empty())
            by_key[{each.client, each.key}].push_back(&each);
    }
    for (const auto& [key, same_key] : by_key)
        check_key(same_key, complaints);
    check_errands(state, seen, complaints);
    const auto changes = changes_by_task(seen);
    for (const TaskLife& life : state.tasks) {
        const auto found = changes.find(life.record.id);
        const Changes mine = found == changes.end() ? Changes() : found->second;
        const std::int64_t others = life.record.version - 1 - own_changes(life);
        if (others < mine.sure || others > mine.sure + mine.unsure)
            complaints.push_back(name(life.record) + " was changed " + std::to_string(others) +
                                 " times, and " + std::to_string(mine.sure) + " changes were answered");
    }
    return complaints;
}

Complaints check_raised(const WorkState& state)
{
    Complaints complaints;
    const ById tasks = by_id(state);
    for (const WantedTask& call : state.left)
        if (call.at + slack < state.now)
            complaints.push_back("a " + call.kind + " for appointment " + call.appointment +
                                 " is not raised");
    std::set<std::string> raised, causes;
    for (const WantedTask& call : state.called) {
        const std::string what = "the " + call.kind + " for appointment " + call.appointment;
        // A cancellation that fails leaves the version as it was, and may be asked for again.
        const std::string cause = call.kind == "cancel-failed" ? call.intent : std::to_string(call.version);
        if (call.kind != "sync-conflict" && !causes.insert(call.kind + call.appointment + "/" + cause).second)
            complaints.push_back(what + " was called for twice");
        const auto id = state.raised.find(call.id);
        if (id == state.raised.end()) {
            // Where the outcome was known by then, or somebody has the task already.
            if (call.kind != "sync-conflict" &&
                std::ranges::find(state.left, call.id, &WantedTask::id) == state.left.end())
                complaints.push_back(what + " was forgotten");
            continue;
        }
        raised.insert(id->second);
        const auto life = tasks.find(id->second);
        if (life == tasks.end() || life->second->record.kind != call.kind ||
            life->second->record.focus != "Appointment/" + call.appointment)
            complaints.push_back(what + " is lost, or is another task");
    }
    for (const TaskLife& life : state.tasks) {
        static const std::set<std::string> by_calls{"waitlist-offer", "rebook-required", "cancel-failed",
                                                    "dna-followup", "sync-conflict"};
        if (by_calls.contains(life.record.kind) && !raised.contains(life.record.id))
            complaints.push_back(name(life.record) + " was raised although nothing called for it");
    }
    return complaints;
}

Complaints check_called(const FinalState& final_state, const WorkState& state, const History& history)
{
    Complaints complaints;
    std::set<std::string> booked, ended_by_others, work;
    for (const Observed& seen : history) {
        if (seen.answer == Observed::Answer::ok && seen.status == "booked")
            booked.insert(seen.appointment);
        if (seen.deed == Deed::cancel || seen.deed == Deed::move)
            ended_by_others.insert(seen.deed == Deed::move ? seen.moved : seen.appointment);
    }
    ended_by_others.merge(withdrawn(final_state));
    for (const TaskLife& life : state.tasks)
        work.insert(life.record.kind + " " + life.record.focus);
    for (const auto& record : final_state.appointments) {
        if (record.booked_by == record.practice)
            continue;
        const bool cancelled = record.status == "cancelled" && booked.contains(record.id) &&
                               practice_ended(final_state, record) && !ended_by_others.contains(record.id);
        if (cancelled && !work.contains("rebook-required Appointment/" + record.id))
            complaints.push_back("nobody is asked to rebook appointment " + record.id);
        if (record.status == "noshow" && !work.contains("dna-followup Appointment/" + record.id))
            complaints.push_back("nobody is told that the patient of appointment " + record.id +
                                 " did not come");
    }
    return complaints;
}

Complaints check_escalation(const WorkState& state)
{
    Complaints complaints;
    for (const TaskLife& life : state.tasks) {
        const TaskRecord& record = life.record;
        const fhir::Task task = task_in(record);
        const auto rungs = rungs_of(state, record.kind);
        std::vector<const fhir::Annotation*> notes;
        for (const fhir::Annotation& note : task.note)
            if (note.text.text.starts_with("Overdue by "))
                notes.push_back(&note);
        if (std::cmp_not_equal(notes.size(), record.rung) || notes.size() > rungs.size() + 1) {
            complaints.push_back(name(record) + " is on rung " + std::to_string(record.rung) +
                                 " and was told so " + std::to_string(notes.size()) + " times");
            continue;
        }
        const fhir::Instant due = record.due.value_or(fhir::Instant());
        for (std::size_t i = 0; i < notes.size(); ++i) {
            const fhir::Instant from = due + (i == 0 ? std::chrono::minutes(0) : rungs[i - 1].after);
            const bool right = i == 0 || notes[i]->text.text.contains(rungs[i - 1].team) ||
                               notes[i]->text.text.contains("Not handed to");
            if (!right || !notes[i]->time || notes[i]->time->at + skew < from)
                complaints.push_back(name(record) +
                                     " went up before its time, or to somebody else: " + notes[i]->text.text);
        }
        const std::size_t next = notes.size();
        const bool more = record.open && record.due && next <= rungs.size();
        const fhir::Instant then =
            more ? due + (next == 0 ? std::chrono::minutes(0) : rungs[next - 1].after) : fhir::Instant::max();
        if (more && then + slack < state.now)
            complaints.push_back(name(record) + " is late, and was not taken up to rung " +
                                 std::to_string(next));
    }
    return complaints;
}

} // namespace chaos
