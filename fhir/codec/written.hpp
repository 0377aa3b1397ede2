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
class Written
{
public:
    Written() = default;
    /// The head is the first `head_size` bytes.
    Written(std::string json, std::size_t head_size);

    /// `{"resourceType":"Slot","id":"…"`
    std::string_view head() const { return std::string_view(json_).substr(0, head_size_); }
    /// `,"status":"free",…}`
    std::string_view tail() const { return std::string_view(json_).substr(head_size_); }
    /// content_version of both parts.
    const std::string& version() const { return version_; }
    /// `meta`: `"meta":{…}`.
    std::string with_meta(std::string_view meta) const;

private:
    std::string json_;
    std::size_t head_size_ = 0;
    std::string version_;
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
        return by([&] { return write_without_meta(T::declaration(), &resource); });
    }
    /// By somebody who writes the same in another way.
    template <class Write>
    const Written& by(Write write) const
    {
        std::call_once(once_, [&] { written_ = write(); });
        return written_;
    }

private:
    mutable std::once_flag once_;
    mutable Written written_;
};

} // namespace fhir::codec
