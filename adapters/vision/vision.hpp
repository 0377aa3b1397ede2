// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/registry.hpp"

#include <memory>

/// Vision through patient-facing services (SOAP with a signed header, IM1): all that the rest of the product
/// sees of it.
namespace adapters::vision
{

/// The row for the registry.
SupplierSystem supplier_system();

/// Keeps `upstream`, `clock`, `random`; all outlive the adapter. One adapter per practice, shared by all
/// threads.
std::unique_ptr<Adapter> make_adapter(const PracticeConfig& practice, upstream::Upstream& upstream,
                                      const Clock& clock, Random& random);

/// Answers SOAP at any path, linkage below `organisations/`. Options: README.md.
std::unique_ptr<simulation::Simulator> make_simulator(const simulation::PracticeSeed& seed,
                                                      const Clock& clock, Random& random);

} // namespace adapters::vision
