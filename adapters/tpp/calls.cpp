// SPDX-License-Identifier: Apache-2.0
#include "adapters/tpp/calls.hpp"

namespace adapters::tpp
{

Awaitable<fhir::Result<Reply>> Calls::send(Operation operation, Common common, Own own, Budget budget) const
{
    upstream::Call call;
    call.request = make_request(operation, common, own.attributes, application_, own.medications);
    call.effect = changes_state(operation) ? upstream::Effect::write : upstream::Effect::read;
    call.limit = budget.left();
    call.operation = operation_name(operation);
    auto answer = co_await upstream_.send(std::move(call));
    if (!answer)
        co_return std::unexpected(settle_later(operation, answer.error()));
    auto document = read_answer(operation, common, *answer, operation == Operation::slots ? memo_ : nullptr);
    if (!document)
        co_return std::unexpected(document.error());
    co_return Reply{std::move(*document), std::string(answer->headers.get("suid"))};
}

} // namespace adapters::tpp
