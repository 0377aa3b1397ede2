// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "gateway/limits/buckets.hpp"
#include "gateway/limits/limit_settings.hpp"
#include "gateway/limits/shares.hpp"

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace gateway::observability
{
class Metrics;
}

namespace gateway::limits
{

/// One request, as far as limits go. Names are proved ones; an empty one is not limited.
struct Asking
{
    enum class About
    {
        anything,
        booking,        ///< names a patient: who is unknown everywhere is found out this way too
        patient_lookup, ///< asks practices whether they know somebody
    };
    std::string_view client;
    std::string_view organisation;
    std::string_view practice; ///< ODS code of the one book it is about
    About about = About::anything;
    bool changes = false; ///< may use what is kept back from reading
};

struct Refused
{
    fhir::Error error; ///< `throttled`: which limit, and in how many seconds to go on
    bool burst_begins; ///< to be written down; the ones after it are only counted
};

/// What each client, organisation and practice may be asked for in a time. Thread-safe; waits for nothing.
class Limiter
{
public:
    using Now = std::function<Moment()>;
    Limiter(const LimitSettings& settings, observability::Metrics& metrics,
            Now now = &adapters::Monotonic::now);

    /// Takes what the request costs, or says why it may not go on.
    std::optional<Refused> admit(const Asking& asking);
    /// A booking at this practice, once its request has been read.
    std::optional<Refused> admit_booking(std::string_view practice);
    /// How a look-up, or a booking for a patient, ended. Whoever guesses numbers runs dry sooner.
    void looked_up(std::string_view organisation, bool known);
    void unknown_patient_booked(std::string_view organisation);
    /// Somebody at this address could not prove to be `client` (empty: nobody named). Nothing: answer as
    /// usual. Who proves it is never asked about here, so nobody can be locked out by another's failures.
    std::optional<Refused> login_failed(std::string_view address, std::string_view client);

    /// From the next request on.
    void use(const LimitSettings& settings);

private:
    std::optional<Refused> refuse_if_empty(Buckets& buckets, std::string_view limit, std::string_view key,
                                           std::int64_t reserve, const fhir::Error& refusal);
    std::optional<Refused> refusal(const Taken& taken, std::string_view limit, std::string_view key,
                                   fhir::Error error);
    std::optional<Refused> check_lookups(const Asking& asking);
    void note_unknown(std::string_view organisation);
    std::int64_t failed_lookup_cost() const { return failed_cost_.load(); }

    observability::Metrics& metrics_;
    const Now now_;
    Buckets clients_, organisations_, practices_, lookups_, login_addresses_, login_clients_;
    Shares lookup_shares_;
    std::atomic<std::int64_t> failed_cost_;
};

} // namespace gateway::limits
