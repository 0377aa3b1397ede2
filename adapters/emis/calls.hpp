// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/budget.hpp"
#include "adapters/emis/errors.hpp"
#include "adapters/emis/wire.hpp"
#include "adapters/upstream/upstream.hpp"

#include <string>

namespace adapters::emis
{

/// The two session headers; one whose value is empty is left out, as the wire wants it.
struct SessionHeaders
{
    std::string end_user_session;
    std::string session;
};

/// Sends one request with the constant headers. Yields answers of 2xx only; all else is an error by the table
/// in errors.hpp.
class Calls
{
public:
    Calls(upstream::Upstream& upstream, std::string application_id, std::string api_version)
        : upstream_(upstream), application_id_(std::move(application_id)),
          api_version_(std::move(api_version))
    {}

    Awaitable<fhir::Result<fhir::rest::Response>> send(Operation operation, fhir::rest::Request request,
                                                       SessionHeaders session, Budget budget) const;

private:
    upstream::Upstream& upstream_;
    std::string application_id_;
    std::string api_version_;
};

} // namespace adapters::emis
