// SPDX-License-Identifier: Apache-2.0
#include "adapters/registry.hpp"

#include "adapters/bars/bars.hpp"
#include "adapters/emis/emis.hpp"
#include "adapters/fhir_r4/fhir_r4.hpp"
#include "adapters/gpconnect/gpconnect.hpp"
#include "adapters/microtest/microtest.hpp"
#include "adapters/tpp/tpp.hpp"
#include "adapters/vision/vision.hpp"

#include <array>

namespace adapters
{

std::span<const SupplierSystem> supplier_systems()
{
    static const std::array systems = {
        emis::supplier_system(),
        gpconnect::supplier_system(),
        fhir_r4::supplier_system(),
        tpp::supplier_system(),
        microtest::supplier_system(),
        vision::supplier_system(),
        bars::supplier_system(),
    };
    return systems;
}

const SupplierSystem* find_supplier_system(std::string_view name)
{
    for (const auto& system : supplier_systems())
        if (system.name == name)
            return &system;
    return nullptr;
}

} // namespace adapters
