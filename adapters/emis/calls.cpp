// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/calls.hpp"

namespace adapters::emis
{

using fhir::rest::Request;
using fhir::rest::Response;

Awaitable<fhir::Result<Response>> Calls::send(Operation operation, Request request, SessionHeaders session,
                                              Budget budget) const
{
    request.headers.set("X-API-ApplicationId", application_id_);
    request.headers.set("X-API-Version", api_version_);
    request.headers.set("Accept", "application/json");
    if (!session.end_user_session.empty())
        request.headers.set("X-API-EndUserSessionId", session.end_user_session);
    if (!session.session.empty())
        request.headers.set("X-API-SessionId", session.session);

    upstream::Call call;
    call.request = std::move(request);
    call.effect = changes_state(operation) ? upstream::Effect::write : upstream::Effect::read;
    call.limit = budget.left();
    call.operation = operation_name(operation);
    auto answer = co_await upstream_.send(std::move(call));
    if (!answer)
        co_return std::unexpected(settle_later(operation, answer.error()));

    // Looking up a linkage key a second time answers 409 with the key: the one call whose status must not be
    // read like all others.
    const bool known_before = operation == Operation::look_up_linkage_key && answer->status == 409 &&
                              read_linkage(answer->body.view()).has_value();
    if ((answer->status >= 200 && answer->status < 300) || known_before)
        co_return answer;
    co_return std::unexpected(refusal(operation, *answer));
}

} // namespace adapters::emis
