// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "gateway/audit/recorder.hpp"
#include "gateway/policy/consent.hpp"
#include "gateway/policy/directory.hpp"
#include "gateway/store/consent_store.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace gateway::policy
{

/// What Consents stands on; references outlive it.
struct ConsentParts
{
    store::ConsentStore& store;
    std::function<std::shared_ptr<const Directory>()> directory;
    const adapters::Clock& clock; ///< of the appointment world: periods are meant in it
    adapters::Random& random;
    audit::Recorder* audit = nullptr; ///< nothing is recorded without one
    /// Whether the organisation has an appointment on record that it booked for the patient; empty: none has.
    std::function<Awaitable<fhir::Result<bool>>(fhir::OdsCode, fhir::NhsNumber)> has_booked = {};
};

/// Who is asking about whom, where; for the audit record of a refusal.
struct ConsentQuestion
{
    fhir::NhsNumber patient;
    fhir::OdsCode practice;
    fhir::OdsCode asking;
    std::string request_id = {};
};

/// A consent as somebody wants it to be.
struct ConsentChange
{
    Consent wanted;                      ///< `id` empty: a new one; `version`: the one that it follows
    std::optional<fhir::OdsCode> writer; ///< organisation that writes; unset: an operator
    std::string author;                  ///< client id, or operator
    std::string via;                     ///< `fhir`, `management`
    std::string request_id = {};
};

struct ConsentWritten
{
    Consent consent;
    bool created = false; ///< false: changed, or one that says the same stood already
};

/// What patients decided, and the one place where it is evaluated. The newest versions are held in memory by
/// patient; every change is in the store first, and holds from then on for every request on any connection.
/// Thread-safe.
class Consents
{
public:
    explicit Consents(ConsentParts parts) : parts_(std::move(parts)) {}

    /// Before the first request. The error says that something kept cannot be read.
    Awaitable<fhir::Result<void>> open();

    /// Whether the organisation is to be answered as if the practice did not know the patient. One look-up;
    /// none while nobody has decided anything.
    bool hides(const ConsentQuestion& question) const;
    /// Whether the patient is not to be written to about that appointment.
    bool silences(const fhir::NhsNumber& patient, const BookedAt& about) const;
    /// Writes down that somebody was refused, for the practice and the operator: it names the asking
    /// organisation as a party to it, not as who acted, so that its own view of the trail stays the same.
    /// Returns at once.
    Awaitable<void> write_refusal(ConsentQuestion question) const;

    /// Newest versions, by id; ended ones too.
    Awaitable<fhir::Result<std::vector<Consent>>> of_patient(fhir::NhsNumber patient) const;
    /// `not_found`.
    Awaitable<fhir::Result<Consent>> read(std::string id) const;
    Awaitable<fhir::Result<std::vector<Consent>>> history(std::string id) const;
    /// Errors: `value_invalid`, `required`, `invariant` with a path below Consent, `not_amendable`,
    /// `organisation_not_allowed`, `version_conflict`, `not_found`.
    Awaitable<fhir::Result<ConsentWritten>> write(ConsentChange change);
    std::size_t in_force() const; ///< patients with a consent that is not ended

private:
    using Table = std::unordered_map<std::string, std::vector<Consent>>; ///< by NHS number; active ones

    Awaitable<void> write_refusal_later(ConsentQuestion question) const;
    const Consent* hiding_now(const Table& table, const ConsentQuestion& question) const;
    std::shared_ptr<const Table> table() const;
    void put(const Consent& consent);
    Awaitable<fhir::Result<ConsentWritten>> write_checked(ConsentChange change);
    Awaitable<fhir::Result<std::optional<Consent>>> standing(Consent wanted) const;
    Awaitable<fhir::Result<Consent>> basis_of(ConsentChange change) const;
    Awaitable<fhir::Result<void>> check_writer(ConsentChange change) const;
    Awaitable<void> write_down(ConsentChange change, fhir::Result<ConsentWritten> done) const;

    ConsentParts parts_;
    std::atomic<bool> any_ = false;
    mutable std::mutex mutex_;
    std::shared_ptr<const Table> table_ = std::make_shared<const Table>();
};

/// `consents` may be nullptr: then nobody is hidden.
inline bool hides(const Consents* consents, const ConsentQuestion& question)
{
    return consents != nullptr && consents->hides(question);
}

} // namespace gateway::policy
