// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"

#include <cstddef>
#include <functional>
#include <string>

namespace gateway::store
{

struct KeyRotation
{
    std::string path;         ///< of the database, which no gateway may be using
    std::string key_file;     ///< with which it was written
    std::string new_key_file; ///< made here; one left by a rotation that was interrupted is used
    /// Values sealed so far, of all.
    std::function<void(std::size_t done, std::size_t all)> progress = {};
};

/// Seals everything that identifies patients with a new key, in one transaction: interrupted, the database
/// stays as it was. Lookup hashes stay (see Sealer::Key). How many values it were. Errors are plain
/// sentences: the database is in use, cannot be used, or belongs to another key.
fhir::Result<std::size_t> rotate_key(const KeyRotation& rotation);

} // namespace gateway::store
