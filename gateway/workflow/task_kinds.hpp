// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace gateway::workflow
{

/// What a task is about. One row of the table each, in this order.
enum class TaskKind
{
    referral,
    hub_outcome,
    follow_up,
    practice_message,
    prescription_request,
    e_consultation,
    registration_needed,
    interpreter_booking,
    waitlist_offer,
    rebook_required,
    cancel_failed,
    patient_match_review,
    dna_followup,
    sync_conflict,
    message_dead_letter
};

/// How long a team may take: the kind's service level, unless the installation sets another.
struct ServiceLevel
{
    std::chrono::minutes routine;
    std::chrono::minutes urgent; ///< for everything above routine
};

/// Who may raise tasks of a kind.
enum class RaisedBy
{
    message,   ///< BaRS referral messages alone
    consumers, ///< POST Task
    gateway,   ///< the gateway itself, when something has happened
    both       ///< consumers and the gateway
};

/// What `value[x]` of an input or output must be.
enum class ContentForm
{
    text,        ///< valueString
    appointment, ///< valueReference, `Appointment/<id>`
    date_time,   ///< valueDateTime or valueInstant
    code,        ///< valueCodeableConcept
    identifier   ///< valueIdentifier
};

/// One type of input, or of output, that tasks of a kind have.
struct ContentRow
{
    std::string_view code; ///< of our CodeSystem task-parameter; as `type.text` it is understood too
    ContentForm form;
    bool required = false; ///< an input: to ask; an output: to complete
    bool repeats = false;
};

struct KindRow
{
    TaskKind kind;
    std::string_view code; ///< of our CodeSystem task-type, and in the store
    std::string_view text; ///< for people
    ServiceLevel due;
    RaisedBy raised_by;
    bool about_patient;                 ///< must name one
    std::span<const ContentRow> inputs; ///< besides `call-back`, which all have
    std::span<const ContentRow> outputs;
    std::chrono::hours put_off{0}; ///< whoever asks may set a due time so much later
    bool explained = true;         ///< may say why, in words of the asker
    bool note_ends = false;        ///< is completed with a note
};

std::span<const KindRow> task_kinds();
const KindRow& row_of(TaskKind kind);
std::optional<TaskKind> kind_of(std::string_view code);
/// Codes of all kinds, with bars between.
std::string_view kind_choices();

/// Where to reach who asked: an input of every kind.
inline constexpr ContentRow call_back{"call-back", ContentForm::text};

} // namespace gateway::workflow
