// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "gateway/audit/recorder.hpp"
#include "gateway/policy/directory.hpp"
#include "gateway/policy/policy_table.hpp"
#include "gateway/store/policy_store.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gateway::policy
{

/// One agreement, area or valve as it stands, or as it stood.
struct PolicyEntry
{
    PolicyTable table;
    std::int64_t version = 0; ///< 0: as the practices file has it, never changed since
    bool removed = false;
    bool configured = false; ///< the practices file has one of that name
    std::string author;      ///< of this version; empty for version 0, like what follows
    std::string reason;
    fhir::Instant at{};
};

struct PolicyChange
{
    PolicyTable table;
    bool remove = false;                 ///< the table's body means nothing then
    std::optional<std::int64_t> follows; ///< the version that it changes; unset: there must be none
    std::string author;                  ///< who changes it
    std::string reason;                  ///< why; no patient data
};

/// What administration stands on; references outlive it.
struct AdministrationParts
{
    store::PolicyStore& store;
    CurrentDirectory& directory;
    const adapters::Clock& clock;
    audit::Recorder* audit = nullptr; ///< nothing is recorded without one
};

/// What the practices file says, and how its words are read.
struct Configured
{
    std::vector<PolicyTable> tables;
    std::vector<BookableService> services;
    /// Reads all tables together, by the rules of the practices file. `value_invalid`, `invariant`.
    std::function<fhir::Result<Agreed>(const std::vector<PolicyTable>&)> read;
    /// What they name that is not there.
    std::function<std::vector<std::string>(const Agreed&)> dangling;
};

/// Changes agreements, areas and valves while the gateway runs. What operators wrote stands over what the
/// practices file says: an entry takes the place of the file's of the same name, a removed one hides it. A
/// change is checked together with everything else, kept with all earlier versions, and holds for the next
/// request on any connection. Thread-safe; one change at a time.
class Administration
{
public:
    Administration(AdministrationParts parts, Configured configured);

    /// Before the first request: puts what the store keeps over the practices file. An error names the entry
    /// that this program cannot read.
    Awaitable<fhir::Result<void>> open();

    /// Without removed ones, by key.
    std::vector<PolicyEntry> entries(std::string_view kind) const;
    /// `not_found`, also where it has been removed.
    fhir::Result<PolicyEntry> entry(const std::string& kind, const std::string& key) const;
    /// Newest first; what the practices file says last. `not_found` where there never was one.
    Awaitable<fhir::Result<std::vector<PolicyEntry>>> history(std::string kind, std::string key) const;
    /// The entry as it stands now. Nothing changes unless all of it is right: `required`, `value_invalid`,
    /// `invariant`, `not_found`, `version_conflict`.
    Awaitable<fhir::Result<PolicyEntry>> change(PolicyChange change);

    /// A practices file that was read again: holds from the next request on, with what operators changed
    /// still over it. Nothing changes where it cannot be read together with that: `value_invalid`,
    /// `invariant`, `version_conflict` while an operator changes something.
    Awaitable<fhir::Result<void>> replace(Configured configured);

    std::shared_ptr<const Directory> directory() const { return parts_.directory.snapshot(); }

private:
    using Entries = std::map<std::pair<std::string, std::string>, PolicyEntry>;

    static Entries entries_of(const Configured& configured);
    Entries all() const;
    fhir::Result<std::int64_t> version_to_follow(const PolicyChange& change) const;
    fhir::Result<Agreed> agreed_with(const PolicyEntry& next) const;
    bool begin_change();
    void end_change();
    fhir::Result<void> put_in_force(Configured next);
    Awaitable<fhir::Result<PolicyEntry>> change_alone(PolicyChange change);
    Awaitable<void> write_down(PolicyChange change, fhir::Result<PolicyEntry> done);
    Awaitable<void> write_down_reload(fhir::Result<void> done);

    AdministrationParts parts_;
    mutable std::mutex mutex_;
    bool changing_ = false;
    Configured file_; ///< read and replaced by whoever is changing only
    Entries configured_;
    Entries entries_; ///< removed ones too
};

} // namespace gateway::policy
