// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/store/sealer.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace gateway::audit
{

/// By which a patient stands in records: keyed with the store's key, and by another rule than the store's
/// own look-up, so that an export tells nothing about a stolen database.
std::function<std::string(std::string_view digits)> patient_hash_of(const store::Sealer::Key& key);

} // namespace gateway::audit
