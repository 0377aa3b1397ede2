// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/written.hpp"
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
    /// Appends the resource with its meta.
    template <class Out>
    void append(Out& out, const fhir::codec::Written& resource) const
    {
        for (const std::string_view part :
             {resource.head(), std::string_view(","), std::string_view(before_version_), resource.version(),
              std::string_view(after_version_), resource.tail()})
            out.append(part);
    }

private:
    fhir::Meta meta_;
    std::string before_version_;
    std::string after_version_;
};

} // namespace gateway::search
