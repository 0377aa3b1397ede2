// SPDX-License-Identifier: Apache-2.0
#include "gateway/policy/administration.hpp"

#include "fhir/outcome/catalogue.hpp"

#include <algorithm>

namespace gateway::policy
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;
using Key = std::pair<std::string, std::string>;

constexpr std::size_t longest_reason = 500;

PolicyEntry from_record(store::PolicyRecord record, bool configured)
{
    PolicyEntry entry;
    entry.table = {std::move(record.kind), std::move(record.key), std::move(record.body)};
    entry.version = record.version;
    entry.removed = record.removed;
    entry.configured = configured;
    entry.author = std::move(record.author);
    entry.reason = std::move(record.reason);
    entry.at = record.at;
    return entry;
}

fhir::Error no_such(const PolicyTable& table)
{
    return fhir::Error(ErrorKind::not_found, "There is no " + table.kind + " " + table.key + ".");
}

Result<void> check_words(const PolicyChange& change)
{
    if (change.author.empty())
        return fhir::fail(ErrorKind::required, "A change of the policy needs the name of who makes it.");
    if (change.reason.find_first_not_of(" \t") == std::string::npos)
        return fhir::fail(ErrorKind::required, "A change of the policy needs a reason, for those who read of "
                                               "it later; no names of patients.");
    if (change.reason.size() > longest_reason)
        return fhir::fail(ErrorKind::text_too_long, "The reason is longer than 500 bytes.");
    return {};
}

std::vector<PolicyTable> standing(const std::map<Key, PolicyEntry>& entries)
{
    std::vector<PolicyTable> tables;
    for (const auto& [key, entry] : entries)
        if (!entry.removed)
            tables.push_back(entry.table);
    return tables;
}

fhir::Error being_changed()
{
    fhir::Error error(ErrorKind::version_conflict, "Another change of the policy is being made.");
    error.advise("Read what it has become, and try again.", fhir::Remedy::wait);
    return error;
}

std::string joined(const std::vector<std::string>& sentences)
{
    std::string all;
    for (const std::string& sentence : sentences)
        all += (all.empty() ? "" : " ") + sentence;
    return all;
}

std::string type_of(const std::string& kind)
{
    return kind == "agreement" ? "Agreement" : kind == "valve" ? "Valve" : "Area";
}

} // namespace

Administration::Administration(AdministrationParts parts, Configured configured)
    : parts_(parts), file_(std::move(configured)), configured_(entries_of(file_)), entries_(configured_)
{}

Administration::Entries Administration::entries_of(const Configured& configured)
{
    Entries entries;
    for (const PolicyTable& table : configured.tables) {
        PolicyEntry entry;
        entry.table = table;
        entry.configured = true;
        entries.insert_or_assign({table.kind, table.key}, std::move(entry));
    }
    return entries;
}

Awaitable<Result<void>> Administration::open()
{
    auto kept = co_await parts_.store.policies();
    if (!kept)
        co_return std::unexpected(kept.error());
    Entries entries = configured_;
    for (store::PolicyRecord& record : *kept) {
        Key key(record.kind, record.key);
        const bool configured = configured_.contains(key);
        entries.insert_or_assign(std::move(key), from_record(std::move(record), configured));
    }
    // What names a practice that the file no longer has means nothing, and does no harm.
    auto agreed = file_.read(standing(entries));
    if (!agreed)
        co_return fhir::fail(ErrorKind::internal, "The policy that operators changed cannot be read: " +
                                                      agreed.error().sentence());
    const std::lock_guard lock(mutex_);
    entries_ = std::move(entries);
    parts_.directory.replace(parts_.directory.snapshot()->with(std::move(*agreed)));
    co_return Result<void>();
}

Administration::Entries Administration::all() const
{
    const std::lock_guard lock(mutex_);
    return entries_;
}

std::vector<PolicyEntry> Administration::entries(std::string_view kind) const
{
    std::vector<PolicyEntry> found;
    for (auto& [key, entry] : all())
        if (entry.table.kind == kind && !entry.removed)
            found.push_back(entry);
    return found;
}

Result<PolicyEntry> Administration::entry(const std::string& kind, const std::string& key) const
{
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find({kind, key});
    if (found == entries_.end() || found->second.removed)
        return std::unexpected(no_such({kind, key, {}}));
    return found->second;
}

Awaitable<Result<std::vector<PolicyEntry>>> Administration::history(std::string kind, std::string key) const
{
    auto kept = co_await parts_.store.policy_history(kind, key);
    if (!kept)
        co_return std::unexpected(kept.error());
    const std::lock_guard lock(mutex_);
    const auto configured = configured_.find({kind, key});
    std::vector<PolicyEntry> versions;
    for (store::PolicyRecord& record : *kept)
        versions.push_back(from_record(std::move(record), configured != configured_.end()));
    if (configured != configured_.end())
        versions.push_back(configured->second);
    if (versions.empty())
        co_return std::unexpected(no_such({std::move(kind), std::move(key), {}}));
    co_return versions;
}

/// Of the newest version there is, which the change must know.
Result<std::int64_t> Administration::version_to_follow(const PolicyChange& change) const
{
    const auto entries = all();
    const auto found = entries.find({change.table.kind, change.table.key});
    const bool stands = found != entries.end() && !found->second.removed;
    const std::int64_t newest = found == entries.end() ? 0 : found->second.version;
    if (!stands && (change.remove || change.follows))
        return std::unexpected(no_such(change.table));
    if (!stands)
        return newest;
    const std::string name = "The " + change.table.kind + " " + change.table.key;
    if (!change.follows)
        return fhir::fail(ErrorKind::version_conflict, name + " is there already.");
    if (*change.follows != newest)
        return fhir::fail(ErrorKind::version_conflict,
                          name + " has changed since it was read: it is at version " +
                              std::to_string(newest) + ".");
    return newest;
}

/// Everything as it would be then. What was wrong before stands in nobody's way.
Result<Agreed> Administration::agreed_with(const PolicyEntry& next) const
{
    auto entries = all();
    const auto before = file_.read(standing(entries));
    entries.insert_or_assign({next.table.kind, next.table.key}, next);
    auto agreed = file_.read(standing(entries));
    if (!agreed)
        return agreed;
    const auto known = before ? file_.dangling(*before) : std::vector<std::string>();
    auto wrong = file_.dangling(*agreed);
    std::erase_if(wrong, [&](const std::string& sentence) {
        return std::ranges::find(known, sentence) != known.end();
    });
    if (!wrong.empty())
        return fhir::fail(ErrorKind::value_invalid, joined(wrong));
    return agreed;
}

bool Administration::begin_change()
{
    const std::lock_guard lock(mutex_);
    return !std::exchange(changing_, true);
}

void Administration::end_change()
{
    const std::lock_guard lock(mutex_);
    changing_ = false;
}

Awaitable<Result<PolicyEntry>> Administration::change(PolicyChange change)
{
    if (!begin_change())
        co_return std::unexpected(being_changed());
    auto done = co_await change_alone(change);
    end_change();
    co_await write_down(std::move(change), done);
    co_return done;
}

Awaitable<Result<void>> Administration::replace(Configured configured)
{
    if (!begin_change())
        co_return std::unexpected(being_changed());
    const auto done = put_in_force(std::move(configured));
    end_change();
    co_await write_down_reload(done);
    co_return done;
}

/// What names a practice that is gone is not looked for here: settings are checked where they are read.
Result<void> Administration::put_in_force(Configured next)
{
    Entries configured = entries_of(next), entries = configured;
    for (auto& [key, entry] : all())
        if (entry.version > 0) {
            entry.configured = configured.contains(key);
            entries.insert_or_assign(key, std::move(entry));
        }
    auto agreed = next.read(standing(entries));
    if (!agreed)
        return fhir::fail(agreed.error().kind(), "With what operators changed, the file cannot be read: " +
                                                     agreed.error().sentence());
    const std::lock_guard lock(mutex_);
    file_ = std::move(next);
    configured_ = std::move(configured);
    entries_ = std::move(entries);
    parts_.directory.replace(parts_.directory.snapshot()->with(std::move(*agreed), file_.services));
    return {};
}

Awaitable<Result<PolicyEntry>> Administration::change_alone(PolicyChange change)
{
    if (auto said = check_words(change); !said)
        co_return std::unexpected(said.error());
    const auto follows = version_to_follow(change);
    if (!follows)
        co_return std::unexpected(follows.error());
    PolicyEntry next;
    next.table = change.table;
    next.version = *follows + 1;
    next.removed = change.remove;
    next.configured = configured_.contains({change.table.kind, change.table.key});
    next.author = change.author;
    next.reason = change.reason;
    next.at = parts_.clock.now();
    if (next.removed)
        next.table.body.clear();
    auto agreed = agreed_with(next);
    if (!agreed)
        co_return std::unexpected(agreed.error());
    store::PolicyRecord record{next.table.kind, next.table.key, *follows,    next.table.body,
                               next.removed,    next.author,    next.reason, next.at};
    auto written = co_await parts_.store.write_policy(std::move(record));
    if (!written)
        co_return std::unexpected(written.error());
    if (!*written)
        co_return fhir::fail(ErrorKind::version_conflict);
    const std::lock_guard lock(mutex_);
    entries_.insert_or_assign({next.table.kind, next.table.key}, next);
    parts_.directory.replace(parts_.directory.snapshot()->with(std::move(*agreed)));
    co_return next;
}

/// The change stands, whether or not its record could be written at once.
Awaitable<void> Administration::write_down(PolicyChange change, Result<PolicyEntry> done)
{
    if (!parts_.audit)
        co_return;
    audit::Note note;
    audit::AuditRecord& record = note.record;
    record.event = audit::Event::configuration;
    record.via = "management";
    record.action = change.remove ? "remove policy" : "put policy";
    record.user = change.author;
    record.type = type_of(change.table.kind);
    record.id = change.table.key;
    if (change.table.kind == "valve")
        record.practice = change.table.key;
    if (done) {
        record.version = std::to_string(done->version);
    } else {
        record.outcome = audit::Outcome::refused;
        record.reason = fhir::catalogue_row(done.error().kind()).code;
    }
    auto written = co_await parts_.audit->record(std::move(note));
    static_cast<void>(written);
}

Awaitable<void> Administration::write_down_reload(Result<void> done)
{
    if (!parts_.audit)
        co_return;
    audit::Note note;
    note.record.event = audit::Event::configuration;
    note.record.via = "signal";
    note.record.action = "read practices file";
    if (!done) {
        note.record.outcome = audit::Outcome::refused;
        note.record.reason = fhir::catalogue_row(done.error().kind()).code;
    }
    auto written = co_await parts_.audit->record(std::move(note));
    static_cast<void>(written);
}

} // namespace gateway::policy
