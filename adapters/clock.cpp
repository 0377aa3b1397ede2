// SPDX-License-Identifier: Apache-2.0
#include "adapters/clock.hpp"

#include "fhir/model/id.hpp"

#include <openssl/rand.h>

#include <stdexcept>

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

class SecureRandom : public Random
{
public:
    std::uint64_t next() override
    {
        std::uint64_t value = 0;
        if (RAND_bytes(reinterpret_cast<unsigned char*>(&value), sizeof value) != 1)
            throw std::runtime_error("the system's random source failed");
        return value;
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
