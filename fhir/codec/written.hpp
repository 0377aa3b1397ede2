// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/made_once.hpp"
#include "fhir/schema/schema.hpp"

#include <array>
#include <string>
#include <string_view>

namespace fhir::codec
{

/// Sixteen hexadecimal digits.
using ContentVersion = std::array<char, 16>;

/// A short hash: equal texts have equal versions, on every node.
ContentVersion content_version(std::string_view json);

/// A resource's compact JSON but for `meta`, which is put between the two parts by whoever knows when it was
/// last seen.
class Written
{
public:
    /// The head is the first `head_size` bytes.
    Written(std::string json, std::size_t head_size);

    /// `{"resourceType":"Slot","id":"…"`
    std::string_view head() const { return std::string_view(json_).substr(0, head_size_); }
    /// `,"status":"free",…}`
    std::string_view tail() const { return std::string_view(json_).substr(head_size_); }
    /// content_version of both parts.
    std::string_view version() const { return {version_.data(), version_.size()}; }
    /// `meta`: `"meta":{…}`.
    std::string with_meta(std::string_view meta) const;

private:
    std::string json_;
    std::size_t head_size_;
    ContentVersion version_;
};

/// The resource must have an id and no `meta`.
Written write_without_meta(const schema::TypeInfo& type, const void* resource);

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
        return written_.by(write);
    }

private:
    MadeOnce<Written> written_;
};

} // namespace fhir::codec
