// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/vision/wire.hpp"
#include "fhir/outcome/error.hpp"
#include "fhir/rest/message.hpp"

#include <string>

/// The service beside SOAP that makes and finds linkage keys (Vision PFS, linkage): JSON over REST. Pure.
/// Paths, members of the request and codes are known; assumed: names in the reply, and no signature, for the
/// client certificate says who asks.
namespace adapters::vision
{

/// `organisations/<ODS>/onlineservices/linkage`.
std::string default_linkage_path(const fhir::OdsCode& practice);

fhir::rest::Request make_key_request(const std::string& path, const Applicant& applicant,
                                     const fhir::NhsNumber& patient);
/// Of a patient who has a key. The service takes the NHS number in the query only.
fhir::rest::Request find_key_request(const std::string& path, const fhir::NhsNumber& patient);

/// `accountId` and `linkageKey`, or an error by its code.
fhir::Result<WireLinkage> read_linkage(const fhir::rest::Response& response);
/// Whether a key could not be made because there is one.
bool has_key_already(const fhir::Error& error);

} // namespace adapters::vision
