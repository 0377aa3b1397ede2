// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/registry.hpp"

/// A receiver of the NHS Booking and Referral Standard as a supplier of slots: the sender's side, and a
/// strict receiver to test against.
namespace adapters::bars
{

/// What the standard lets a sender do. What one receiver lacks it says in its CapabilityStatement and
/// MessageDefinitions; a call that needs it is then refused plainly.
Capabilities capabilities();

/// The endpoint's base URL is the FHIR base of the proxy or receiver with a slash at the end; every target is
/// relative to it. `upstream`, `clock` and `random` outlive the adapter.
std::unique_ptr<Adapter> make_adapter(const PracticeConfig& practice, upstream::Upstream& upstream,
                                      const Clock& clock, Random& random);

/// Proxy and receiver of one practice. It serves `…/<ODS>/FHIR/R4/`, whatever stands before that. Options:
/// README.md.
std::unique_ptr<simulation::Simulator> make_simulator(const simulation::PracticeSeed& seed,
                                                      const Clock& clock, Random& random);

/// The row of `registry.cpp`.
SupplierSystem supplier_system();

} // namespace adapters::bars
