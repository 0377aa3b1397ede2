// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/ods_code.hpp"
#include "fhir/model/slot.hpp"

#include <string>
#include <string_view>

namespace gateway::search
{

/// `meta` of everything in one book: the same but for the version, so its text is made once.
class MetaStamp
{
public:
    /// `type`: `Slot`, `Schedule`, …; a Slot also says when its practice was last asked.
    MetaStamp(std::string_view type, const fhir::OdsCode& ods, fhir::Instant seen,
              std::string_view public_base);

    fhir::Meta meta(std::string_view version) const;
    /// The same as JSON: `"meta":{…}`.
    std::string json(std::string_view version) const
    {
        return before_version_ + std::string(version) + after_version_;
    }

private:
    fhir::Meta meta_;
    std::string before_version_;
    std::string after_version_;
};

/// A short hash of a resource's JSON without meta (FNV-1a, 64 bits, hexadecimal): the same on every node.
std::string content_version(std::string_view json);
/// Puts `meta` behind the id of a compact resource; empty when the text does not begin with resourceType and
/// id.
std::string with_meta(std::string_view json, std::string_view meta);
/// The UK Core delivery channel of a slot, or nullptr.
const fhir::CodeableConcept* delivery_channel(const fhir::Slot& slot);

} // namespace gateway::search
