// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "tests/chaos/virtual_clock.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// What clients asked and heard, and whether a gateway that keeps its promises could have answered so.
namespace chaos
{

enum class Deed
{
    search,
    book,
    hold,
    book_hold,
    cancel,
    amend,
    move,
    read,
    history,
    find,
    wait,
    decline
};
std::string_view name_of(Deed deed);

/// One request and what its client saw of it.
struct Observed
{
    enum class Answer
    {
        none, ///< hung up, or the gateway died
        ok,
        unknown, ///< "it may have happened": the appointment is pending, or nothing is said of it
        refused
    };
    std::size_t number = 0;
    Deed deed = Deed::read;
    std::string client;       ///< client id
    std::string organisation; ///< ODS code
    std::string key;          ///< Idempotency-Key, empty: none
    std::string body;         ///< fingerprint of what was asked
    std::string practice;     ///< of a booking: ODS code
    std::vector<std::string> slots;
    Moment asked{};
    Moment answered{};
    Answer answer = Answer::none;
    std::optional<fhir::ErrorKind> error;
    std::string appointment;   ///< asked for, or answered with
    std::string moved;         ///< the appointment that was to be moved
    std::int64_t expected = 0; ///< version that was to be changed
    std::int64_t version = 0;
    std::string status;               ///< of the appointment answered with
    std::string content;              ///< fingerprint of the appointment answered with
    std::string booked_by;            ///< organisation of that appointment
    std::vector<std::string> offered; ///< slots that one which waited was shown to have
    bool created = false;
    bool replayed = false;
};

using History = std::vector<Observed>;
using Complaints = std::vector<std::string>;
/// By slot id: when the practice ended, once or as long as it withdrew the session, what was there.
using EndedByPractice = std::map<std::string, std::vector<std::pair<Moment, Moment>>>;

/// Every key had one effect: whoever got an appointment for it got the same one, and a repeat of a settled
/// answer is that answer. `taken_back`: what moves booked and the engine cancelled again, which frees the key.
Complaints check_keys(const History& history, const std::set<std::string>& taken_back = {});
/// Versions only go up: who asks after an answer was given sees that version or a later one, and one version
/// always looks the same.
Complaints check_versions(const History& history);
/// Nobody was given an appointment of another organisation.
Complaints check_visibility(const History& history);
/// There is an order in which the appointments of a slot held it one after the other. `hold_lifetime` bounds
/// how long a hold that is not booked lasts; `ended` says when the practice itself ended what was in a slot.
Complaints check_slots(const History& history, milliseconds hold_lifetime, const EndedByPractice& ended);

} // namespace chaos
