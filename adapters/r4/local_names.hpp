// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/json_tree.hpp"
#include "fhir/codec/json.hpp"
#include "fhir/model/id.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace adapters::r4
{

/// `Type/id` on the server itself.
struct LocalReference
{
    std::string type;
    std::string id;

    std::string text() const { return type + "/" + id; }
    bool operator==(const LocalReference&) const = default;
};

/// Nothing for what is not relative. A version is cut off.
std::optional<LocalReference> relative_reference(std::string_view reference);

/// How one server's ids and references become ours: `<ODS>.<local>`, references relative.
class LocalNames
{
public:
    LocalNames(const fhir::OdsCode& ods, std::string_view identifier_base);
    virtual ~LocalNames() = default;

    /// Nothing for what is not on this server.
    virtual std::optional<LocalReference> local(std::string_view reference) const = 0;

    /// An id that is an NHS number, as some servers give patients, is hashed: ours never show one.
    std::string id(std::string_view local) const;
    std::string reference(std::string_view type, std::string_view local) const;
    /// Ours of a reference to this server; any other as it is.
    std::string translated(std::string_view reference) const;

    const std::string& ods() const { return ods_; }
    const std::string& slot_system() const { return slot_system_; }       ///< of the practice's own slot ids
    const std::string& booking_system() const { return booking_system_; } ///< of our bookings

private:
    std::string ods_;
    std::string slot_system_;
    std::string booking_system_;
};

/// The resource as JSON with our ids and references in place of the server's, without narrative and meta.
std::string localised(const Node& resource, const LocalNames& names);

/// Elements that R4 does not have are passed over; a value that R4 forbids makes the resource unusable.
inline constexpr fhir::codec::ReadOptions tolerant{fhir::codec::Unknown::ignore, 32, 8 << 20};

/// The resource under our ids; nothing when it cannot be used.
template <class T>
std::optional<T> read_localised(const Node& resource, const LocalNames& names)
{
    if (!fhir::is_id(view_of(resource, "id")))
        return std::nullopt;
    auto read = fhir::codec::read<T>(localised(resource, names), tolerant);
    return read ? std::optional<T>(std::move(*read)) : std::nullopt;
}

} // namespace adapters::r4
