// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "gateway/audit/recorder.hpp"
#include "gateway/booking/practice_change.hpp"
#include "gateway/booking/resolution.hpp"
#include "gateway/booking/service.hpp"
#include "gateway/observability/metrics.hpp"
#include "gateway/policy/consents.hpp"
#include "gateway/policy/directory.hpp"
#include "gateway/search/federated_search.hpp"
#include "gateway/search/patient_finder.hpp"
#include "gateway/store/store.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace gateway::booking
{

struct ServiceSettings
{
    std::string
        public_base; ///< `https://gateway.example.net/fhir/R4`; its origin also names identifier systems
    std::string node =
        "apptgw"; ///< stable over restarts and unique: a restarted node takes over its own leases at once
    std::chrono::milliseconds answer_limit{
        10000}; ///< a write without an outcome by then is answered as unknown
    std::chrono::milliseconds read_back_limit{2000}; ///< part of it, kept for one read-back before answering
    std::chrono::milliseconds duplicate_wait{2000};  ///< how long a repeat waits for the first request to end
    std::chrono::hours keep_keys{24 * 7};
    std::chrono::milliseconds hold_lifetime = std::chrono::minutes(5);
    /// How long a slot that became free is kept for whoever waits for it and was told.
    std::chrono::milliseconds offer_lifetime = std::chrono::minutes(15);
    std::chrono::milliseconds waitlist_every =
        std::chrono::minutes(1);      ///< between looks for what became free
    std::size_t waitlist_quota = 200; ///< most appointments of one organisation that wait
    std::size_t hold_quota = 50;      ///< most slots one organisation may hold at a time
    /// Pauses between read-backs; the last one repeats.
    std::vector<std::chrono::milliseconds> settle_delays = {
        std::chrono::seconds(1),   std::chrono::seconds(4),  std::chrono::seconds(10),
        std::chrono::seconds(15),  std::chrono::seconds(30), std::chrono::seconds(60),
        std::chrono::seconds(120), std::chrono::seconds(300)};
    /// Answers without the effect before it is taken as not done. With the pauses above they span half a
    /// minute: a slow system may still be at work on what it was sent.
    std::int64_t absences_needed = 5;
    /// A claim older than this is doubted when the practice offers its slot as free.
    std::chrono::milliseconds doubt_claims_after = std::chrono::minutes(1);
    std::int64_t attempts_allowed = 20; ///< then a person must look
    /// How often each practice's book is looked through for what the practice did itself; 0: never.
    std::chrono::milliseconds watch_every = std::chrono::minutes(5);
    std::size_t watch_calls = 30; ///< most calls to a practice in one such look
};

/// What the service stands on; everything outlives it. `patients` may be nullptr: then a patient is named by
/// NHS number only.
struct ServiceParts
{
    store::Store& store;
    std::function<std::shared_ptr<const policy::Directory>()> directory;
    search::FederatedSearch& search;
    search::PatientFinder* patients = nullptr;
    const adapters::Clock& clock;
    adapters::Random& random;
    observability::Metrics& metrics;
    Changes* changes = nullptr;                 ///< told of what practices change; nullptr: nobody
    const policy::Consents* consents = nullptr; ///< nullptr: no patient is hidden from anybody
    audit::Recorder* audit = nullptr; ///< told of writes that end when nobody waits for them any more
};

/// The service and its settler. The settler's coroutines may run on any one context that outlives them.
class SettlingService : public Service
{
public:
    /// At start-up: takes up everything this node left open and makes one attempt at each.
    virtual Awaitable<void> recover() = 0;
    /// One round: every open intent that is due and not leased gets one read-back. The number of intents
    /// looked at.
    virtual Awaitable<std::size_t> settle_due() = 0;
    /// One round over the practices whose books are due to be looked through for what they did themselves.
    /// The number of practices looked at. Not twice at the same time.
    virtual Awaitable<std::size_t> watch_practices() = 0;
    /// Ends holds whose time is up. Call every second; a hold that is booked or looked at later than that has
    /// ended all the same.
    virtual Awaitable<void> end_holds() = 0;
    /// Offers what has become free to those who wait, first by priority, then by age. Call every second: it
    /// looks when something was given back through us, else every `waitlist_every`.
    virtual Awaitable<void> offer_waiting() = 0;
    /// One round over the withdrawals that are not at their end; the number of those. Call every second, not
    /// from where others wait: a round takes as long as the practices take.
    virtual Awaitable<std::size_t> work_on_withdrawals() = 0;
    /// Drops idempotency keys and assertion ids that have outlived their time. Call now and then.
    virtual Awaitable<void> purge() = 0;
    /// Unknown ones and those that need a person, oldest first.
    virtual Awaitable<fhir::Result<std::vector<OpenIntent>>> worklist() = 0;
    /// Lets the settler look again at one that needs a person. `not_found`.
    virtual Awaitable<fhir::Result<void>> settle_again(std::string intent) = 0;
    /// Ends one that needs a person as that person found it in the practice's book: claims, appointment and
    /// the answer to its idempotency key in one transaction. Errors: `not_found`; `transition_not_allowed`
    /// when it does not wait for a person, or when the practice's system shows otherwise and nobody insists;
    /// `duplicate_in_flight` when somebody else is at it; `value_invalid`, `required`.
    virtual Awaitable<fhir::Result<ResolvedIntent>> resolve(Resolution resolution) = 0;
    /// Any intent, whatever became of it. `not_found`.
    virtual Awaitable<fhir::Result<ResolvedIntent>> intent_shown(std::string id) = 0;
};

std::unique_ptr<SettlingService> make_service(ServiceParts parts, ServiceSettings settings);

} // namespace gateway::booking
