// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/registry.hpp"

/// GP Connect Appointment Management 1.2.7 (FHIR STU3): the consumer's side, and a strict provider to test
/// against.
namespace adapters::gpconnect
{

const Capabilities& capabilities();
std::span<const SettingKey> settings();

/// The endpoint's base URL is the practice's service root (`https://host/ODS/STU3/1/gpconnect/`), behind the
/// Spine Secure Proxy where there is one; every target is relative to it. `upstream`, `clock` and `random`
/// outlive the adapter.
std::unique_ptr<Adapter> make_adapter(const PracticeConfig& practice, upstream::Upstream& upstream,
                                      const Clock& clock, Random& random);

/// A provider for one practice. It serves `…/<ODS>/STU3/1/gpconnect/`, whatever stands before that. Options:
/// README.md.
std::unique_ptr<simulation::Simulator> make_simulator(const simulation::PracticeSeed& seed,
                                                      const Clock& clock, Random& random);

/// The row of `registry.cpp`.
SupplierSystem supplier_system();

} // namespace adapters::gpconnect
