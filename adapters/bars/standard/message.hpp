// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/json_tree.hpp"
#include "fhir/model/instant.hpp"

#include <optional>
#include <string>
#include <string_view>

/// BaRS booking messages: Bundles of type message whose first entry is the MessageHeader, and in which
/// entries are referred to by their `urn:uuid:` fullUrls.
namespace adapters::bars::standard
{

/// What a booking message asks for.
enum class Purpose
{
    booking,
    cancellation
};

/// Either end of a message.
struct End
{
    std::string service_id;
    std::string organization_url; ///< fullUrl of its Organization
};

struct HeaderFacts
{
    Purpose purpose = Purpose::booking;
    std::string url; ///< fullUrl of the header itself
    End from, to;
    std::string name; ///< of the organisation that sends
    std::string software;
    std::string software_version;
    std::string phone;
    std::string focus_url; ///< fullUrl of the Appointment
    fhir::Instant moment{};
};

JsonValue entry_of(std::string_view full_url, JsonValue resource);
JsonValue header_entry(const HeaderFacts& facts);
JsonValue message_bundle(std::string_view id, fhir::Instant moment, std::vector<JsonValue> entries);
/// `meta` with that profile.
JsonValue meta_of(std::string_view profile, fhir::Instant updated);
/// `meta` of a UK Core profile: `UKCore-Patient`.
JsonValue uk_core_meta(std::string_view type, fhir::Instant updated);
/// `https://fhir.nhs.uk/Id/dos-service-id|9999000101`.
std::string endpoint_of(std::string_view service_id);

/// The entry that a reference in a Bundle means: by its fullUrl, or as `Type/id`, relative or absolute.
/// nullptr when there is none.
template <class Tree>
const Tree* entry_named(const Tree& bundle, std::string_view reference)
{
    const auto last = reference.rfind('/');
    const auto before = last == std::string_view::npos ? last : reference.rfind('/', last - 1);
    const auto name = before == std::string_view::npos ? reference : reference.substr(before + 1);
    for (const auto* entry : items_of(bundle, "entry")) {
        const Tree* resource = member_of(*entry, "resource");
        if (!reference.empty() && view_of(*entry, "fullUrl") == reference)
            return entry;
        if (resource != nullptr && !view_of(*resource, "id").empty() &&
            text_of(*resource, "resourceType") + "/" + text_of(*resource, "id") == name)
            return entry;
    }
    return nullptr;
}

/// The resource of that entry, when it is of that type.
template <class Tree>
const Tree* resource_named(const Tree& bundle, std::string_view reference, std::string_view type)
{
    const Tree* entry = entry_named(bundle, reference);
    const Tree* resource = entry != nullptr ? member_of(*entry, "resource") : nullptr;
    return resource != nullptr && is_resource(*resource, type) ? resource : nullptr;
}

/// The MessageHeader, which stands first (bdl-12), or nullptr.
template <class Tree>
const Tree* header_of(const Tree& bundle)
{
    const Tree* first = follow(bundle, {"entry", "resource"});
    return is_resource(bundle, "Bundle") && view_of(bundle, "type") == "message" && first != nullptr &&
                   is_resource(*first, "MessageHeader")
               ? first
               : nullptr;
}

/// The service id of `system|value`, empty for another system.
std::string service_in(std::string_view endpoint);

/// The value of a Patient's NHS number or an Organization's ODS code; empty when there is none.
std::string nhs_number_in(const JsonValue& patient);
std::string nhs_number_in(const Node& patient);

} // namespace adapters::bars::standard
