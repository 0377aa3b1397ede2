// SPDX-License-Identifier: Apache-2.0
#include "adapters/tpp/calls.hpp"

#include <algorithm>

namespace adapters::tpp
{

std::chrono::milliseconds Budget::left() const
{
    const auto left = until_ - std::chrono::steady_clock::now();
    return std::max(std::chrono::duration_cast<std::chrono::milliseconds>(left),
                    std::chrono::milliseconds(1));
}

Awaitable<fhir::Result<Reply>> Calls::send(Operation operation, Common common, Attributes own,
                                           Budget budget) const
{
    upstream::Call call;
    call.request = make_request(operation, common, own, application_);
    call.effect = changes_state(operation) ? upstream::Effect::write : upstream::Effect::read;
    call.limit = budget.left();
    call.operation = operation_name(operation);
    auto answer = co_await upstream_.send(std::move(call));
    if (!answer)
        co_return std::unexpected(settle_later(operation, answer.error()));
    auto document = read_answer(operation, common, *answer);
    if (!document)
        co_return std::unexpected(document.error());
    co_return Reply{std::move(*document), std::string(answer->headers.get("suid"))};
}

} // namespace adapters::tpp
