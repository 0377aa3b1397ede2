// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/patient_hash.hpp"

#include <memory>

namespace gateway::audit
{

std::function<std::string(std::string_view)> patient_hash_of(const store::Sealer::Key& key)
{
    auto sealer = std::make_shared<const store::Sealer>(key);
    return [sealer](std::string_view digits) { return sealer->fingerprint("audit-patient", digits); };
}

} // namespace gateway::audit
