// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"
#include "fhir/outcome/error.hpp"
#include "gateway/store/records.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What stands on the worklist, and what a person says of it who has looked in the practice's own book.
namespace gateway::booking
{

/// An intent as operators see it. Holds nothing about the patient.
struct OpenIntent
{
    std::string intent;
    std::string kind; ///< `book`, `cancel`, `amend`, `move`
    std::string appointment;
    std::string practice_ods;
    fhir::Instant since{};
    std::int64_t attempts = 0;
    std::string last_failure; ///< our detail code, empty when the supplier answered
    bool needs_person = false;
    std::string state;         ///< `settling`, `needs-person`, `done`, `refused`
    std::string next_step;     ///< a sentence; empty when nothing is left to do
    std::string moves_to = {}; ///< of a move: the new appointment, which may stand beside the old one
};

OpenIntent shown(const store::IntentRecord& intent);

/// What the person found there.
enum class Finding
{
    booked,
    not_booked,
    cancelled,
    not_cancelled,
    amended,
    not_amended
};

std::string_view code_of(Finding finding);
std::optional<Finding> finding_of(std::string_view code);
/// Whether the practice did what the intent asked for; nothing where the finding says nothing about it.
std::optional<bool> says_done(store::IntentKind kind, Finding finding);
/// The findings that settle such an intent: `booked or not-booked`.
std::string findings_for(store::IntentKind kind);

/// A person's word on one intent.
struct Resolution
{
    std::string intent;
    Finding finding = Finding::booked;
    std::string by;     ///< who looked
    std::string reason; ///< how they know
    bool override_read_back = false;
    /// The practice's own number of the appointment, where the person knows it and it cannot be read.
    std::string practice_key;
};

/// What is missing in it, or too long.
fhir::Result<void> check(const Resolution& resolution);

/// What the store keeps of it. `seen`: what the practice's system showed at that moment.
std::string to_text(const Resolution& resolution, std::string_view seen, fhir::Instant at);

/// An intent with what a person said of it, if any did.
struct ResolvedIntent
{
    OpenIntent intent;
    std::string found, by, reason, seen;
    bool against_read_back = false;
    fhir::Instant at{};
};

/// Fills in what `resolution`, as to_text() wrote it, says.
ResolvedIntent resolved(const store::IntentRecord& intent);

} // namespace gateway::booking
