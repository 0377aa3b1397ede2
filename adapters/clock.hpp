// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"

#include <cstdint>
#include <string>

namespace adapters
{

/// Wall-clock time, injected so that tests and simulators decide what "now" is. Thread-safe.
class Clock
{
public:
    virtual ~Clock() = default;
    virtual fhir::Instant now() const = 0;
};

/// Randomness, injected for the same reason. Thread-safe.
class Random
{
public:
    virtual ~Random() = default;
    virtual std::uint64_t next() = 0;
};

const Clock& system_clock();
/// Cryptographically strong (OpenSSL).
Random& secure_random();

/// A UUID version 7 of this clock and random source.
std::string new_uuid(const Clock& clock, Random& random);

} // namespace adapters
