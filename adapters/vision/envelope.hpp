// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "adapters/vision/signature.hpp"
#include "adapters/xml.hpp"

#include <string>

/// The SOAP envelope of a request with its signed header (WS-Security 1.0).
namespace adapters::vision
{

/// How long a request may be under way.
inline constexpr std::chrono::minutes timestamp_life{15};

fhir::Result<std::string> sealed(const xml::NewElement& request, const std::string& user_name,
                                 const Signer& signer, const Clock& clock, Random& random);

/// Who may ask, as the other side knows them.
struct Known
{
    std::string user_name;
    Verifier verifier;
    bool checks_signature = true; ///< false: all but its value, which takes long to reckon
};

/// The other side's check of the whole header: what is wrong with it; nothing when all is well. `skew`: how
/// far the sender's clock may be off.
std::string_view objection_to_header(const xml::Element& envelope, const Known& known, fhir::Instant now,
                                     std::chrono::seconds skew);

} // namespace adapters::vision
