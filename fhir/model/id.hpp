// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"
#include "fhir/model/ods_code.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fhir
{

/// FHIR `id`: 1 to 64 of `A-Za-z0-9-.`.
bool is_id(std::string_view text);

/// The ids of practice-owned resources: `<ODS>.<local>`, where `local` is `[A-Za-z0-9-]` and stable in the
/// practice.
struct PracticeId
{
    OdsCode ods;
    std::string local;

    static std::optional<PracticeId> parse(std::string_view id);
    std::string text() const { return ods.text() + "." + local; }
};

/// Makes `local` from a supplier's own key: the key itself when it is at most 50 characters of `[A-Za-z0-9-]`
/// and cannot be taken for a hashed one, otherwise `x` and 40 hexadecimal digits of its SHA-256. Stable.
std::string local_id(std::string_view supplier_key);

/// RFC 9562 UUID version 7 from a moment and 80 random bits.
std::string uuid_v7(Instant moment, std::uint64_t random_high, std::uint64_t random_low);
bool is_uuid(std::string_view text);

} // namespace fhir
