// SPDX-License-Identifier: Apache-2.0
#include "adapters/clock.hpp"

#include "fhir/model/id.hpp"

#include <openssl/rand.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace adapters
{

namespace
{

class SystemClock : public Clock
{
public:
    fhir::Instant now() const override
    {
        return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    }
};

/// Draws from OpenSSL in blocks: one call for 32 numbers costs what one call for a single number costs.
class SecureRandom : public Random
{
public:
    std::uint64_t next() override
    {
        thread_local std::array<std::uint64_t, 32> drawn;
        thread_local std::size_t left = 0;
        if (left == 0) {
            if (RAND_bytes(reinterpret_cast<unsigned char*>(drawn.data()), sizeof drawn) != 1)
                throw std::runtime_error("the system's random source failed");
            left = drawn.size();
        }
        return std::exchange(drawn[--left], 0); // what was handed out is not kept
    }
};

} // namespace

const Clock& system_clock()
{
    static const SystemClock clock;
    return clock;
}

Random& secure_random()
{
    static SecureRandom random;
    return random;
}

std::string new_uuid(const Clock& clock, Random& random)
{
    const std::uint64_t high = random.next();
    const std::uint64_t low = random.next();
    return fhir::uuid_v7(clock.now(), high, low);
}

} // namespace adapters
