// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "adapters/emis/calls.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace adapters::emis
{

/// One account's log-in at the supplier.
struct AuthSession
{
    std::string end_user_session_id;
    std::string session_id;
    std::string link_token;

    SessionHeaders headers() const { return {end_user_session_id, session_id}; }
};

/// Log-ins, one per credential, shared by all threads. Whoever needs a session that is being made waits for
/// it; sessions lapse in silence and there is no log-off, so one is kept until the supplier refuses it.
class Sessions
{
public:
    using Answer = fhir::Result<fhir::rest::Response>;
    using MakeRequest = std::function<fhir::rest::Request(const std::string& link_token)>;

    Sessions(const Calls& calls, fhir::OdsCode practice, const Clock& clock);
    ~Sessions();

    /// Sends a request in the account's session. A lost session is renewed and the request sent once more:
    /// the supplier has then said that it did nothing, so this is safe for writes too.
    Awaitable<Answer> send(std::string credential, Operation operation, MakeRequest make, Budget budget);
    /// Sends a request that needs an end-user session only.
    Awaitable<Answer> send_without_account(Operation operation, fhir::rest::Request request, Budget budget);

private:
    using Session = fhir::Result<std::shared_ptr<const AuthSession>>;
    struct Flight;
    struct Entry;
    struct Landing;

    Awaitable<Session> get(std::string credential, Budget budget);
    Awaitable<Session> log_in(std::string credential, std::shared_ptr<Flight> flight, Budget budget);
    Awaitable<Session> log_in_once(std::string credential, Budget budget);
    Awaitable<fhir::Result<std::string>> start_end_user_session(Budget budget);
    void land(const std::string& credential, const std::shared_ptr<Flight>& flight);
    void forget(const std::string& credential, const std::shared_ptr<const AuthSession>& lost);
    void make_room();

    const Calls& calls_;
    fhir::OdsCode practice_;
    const Clock& clock_;
    std::mutex mutex_;
    std::map<std::string, Entry> entries_;
};

} // namespace adapters::emis
