// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/context.hpp"
#include "gateway/faces/r4/handlers.hpp"
#include "gateway/faces/r4_face.hpp"

/// What is open to everybody and is not FHIR: the token endpoint with its discovery, and health.
namespace gateway::faces::r4
{

namespace
{

Answer as_it_is(fhir::rest::Response response)
{
    Answer answer;
    answer.status = response.status;
    answer.headers = std::move(response.headers);
    answer.body = std::move(response.body);
    answer.whole = true;
    return answer;
}

} // namespace

Answered smart_configuration(const Context&, const R4Services& services)
{
    co_return as_it_is(services.identity.smart_configuration());
}

Answered issue_token(const Context& context, const R4Services& services)
{
    auto response = co_await services.identity.token(context.request);
    co_return as_it_is(std::move(response));
}

Answered token_keys(const Context&, const R4Services& services)
{
    co_return as_it_is(services.identity.jwks());
}

Answered ping(const Context&, const R4Services& services)
{
    co_return as_it_is(ping_answer(services.health));
}

Answered status(const Context&, const R4Services& services)
{
    co_return as_it_is(status_answer(services.health));
}

} // namespace gateway::faces::r4
