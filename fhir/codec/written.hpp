// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/schema/schema.hpp"

#include <mutex>
#include <string>
#include <string_view>

namespace fhir::codec
{

/// A resource's compact JSON but for `meta`, which is put between the two parts by whoever knows when it was
/// last seen.
struct Written
{
    std::string head;    ///< `{"resourceType":"Slot","id":"…"`
    std::string tail;    ///< `,"status":"free",…}`
    std::string version; ///< content_version of both parts

    /// `meta`: `"meta":{…}`.
    std::string with_meta(std::string_view meta) const;
};

/// The resource must have an id and no `meta`.
Written write_without_meta(const schema::TypeInfo& type, const void* resource);

/// A short hash (64 bits, hexadecimal): equal texts have equal versions, on every node.
std::string content_version(std::string_view json);

/// A resource's JSON, written when first asked for. Thread-safe.
class WrittenOnce
{
public:
    template <class T>
    const Written& of(const T& resource) const
    {
        std::call_once(once_, [&] { written_ = write_without_meta(T::declaration(), &resource); });
        return written_;
    }

private:
    mutable std::once_flag once_;
    mutable Written written_;
};

} // namespace fhir::codec
