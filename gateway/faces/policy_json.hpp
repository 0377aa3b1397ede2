// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/json_value.hpp"
#include "gateway/policy/administration.hpp"
#include "gateway/slot_types/seen_types.hpp"

/// What the policy desk shows, as JSON.
namespace gateway::faces
{

/// The entry under the name of its kind, with what is known of its version beside it.
fhir::codec::JsonValue entry_json(const policy::PolicyEntry& entry);
/// In the form of an entry; federations are changed in the practices file only.
fhir::codec::JsonValue federation_json(const policy::Federation& federation, std::size_t number);
/// What the practice shares now: its valve, and all agreements that name it as one that shares.
fhir::codec::JsonValue practice_json(const policy::Directory& directory, const policy::Practice& practice,
                                     fhir::Instant now);

/// What a practice calls slots, what they are taken for, and where nobody has said so what they may be.
fhir::codec::JsonValue slot_type_json(const slot_types::SeenType& seen);

} // namespace gateway::faces
