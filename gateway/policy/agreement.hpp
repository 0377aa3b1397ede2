// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"
#include "fhir/model/ods_code.hpp"
#include "gateway/policy/lead.hpp"
#include "gateway/policy/session_patterns.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::policy
{

/// Part of the country that organisations belong to: an ICB, a place, a PCN. What is agreed for it holds for
/// every practice below it, until something nearer to the practice says otherwise.
struct Area
{
    fhir::OdsCode ods;
    std::string name;
    std::string kind; ///< `icb`, `place` or `pcn`
    std::optional<fhir::OdsCode> part_of;
    std::vector<fhir::OdsCode> members; ///< practices and other organisations
};

/// What an agreement lets an organisation do.
enum class Use
{
    search,
    book,
    task ///< send and receive work
};

/// Slots that one organisation may have at one practice at a time. Cancelled ones are given back.
struct Quota
{
    std::optional<std::size_t> per_session; ///< of one Schedule on one UK day
    std::optional<std::size_t> per_day;     ///< that begin on one UK day
    std::optional<std::size_t> standing;    ///< that have not begun

    bool any() const { return per_session || per_day || standing; }
};

/// Who may do what where, when, and how much of it: a data-sharing agreement that the gateway keeps to.
struct Agreement
{
    std::string id; ///< `a-z`, `0-9` and `-`; names it in answers, the audit and on the command line
    std::string title;
    std::string purpose;                 ///< such as `direct-care`
    std::vector<fhir::OdsCode> sharers;  ///< practices and areas
    std::vector<fhir::OdsCode> users;    ///< organisations and areas
    std::vector<std::string> types = {}; ///< of organisation, for whom of them it is meant; empty: any
    bool refuses = false;                ///< a "no": takes back what an area agreed
    std::vector<Use> uses = {Use::search, Use::book};

    SessionPatterns sessions;            ///< by the practice's name; empty: all
    std::vector<std::string> roles;      ///< codes of the session holder's role; empty: any
    std::vector<std::string> channels;   ///< codes of the delivery channel; empty: any
    std::vector<std::string> categories; ///< codes or names of service category or type; empty: any
    bool mapped_only = false;            ///< no slots whose national category nobody has said
    Quota quota;
    std::optional<Lead> furthest; ///< not longer before the slot than this
    std::optional<Lead> latest;   ///< not shorter before the slot than this
    std::optional<Lead> embargo;  ///< the slot is kept back until then
    std::optional<Lead> returned; ///< unused, it goes back to the practice then

    std::optional<fhir::Date> from;  ///< first UK day
    std::optional<fhir::Date> until; ///< last UK day
    std::string document_sha256;     ///< of the signed document, lower-case hexadecimal

    bool allows(Use use) const;
    /// Whether it is about an organisation of these configured types; none: nobody has said. In doubt a "no"
    /// is and everything else is not: of several types all must be listed, for a "no" one of them.
    bool is_for(const std::vector<std::string>& organisation_types) const;
    /// Whether it is in force at that moment.
    bool in_force(fhir::Instant now) const;
    /// Every slot, at every time, as many as they like.
    bool unlimited() const;
};

/// What a practice can do when it has too much to do. It does not bind the practice itself, and never stands
/// in the way of a cancellation.
struct Valve
{
    enum class State
    {
        open,
        limited, ///< `per_hour` new slots in any sixty minutes, of all other organisations together
        paused
    };

    fhir::OdsCode practice;
    State state = State::open;
    std::size_t per_hour = 0;
    std::optional<fhir::Instant> until; ///< open again by itself; unset: until somebody opens it
    std::string reason;                 ///< shown to whoever asks; no patient data

    bool in_force(fhir::Instant now) const { return state != State::open && (!until || now < *until); }
};

std::string_view to_text(Use use);
std::optional<Use> parse_use(std::string_view text);
std::string_view to_text(Valve::State state);
std::optional<Valve::State> parse_valve_state(std::string_view text);

} // namespace gateway::policy
