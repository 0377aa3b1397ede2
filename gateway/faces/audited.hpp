// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/audit/recorder.hpp"
#include "gateway/identity/caller.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::booking
{
struct StoredAppointment;
}

namespace gateway::workflow
{
struct StoredTask;
}

namespace gateway::faces
{

/// What a request turned out to be about, for its audit record. Handlers fill it in, the face hands it in.
struct Audited
{
    struct Entity
    {
        std::string type, id, version, practice;
        std::string patient; ///< NHS number digits; empty: none
    };

    std::vector<Entity> entities;
    std::int64_t practices = 0;        ///< books a search looked into
    std::string practice;              ///< the one book it was, where there is no entity
    std::optional<bool> patient_known; ///< by any practice asked; unset: nobody was looked up
    bool overrode = false;             ///< a rule of sharing, with the right to do so

    void saw(const booking::StoredAppointment& stored);
    void saw(const workflow::StoredTask& stored);
    /// A booking that was made.
    void booked(const booking::StoredAppointment& stored);
    void saw_patient(std::string_view digits, std::string_view ods = {});
    void searched(std::size_t books, std::string_view only_practice);
};

/// Outcome, reason and, for a refusal, the event: who could not prove who they are, and what a rule stopped,
/// are told apart. `reason`: code of the catalogue, empty when it was done.
void judge(audit::AuditRecord& record, unsigned status, std::string_view reason);
void name_agent(audit::AuditRecord& record, const std::optional<identity::Caller>& caller);

/// One record, or one for each entity. Without a recorder nothing is written.
Awaitable<fhir::Result<void>> hand_in(audit::Recorder* recorder, audit::AuditRecord record, Audited about);

/// Whether an answer may leave although its record could not be written: what was done was done.
bool may_leave(audit::Event event);

} // namespace gateway::faces
