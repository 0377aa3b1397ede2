// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/registry.hpp"
#include "fhir/model/ods_code.hpp"
#include "fhir/outcome/error.hpp"
#include "gateway/policy/service.hpp"
#include "gateway/policy/sharing.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::policy
{

/// One practice as configured, with its live adapter.
struct Practice
{
    fhir::OdsCode ods;
    std::string name;
    std::string system; ///< `emis`, `gpconnect`
    std::string phone;
    std::optional<adapters::PatientLink> search_identity;
    std::shared_ptr<adapters::upstream::Upstream> upstream;
    std::shared_ptr<adapters::Adapter> adapter;
    SessionPatterns public_sessions = {}; ///< of which anybody may know the slots; empty: none
    /// The same system for an organisation from which a patient is hidden; stranger.hpp. nullptr: made of
    /// `adapter` where it is needed.
    std::shared_ptr<adapters::Adapter> for_strangers = nullptr;
    bool delivers_tasks = false; ///< what others ask of it is also put into its system
};

/// Who exists and who shares with whom. An immutable snapshot, swapped whole on reload.
class Directory
{
public:
    Directory(std::vector<std::shared_ptr<const Practice>> practices, std::vector<Federation> federations,
              std::vector<BookableService> services = {});
    Directory(std::vector<std::shared_ptr<const Practice>> practices, Agreed agreed,
              std::vector<BookableService> services);
    /// The same practices and services; what is agreed is new.
    std::shared_ptr<const Directory> with(Agreed agreed) const;
    std::shared_ptr<const Directory> with(Agreed agreed, std::vector<BookableService> services) const;

    /// nullptr when unknown.
    std::shared_ptr<const Practice> practice(const fhir::OdsCode& ods) const;
    /// Practices that share with this consumer, in order of ODS code. A practice may always see its own book.
    std::vector<std::shared_ptr<const Practice>> visible_to(const fhir::OdsCode& consumer,
                                                            fhir::Instant now) const;
    /// Whether the consumer may look into the practice's book at all, now or when a pause has ended.
    bool shares(const fhir::OdsCode& practice, const fhir::OdsCode& consumer, fhir::Instant now) const;
    /// They lean on this directory.
    Terms terms(const fhir::OdsCode& practice, const fhir::OdsCode& consumer, Use use,
                fhir::Instant now) const
    {
        return sharing_->terms(practice, consumer, use, now);
    }
    const Sharing& sharing() const { return *sharing_; }
    const std::vector<std::shared_ptr<const Practice>>& practices() const { return practices_; }
    /// nullptr when unknown.
    const BookableService* service(std::string_view id) const;
    const std::vector<BookableService>& services() const { return services_; }
    /// Every directory has another one: what was worked out by an older one may not hold any more.
    std::uint64_t revision() const { return revision_; }

private:
    std::vector<std::shared_ptr<const Practice>> practices_;
    std::shared_ptr<const Sharing> sharing_;
    std::vector<BookableService> services_;
    std::uint64_t revision_;
};

/// The directory in force. Every request takes a snapshot and keeps to it; a new directory holds for the next
/// request on any connection. Thread-safe.
class CurrentDirectory
{
public:
    std::shared_ptr<const Directory> snapshot() const
    {
        const std::lock_guard lock(mutex_);
        return directory_;
    }
    void replace(std::shared_ptr<const Directory> next)
    {
        const std::lock_guard lock(mutex_);
        directory_.swap(next); // what it held goes outside the lock
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const Directory> directory_;
};

} // namespace gateway::policy
