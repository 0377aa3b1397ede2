// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/registry.hpp"

#include <memory>

/// Acme, a supplier that does not exist: all that the rest of the product would see of it.
namespace adapters::acme
{

/// The row for the registry.
SupplierSystem supplier_system();

/// Keeps `upstream` and `clock`; both outlive the adapter. One adapter per practice, shared by all threads.
std::unique_ptr<Adapter> make_adapter(const PracticeConfig& practice, upstream::Upstream& upstream,
                                      const Clock& clock, Random& random);

/// Answers below any path.
std::unique_ptr<simulation::Simulator> make_simulator(const simulation::PracticeSeed& seed,
                                                      const Clock& clock, Random& random);

} // namespace adapters::acme
