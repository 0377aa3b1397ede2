// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/trail.hpp"

#include "gateway/identity/crypto.hpp"
#include "gateway/observability/log.hpp"

#include <algorithm>

namespace gateway::audit
{

namespace
{

using fhir::Result;
using observability::Level;

constexpr std::size_t longest_text = 200;

bool is_durable_at_once(Event event)
{
    return event == Event::write || event == Event::login_failure || event == Event::export_ ||
           event == Event::configuration;
}

void cut(AuditRecord& record)
{
    for (std::string* text :
         {&record.via, &record.action, &record.reason, &record.agent, &record.client, &record.user,
          &record.type, &record.id, &record.version, &record.practice, &record.request})
        if (text->size() > longest_text)
            text->resize(longest_text);
}

} // namespace

Trail::Trail(TrailParts parts, TrailSettings settings)
    : parts_(std::move(parts)), settings_(std::move(settings)),
      linker_(std::make_shared<const Linker>(settings_.chain, parts_.key)), signed_at_(parts_.clock.now())
{}

Note Trail::prepared(Note note) const
{
    note.record.at = parts_.clock.now();
    note.record.patient_hash = note.patient.empty() ? std::string() : parts_.patient_hash(note.patient);
    cut(note.record);
    return note;
}

/// False when there is no room: the caller then writes everything that waits, and waits for that.
bool Trail::wait_in_memory(Note& note)
{
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= settings_.most_waiting)
        return false;
    waiting_.push_back(std::move(note));
    return true;
}

Trail::Notes Trail::take_waiting()
{
    const std::lock_guard lock(mutex_);
    return std::exchange(waiting_, {});
}

void Trail::give_back(const Notes& notes)
{
    const std::lock_guard lock(mutex_);
    waiting_.insert(waiting_.begin(), notes.begin(), notes.end());
}

Awaitable<Result<void>> Trail::record(Note note)
{
    note = prepared(std::move(note));
    if (!is_durable_at_once(note.record.event) && wait_in_memory(note))
        co_return Result<void>();
    Notes notes = take_waiting();
    notes.push_back(std::move(note));
    auto done = co_await commit(std::move(notes), false);
    co_return done;
}

/// The job may outlive this call: it owns all it needs.
Awaitable<Result<void>> Trail::commit(Notes notes, bool sign_end)
{
    struct Work
    {
        Notes notes;
        store::AuditCheckpoint last;
    };
    auto work = std::make_shared<Work>();
    work->notes = std::move(notes);
    auto link = [linker = linker_, work, sign_end, now = parts_.clock.now()](const store::AuditHead& head) {
        auto more = linker->link(head, work->notes, sign_end, now);
        if (!more.checkpoints.empty())
            work->last = more.checkpoints.back();
        return more;
    };
    auto head = co_await parts_.store.append_audit(settings_.chain, std::move(link));
    if (head) {
        committed(*head, work->last, work->notes);
        co_return Result<void>();
    }
    give_back(work->notes);
    observability::log(
        Level::error, "audit_not_written",
        {{"records", static_cast<std::int64_t>(work->notes.size())}, {"why", head.error().sentence()}});
    co_return std::unexpected(head.error());
}

/// The log line takes the checkpoint off this machine, wherever logs go.
void Trail::committed(const store::AuditHead& head, const store::AuditCheckpoint& last, const Notes& notes)
{
    for (const Note& note : notes)
        parts_.metrics.audit_record(to_text(note.record.event));
    {
        const std::lock_guard lock(mutex_);
        if (head.sequence >= head_.sequence)
            head_ = head;
        if (last.sequence > 0)
            signed_at_ = parts_.clock.now();
    }
    if (last.sequence > 0)
        observability::log(Level::info, "audit_checkpoint",
                           {{"chain", last.chain},
                            {"sequence", last.sequence},
                            {"signed", last.bytes},
                            {"signature", identity::to_hex(last.signature)}});
}

bool Trail::checkpoint_is_due()
{
    const std::lock_guard lock(mutex_);
    const auto now = parts_.clock.now();
    return now - signed_at_ >= settings_.checkpoint_every &&
           (head_.sequence > head_.checkpoint || !waiting_.empty());
}

Awaitable<void> Trail::tend()
{
    const bool due = checkpoint_is_due();
    Notes notes = take_waiting();
    if (!due && notes.empty())
        co_return;
    co_await commit(std::move(notes), due);
}

Awaitable<Result<void>> Trail::close()
{
    auto done = co_await commit(take_waiting(), true);
    co_return done;
}

Awaitable<Result<std::string>> Trail::check()
{
    auto chains = co_await parts_.store.audit_chains();
    if (!chains)
        co_return std::unexpected(chains.error());
    const auto own = std::ranges::find(*chains, settings_.chain, &store::AuditChain::name);
    std::string wrong;
    if (own != chains->end()) {
        {
            const std::lock_guard lock(mutex_);
            if (own->head.sequence >= head_.sequence)
                head_ = own->head;
        }
        auto checked = co_await check_tail(parts_.store, *own, {parts_.key.public_key()});
        if (!checked)
            co_return std::unexpected(checked.error());
        wrong = std::move(*checked);
    }
    parts_.metrics.audit_chain_ok(wrong.empty());
    if (!wrong.empty())
        observability::log(Level::error, "audit_chain_broken", {{"chain", settings_.chain}, {"why", wrong}});
    co_return wrong;
}

/// When that record was made; none when it is not there.
Awaitable<Result<std::optional<fhir::Instant>>> Trail::moment_of(const Place& place)
{
    auto rows = co_await parts_.store.audit_rows(place.chain, place.sequence - 1, 1);
    if (!rows)
        co_return std::unexpected(rows.error());
    if (rows->empty() || rows->front().sequence != place.sequence)
        co_return std::nullopt;
    co_return rows->front().at;
}

/// What waits in memory is written first, so that everybody finds what they
/// have just done.
Awaitable<Result<std::vector<FoundEntry>>> Trail::find(Question question)
{
    co_await tend();
    store::AuditFilter filter;
    filter.visible_to = std::move(question.visible_to);
    filter.agent = std::move(question.agent);
    filter.entity = std::move(question.entity);
    filter.patient_hash = question.patient.empty() ? std::string() : parts_.patient_hash(question.patient);
    filter.from = question.from;
    filter.before = question.before;
    filter.limit = question.limit;
    if (question.place) {
        const auto moment = co_await moment_of(*question.place);
        if (!moment || !*moment)
            co_return moment ? Result<std::vector<FoundEntry>>({}) : std::unexpected(moment.error());
        filter.from = **moment;
        filter.before = **moment + std::chrono::milliseconds(1);
    }
    auto rows = co_await parts_.store.find_audit(std::move(filter));
    if (!rows)
        co_return std::unexpected(rows.error());
    std::vector<FoundEntry> found;
    for (store::AuditRow& row : *rows)
        if (!question.place ||
            (row.chain == question.place->chain && row.sequence == question.place->sequence))
            if (auto entry = parse_canonical(row.bytes))
                found.push_back({std::move(*entry), std::move(row.patient)});
    co_return found;
}

/// In steps of one checkpoint each, so that nobody waits long for the store.
Awaitable<Result<std::int64_t>> Trail::purge_chain(std::string chain, fhir::Instant older_than)
{
    std::int64_t purged_to = 0;
    while (true) {
        auto points = co_await parts_.store.audit_checkpoints(chain, purged_to + 1, 2);
        if (!points)
            co_return std::unexpected(points.error());
        const auto next =
            std::ranges::find_if(*points, [&](const store::AuditCheckpoint& point) { return !point.anchor; });
        if (next == points->end() || next->at >= older_than)
            co_return purged_to;
        const Checkpoint anchor{chain, next->sequence, next->hash, parts_.clock.now(), true, parts_.key.id()};
        store::AuditPurge purge{chain, sign(anchor, parts_.key)};
        auto done = co_await parts_.store.purge_audit(std::move(purge));
        if (!done || !*done)
            co_return done ? Result<std::int64_t>(purged_to) : std::unexpected(done.error());
        purged_to = next->sequence;
    }
}

Awaitable<void> Trail::purge()
{
    if (!settings_.keep)
        co_return;
    const auto older_than = parts_.clock.now() - *settings_.keep;
    auto chains = co_await parts_.store.audit_chains();
    for (const store::AuditChain& chain : chains.value_or(std::vector<store::AuditChain>())) {
        auto purged = co_await purge_chain(chain.name, older_than);
        if (!purged || *purged == 0)
            continue;
        Note note;
        note.record.event = Event::configuration;
        note.record.via = "retention";
        note.record.action = "audit purge";
        note.record.type = "AuditChain";
        note.record.id = chain.name;
        note.record.version = std::to_string(*purged);
        co_await record(std::move(note));
    }
}

} // namespace gateway::audit
