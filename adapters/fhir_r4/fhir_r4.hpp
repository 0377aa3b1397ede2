// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/registry.hpp"

/// Any FHIR R4 server that offers Schedule, Slot and Appointment: the client's side, and a strict small
/// server to test against.
namespace adapters::fhir_r4
{

/// What the contract can ask of such a server at best. What one server lacks it says in its
/// CapabilityStatement; a call that needs it is then refused plainly.
Capabilities capabilities();

/// The endpoint's base URL is the server's FHIR base with a slash at the end; every target is relative to
/// it. `upstream`, `clock` and `random` outlive the adapter.
std::unique_ptr<Adapter> make_adapter(const PracticeConfig& practice, upstream::Upstream& upstream,
                                      const Clock& clock, Random& random);

/// A server of one practice. It serves `…/<ODS>/fhir/R4/`, whatever stands before that. Options: README.md.
std::unique_ptr<simulation::Simulator> make_simulator(const simulation::PracticeSeed& seed,
                                                      const Clock& clock, Random& random);

/// The row of `registry.cpp`.
SupplierSystem supplier_system();

} // namespace adapters::fhir_r4
