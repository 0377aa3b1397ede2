// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"

#include <vector>

/// What R4 demands beyond types and codes: its invariants and minimum cardinalities, for resources made in
/// code as well as for those that were read. Every fault found, each with its path; empty when all is well.
namespace fhir
{

struct Appointment;
struct Schedule;
struct Slot;

/// app-1 participant has type or actor; app-2 start and end together; app-3 both unless proposed, cancelled
/// or waitlist; app-4 cancelationReason only with cancelled or noshow; at least one participant; end after
/// start.
std::vector<Error> validate(const Appointment& appointment);
/// A schedule reference, and end after start.
std::vector<Error> validate(const Slot& slot);
/// At least one actor.
std::vector<Error> validate(const Schedule& schedule);

} // namespace fhir
