// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/audit/recorder.hpp"
#include "gateway/booking/service.hpp"
#include "gateway/limits/limiter.hpp"

#include <deque>
#include <unordered_map>

namespace gateway::limits
{

/// Remembers for a while who booked what, and watches for organisations that soon cancel much of it at one
/// practice. Thread-safe.
class HoardingWatch
{
public:
    HoardingWatch(const LimitSettings& settings, observability::Metrics& metrics,
                  Limiter::Now now = &adapters::Monotonic::now);

    void held(const std::string& appointment);
    bool is_held(const std::string& appointment) const;
    void booked(const std::string& appointment, std::string_view organisation, std::string_view practice);
    /// True: with this one there are, for the first time in an hour, too many; to be written down.
    bool cancelled(const std::string& appointment, std::string_view organisation, std::string_view practice);
    /// Set where the settings say that such an organisation may not book at this practice for now.
    std::optional<fhir::Error> refusal(std::string_view organisation, std::string_view practice) const;

    void use(const LimitSettings& settings);
    std::size_t remembered() const;

private:
    void remember(const std::string& appointment, bool is_booked);
    void forget_old(Moment now);

    observability::Metrics& metrics_;
    const Limiter::Now now_;
    Shares shares_;
    std::atomic<std::int64_t> quick_ms_;
    std::atomic<bool> refuses_;
    const std::size_t most_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, bool> recent_; ///< appointments; whether booked and not cancelled since
    std::deque<std::pair<Moment, std::string>> in_order_;
};

/// The booking service as consumers reach it: the practice's rate and the watch for hoarding stand before it.
/// Settling and what the gateway does by itself go past both.
class LimitedBooking : public booking::Service
{
public:
    LimitedBooking(booking::Service& inner, Limiter& limiter, HoardingWatch& watch, audit::Recorder& recorder)
        : inner_(inner), limiter_(limiter), watch_(watch), recorder_(recorder)
    {}

    template <class T>
    using Answer = Awaitable<fhir::Result<T>>;

    Answer<booking::WriteOutcome> book(booking::WriteContext context, fhir::Appointment wanted,
                                       std::optional<fhir::search::TokenValue> if_none_exist) override;
    Answer<booking::WriteOutcome> update(booking::WriteContext context, std::string id,
                                         std::int64_t expected_version, fhir::Appointment wanted) override;
    Answer<booking::WriteOutcome> reschedule(booking::WriteContext context, std::string id,
                                             std::int64_t expected_version, booking::Move wanted) override;

    Answer<std::optional<booking::WriteOutcome>> booked_before(booking::WriteContext context) override
    {
        return inner_.booked_before(std::move(context));
    }
    Answer<booking::Withdrawal> withdraw(booking::WriteContext context,
                                         booking::WithdrawRequest request) override
    {
        return inner_.withdraw(std::move(context), std::move(request));
    }
    Answer<booking::Withdrawal> withdrawal(identity::Caller caller, std::string id) override
    {
        return inner_.withdrawal(std::move(caller), std::move(id));
    }
    Answer<booking::StoredAppointment> read(identity::Caller caller, std::string id) override
    {
        return inner_.read(std::move(caller), std::move(id));
    }
    Answer<booking::StoredAppointment> read_version(identity::Caller caller, std::string id,
                                                    std::int64_t version) override
    {
        return inner_.read_version(std::move(caller), std::move(id), version);
    }
    Answer<std::vector<booking::StoredAppointment>> history(identity::Caller caller, std::string id) override
    {
        return inner_.history(std::move(caller), std::move(id));
    }
    Answer<std::vector<booking::StoredAppointment>>
    search(identity::Caller caller, fhir::search::AppointmentQuery query, std::size_t limit) override
    {
        return inner_.search(std::move(caller), std::move(query), limit);
    }
    Answer<std::vector<booking::StoredAppointment>>
    patient_book(booking::WriteContext context, fhir::NhsNumber patient, fhir::Interval window) override
    {
        return inner_.patient_book(std::move(context), std::move(patient), window);
    }

private:
    fhir::Result<void> may_book(const booking::WriteContext& context,
                                const std::vector<fhir::Reference>& slots) const;
    Awaitable<void> note(booking::WriteContext context, booking::WriteOutcome outcome, bool made);
    Awaitable<void> write_down(booking::WriteContext context, std::string practice);

    booking::Service& inner_;
    Limiter& limiter_;
    HoardingWatch& watch_;
    audit::Recorder& recorder_;
};

} // namespace gateway::limits
