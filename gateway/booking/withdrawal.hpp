// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"
#include "fhir/outcome/error.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// A practice withdraws a session: what becomes of the appointments that were booked in it through the
/// gateway.
namespace gateway::booking
{

struct WithdrawRequest
{
    enum class Action
    {
        propose, ///< only say where each appointment could go
        move,
        cancel
    };
    std::string schedule;    ///< `<ODS>.<local>`
    fhir::Interval period{}; ///< of the appointments' starts
    std::string reason;
    Action action = Action::propose;
    bool elsewhere = false;      ///< alternatives at other practices too
    bool cancel_unmoved = false; ///< what finds no alternative is cancelled; otherwise it is left
    std::chrono::days reach{14}; ///< how much later than its start an appointment may be moved
};

struct WithdrawnAppointment
{
    enum class State
    {
        waiting,
        settling, ///< begun, its outcome is not known yet
        proposed,
        moved,
        cancelled,
        released, ///< a hold
        kept      ///< nothing was done; `error` says why
    };
    std::string appointment;
    State state = State::waiting;
    std::string to;         ///< `Slot/…` proposed, `Appointment/…` moved to
    std::int64_t tries = 0; ///< slots tried so far
    std::optional<fhir::Error> error;
};

struct Withdrawal
{
    std::string id;
    WithdrawRequest request;
    fhir::Instant created{};
    bool done = false;
    std::vector<WithdrawnAppointment> appointments;

    /// Those of which the end is known.
    std::size_t ended() const;
};

std::string_view code_of(WithdrawRequest::Action action);
std::optional<WithdrawRequest::Action> withdraw_action_of(std::string_view code);
std::string_view code_of(WithdrawnAppointment::State state);

/// Who asked, kept with the job so that every change is made in that name.
struct WithdrawnBy
{
    std::string client, ods, name, request_id, user_id, user_name;
};

/// What the store keeps sealed.
struct WithdrawalJob
{
    WithdrawnBy by;
    Withdrawal withdrawal;
};

std::string to_text(const WithdrawalJob& job);
fhir::Result<WithdrawalJob> read_withdrawal(const std::string& text);

} // namespace gateway::booking
