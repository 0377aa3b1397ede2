// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/tpp/calls.hpp"

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace adapters::tpp
{

/// One account's log-in at the supplier, with itself as the selected patient.
struct Login
{
    std::string suid, patient_id, online_user_id;
    WirePerson record; ///< as told when the patient was selected
};

/// A reply, and the log-in it was had with.
struct Answer
{
    Xml document;
    std::shared_ptr<const Login> login;
};

/// Log-ins, one per account, shared by all threads. Requests of one account stand in a queue: TPP takes one
/// at a time per `suid`. A session is kept until the supplier refuses it; one whose last answer never came
/// is not used again, for the supplier may still be at work on it.
class Sessions
{
public:
    Sessions(const Calls& calls, const Clock& clock);
    ~Sessions();

    /// Who speaks, and whose record the account must open: for anybody else nothing is sent.
    struct Speaker
    {
        std::string credential;
        std::optional<fhir::NhsNumber> patient; ///< unset for the search identity
    };

    /// Sends a request in the account's session. A lost session is renewed and the request sent once more:
    /// the supplier has then said that it did nothing, so this is safe for writes too.
    Awaitable<fhir::Result<Answer>> send(Speaker speaker, Operation operation, Own own, Budget budget);

private:
    class Turn;
    struct Place;
    struct Entry;
    using Opened = fhir::Result<std::shared_ptr<const Login>>;

    Awaitable<fhir::Result<Answer>> converse(Turn* turn, Speaker speaker, Operation operation, Own own,
                                             Budget budget);
    Awaitable<Opened> log_in(std::string credential, Budget budget);
    Awaitable<fhir::Result<WirePerson>> select_patient(Login login, Budget budget);
    Awaitable<void> log_off_one(Budget budget);
    std::optional<Login> take_idle();

    const Calls& calls_;
    const Clock& clock_;
    std::mutex mutex_;
    std::map<std::string, Entry> entries_;
};

} // namespace adapters::tpp
