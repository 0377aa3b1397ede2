// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/ods_code.hpp"
#include "gateway/identity/caller.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::identity
{

/// An organisation that may call: what the client certificate of the connection is bound to. Several may come
/// with one certificate, as behind a proxy; then the ASID in Ssp-From tells them apart.
struct SpineConsumer
{
    std::string certificate_sha256; ///< lower-case hex
    std::string asid;
    fhir::OdsCode ods;
    std::string name;
    std::string phone;
};

/// Nothing unless some consumer has this certificate.
bool knows_certificate(std::span<const SpineConsumer> consumers, std::string_view sha256);

/// Whoever this certificate proves, in the name of that ASID. The caller has no scopes: what GP Connect's
/// token says is no permission.
std::optional<Caller> proven_caller(std::span<const SpineConsumer> consumers, std::string_view sha256,
                                    std::string_view asid);

} // namespace gateway::identity
