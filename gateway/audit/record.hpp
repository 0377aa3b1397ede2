// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gateway::audit
{

enum class Event : std::uint8_t
{
    access,        ///< somebody read or searched
    decision,      ///< a rule let something pass or stopped it
    write,         ///< somebody changed something
    login_failure, ///< somebody could not prove who they are
    export_,       ///< data left as a file
    supplier_call, ///< the gateway called a practice's system
    configuration, ///< an operator changed how the gateway works
};

enum class Outcome : std::uint8_t
{
    ok,
    refused, ///< by a rule, or because it cannot be
    failed,  ///< through no fault of who asked
    unknown, ///< a write that is still being settled
};

/// Who did what to what, when, and what came of it. Holds nothing that identifies a patient but `patient`,
/// which only leaves as a keyed hash. Texts are cut at 200 bytes when recorded.
struct AuditRecord
{
    fhir::Instant at{};
    Event event = Event::access;
    Outcome outcome = Outcome::ok;
    std::string via;     ///< `fhir`, `gpconnect`, `bars`, `bulk`, `management`, the supplier's system, or who
                         ///< writes unasked: booking/own_records.hpp
    std::string action;  ///< `POST [base]/Appointment`, an interaction, an adapter's operation
    unsigned status = 0; ///< HTTP, where there is one
    std::string reason;  ///< code of the catalogue, where it was not done
    std::string agent;  ///< ODS code of the organisation that acted; empty: not proved, or the gateway itself
    std::string client; ///< client id, or ASID
    std::string user;   ///< the person, by a code, where it is known
    std::string type;   ///< of the entity: `Appointment`
    std::string id;     ///< of the entity; never of a patient
    std::string version;
    std::string practice;       ///< ODS code of the book; empty: none, or several
    std::int64_t practices = 0; ///< how many books a search looked into
    std::string request;        ///< X-Request-Id
    bool override_used = false; ///< somebody with the right to do so went against a rule
    std::string patient_hash;   ///< 32 bytes, keyed; empty: none

    bool operator==(const AuditRecord&) const = default;
};

/// A record in its place.
struct Entry
{
    std::string chain;
    std::int64_t sequence = 0;
    AuditRecord record;

    bool operator==(const Entry&) const = default;
};

std::string_view to_text(Event event);
std::string_view to_text(Outcome outcome);

/// The one form of an entry that is hashed: one line without its end, described in README.md. Two different
/// entries never have the same.
std::string canonical(const Entry& entry);
/// Nothing unless `text` is, byte for byte, the canonical form of an entry.
std::optional<Entry> parse_canonical(std::string_view text);

/// 1 to 32 of `A-Za-z0-9-`.
bool is_chain_name(std::string_view name);

} // namespace gateway::audit
