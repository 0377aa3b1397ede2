// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/booking/practice_change.hpp"
#include "gateway/booking/service_factory.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gateway::booking
{

/// Looks through the practices' own books for what they did to appointments booked here: one node per
/// practice at a time, every `watch_every`, with at most `watch_calls` calls. What is new becomes the
/// appointment's next version. One missing row proves nothing: an appointment is cancelled when a read says
/// so, or when it is missing several times.
class NativeChanges
{
public:
    /// Makes a new Appointment of a cancelled one that stands in the practice's book again.
    using Restore = std::function<Awaitable<void>(store::AppointmentRecord cancelled,
                                                  adapters::SupplierAppointment held)>;
    /// Ends holds of slots that the practice has given to others.
    using GiveUpHolds = std::function<Awaitable<void>(std::string practice, std::vector<std::string> slots)>;
    using NewLease = std::function<store::Lease(std::chrono::milliseconds length)>;

    NativeChanges(const ServiceParts& parts, const ServiceSettings& settings, NewLease new_lease,
                  Restore restore, GiveUpHolds give_up_holds);

    /// Looks at every practice whose time has come. The number of practices looked at.
    Awaitable<std::size_t> look();
    /// Counts, logs, tells who listens and puts on record that the practice did it.
    Awaitable<void> announce(PracticeChange change, std::string system, std::string patient) const;

private:
    static constexpr std::chrono::milliseconds look_limit = std::chrono::minutes(2); ///< for all its calls
    static constexpr std::chrono::milliseconds look_ahead = std::chrono::days(366);

    /// What this node remembers of a practice between looks.
    struct Memory
    {
        fhir::Instant due{};  ///< the next look
        fhir::Instant full{}; ///< the next one at everything, not only at what is doubted
        std::string last;     ///< the appointment that the last full look ended with
        std::map<std::string, std::int64_t> doubts; ///< looks in a row that found it otherwise
    };
    /// One look at one practice.
    struct Look
    {
        std::shared_ptr<const policy::Practice> practice;
        Memory* memory = nullptr;
        std::string token;
        fhir::Instant began{};
        std::size_t calls = 0;
        bool over = false; ///< the practice does not answer, or its calls are used up
        std::vector<store::AppointmentRecord> records;
        std::map<std::string, std::vector<adapters::SupplierAppointment>> lists; ///< by patient
    };
    using LookPtr = std::shared_ptr<Look>;
    using Found = fhir::Result<std::optional<adapters::SupplierAppointment>>;

    std::vector<LookPtr> due_practices();
    Awaitable<void> look_at(LookPtr look);
    Awaitable<void> gather(LookPtr look);
    Awaitable<void> look_leased(LookPtr look);
    Awaitable<void> compare(LookPtr look, store::AppointmentRecord record);
    Awaitable<void> take_over(LookPtr look, store::AppointmentRecord record, SeenChange change,
                              std::optional<adapters::SupplierAppointment> held);
    Awaitable<void> doubt(LookPtr look, store::AppointmentRecord record);
    Awaitable<void> doubt_cancellation(LookPtr look, store::AppointmentRecord record,
                                       adapters::SupplierAppointment held);
    Awaitable<bool> slots_offered(LookPtr look, store::AppointmentRecord record);
    /// In the practice's book; nothing when it is not there, an error when nobody can say.
    Awaitable<Found> find(LookPtr look, store::AppointmentRecord record, std::string key);
    Awaitable<Found> find_listed(LookPtr look, store::AppointmentRecord record, std::string key,
                                 adapters::PatientContext patient);
    std::vector<store::AppointmentRecord> plan(const Look& look) const;
    bool may_call(Look& look) const;
    /// Lets an answer that is none end the look, where the practice is to blame.
    void heed(Look& look, const fhir::Error& error) const;
    fhir::Instant next_look(const Look& look) const;
    adapters::Provenance provenance_of(const store::AppointmentRecord& record) const;

    const ServiceParts& parts_;
    const ServiceSettings& settings_;
    const std::string origin_;
    const NewLease new_lease_;
    const Restore restore_;
    const GiveUpHolds give_up_holds_;
    std::map<std::string, Memory> memories_; ///< by ODS code
};

} // namespace gateway::booking
