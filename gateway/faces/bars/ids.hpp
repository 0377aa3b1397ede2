// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

/// BaRS names resources by UUIDs, the gateway by `<ODS>.<local>`. The one is made from the other, so that the
/// same slot has the same UUID in every search and on every node, and nothing need be stored.
namespace gateway::faces::bars
{

/// UUID of `Slot/A11111.s1`.
std::string uuid_of(std::string_view type_and_id);
/// `urn:uuid:` and that.
std::string urn_of(std::string_view type_and_id);
/// The UUID of a `urn:uuid:` URL; empty when it is none.
std::string_view uuid_in(std::string_view url);

// Identifier systems and extensions of ours, below the public origin.
std::string slot_system(std::string_view origin);      ///< value: our slot id
std::string schedule_system(std::string_view origin);  ///< value: our schedule id
std::string thread_system(std::string_view origin);    ///< value: Bundle.id of the booking message
std::string reference_system(std::string_view origin); ///< value: to be read out to people
std::string service_url(std::string_view origin);      ///< extension: the service that was booked
std::string source_url(std::string_view origin);       ///< extension: where answers to the sender would go

} // namespace gateway::faces::bars
