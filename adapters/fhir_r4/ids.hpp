// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/fhir_r4/tree.hpp"
#include "fhir/model/ods_code.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace adapters::fhir_r4
{

/// `Type/id` on the server itself.
struct LocalReference
{
    std::string type;
    std::string id;

    std::string text() const { return type + "/" + id; }
    bool operator==(const LocalReference&) const = default;
};

/// How one server's ids and addresses become ours: `<ODS>.<local>`, references relative.
class Ids
{
public:
    /// `service_root`: the server's base as it writes it in its own links, with or without a slash at the
    /// end.
    Ids(const fhir::OdsCode& ods, std::string_view identifier_base, std::string_view service_root);

    /// An id that is an NHS number, as some servers give patients, is hashed: ours never show one.
    std::string id(std::string_view local) const;
    std::string reference(std::string_view type, std::string_view local) const;
    /// Nothing for what is not on this server: fragments, logical URNs, other hosts. A version is cut off.
    std::optional<LocalReference> local(std::string_view reference) const;
    /// Ours of a reference to this server; any other as it is.
    std::string translated(std::string_view reference) const;
    /// What to ask this server for to follow a link that it sent; nothing for a link that leads anywhere
    /// else or cannot be a request target.
    std::optional<std::string> target_of(std::string_view link) const;

    const std::string& ods() const { return ods_; }
    const std::string& slot_system() const { return slot_system_; }       ///< of the practice's own slot ids
    const std::string& booking_system() const { return booking_system_; } ///< of our bookings

private:
    std::string ods_;
    std::string root_; ///< with a slash at the end
    std::string slot_system_;
    std::string booking_system_;
};

/// The resource as JSON with our ids and references in place of the server's, without narrative and meta.
std::string localised(const Node& resource, const Ids& ids);

} // namespace adapters::fhir_r4
