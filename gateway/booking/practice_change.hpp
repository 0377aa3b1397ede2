// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "fhir/model/appointment.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a practice has done to an appointment in its own book. The practice is the source of truth: what it
/// shows is taken over as it is, whatever consumers could have asked for.
namespace gateway::booking
{

enum class ChangeKind
{
    cancelled,
    withdrawn, ///< entered in error
    moved,
    amended,
    arrived,
    checked_in,
    fulfilled,
    noshow,
    corrected,  ///< booked again, after it was marked
    identified, ///< its number in the practice's book became known
    restored    ///< a cancelled one stands again: a new Appointment
};

std::string_view code_of(ChangeKind kind);

/// One such change, written down already. Holds nothing about the patient.
struct PracticeChange
{
    ChangeKind kind = ChangeKind::cancelled;
    std::string appointment;
    std::int64_t version = 0;
    std::string practice_ods;
    std::string booked_by;
    std::string status;   ///< FHIR code
    std::string restores; ///< of a restored one: the cancelled appointment
    fhir::Instant at{};
};

/// Told of every change that the practice made. Called after it is durable, on the thread of whoever saw it;
/// must not throw or block. Told at most once: what must not be missed is read from the history.
class Changes
{
public:
    virtual ~Changes() = default;
    virtual void on_change(const PracticeChange& change) = 0;
};

/// The next version of an appointment, as the practice's book has it.
struct SeenChange
{
    ChangeKind kind = ChangeKind::cancelled;
    fhir::Appointment next;
    bool frees = false;                                  ///< its slots are given back
    std::optional<std::vector<std::string>> moved_slots; ///< slot ids it holds now, where those are others
};

/// Nothing where the practice's copy says nothing new. `kept`: that copy as it was last seen, so that what a
/// system merely words in its own way is no change. `key_system`: of the practice's own number.
std::optional<SeenChange> seen_change(const fhir::Appointment& ours,
                                      const adapters::SupplierAppointment& kept,
                                      const adapters::SupplierAppointment& held,
                                      const adapters::Capabilities& can, std::string_view key_system);

/// No longer in the practice's book.
SeenChange gone_from_book(const fhir::Appointment& ours);

/// A cancelled appointment as the new one that its restoration makes, where and when the practice has it now;
/// it names the old one.
fhir::Appointment restored(fhir::Appointment cancelled, std::string_view id,
                           const adapters::SupplierAppointment& kept,
                           const adapters::SupplierAppointment& held);

std::vector<std::string> slot_ids(const fhir::Appointment& appointment);

} // namespace gateway::booking
