// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/calls.hpp"

#include "adapters/vision/envelope.hpp"
#include "adapters/vision/linkage.hpp"

namespace adapters::vision
{

using fhir::Result;
using fhir::rest::Request;

namespace
{

Contents contents_of(const Question& question)
{
    Contents contents;
    if (!question.patient_id.empty())
        contents.push_back(text_element("patientId", question.patient_id));
    if (!question.slot_id.empty())
        contents.push_back(text_element("slotId", question.slot_id));
    contents.insert(contents.end(), question.contents.begin(), question.contents.end());
    return contents;
}

} // namespace

Result<Request> Calls::request_of(const Question& question) const
{
    if (!signer_)
        return std::unexpected(signer_.error());
    const Frame frame{new_uuid(clock_, random_), fhir::to_uk_local(clock_.now()), practice_,
                      consumer_.provider_id, question.account};
    auto text = sealed(request_element(question.service, frame, contents_of(question)), consumer_.user_name,
                       *signer_, clock_, random_);
    if (!text)
        return std::unexpected(text.error());
    Request request;
    request.method = "POST";
    request.target = ""; // every service is at the one configured URL
    request.headers.set("Accept", "text/xml");
    request.headers.set("Content-Type", "text/xml; charset=utf-8");
    request.body = std::move(*text);
    return request;
}

Awaitable<Result<xml::Document>> Calls::send(Question question, Budget budget) const
{
    auto request = request_of(question);
    if (!request)
        co_return std::unexpected(request.error());
    upstream::Call call;
    call.request = std::move(*request);
    call.effect = changes_state(question.service) ? upstream::Effect::write : upstream::Effect::read;
    call.limit = budget.left();
    call.operation = operation_name(question.service);
    auto answer = co_await upstream_.send(std::move(call));
    if (!answer)
        co_return std::unexpected(settle_later(question.service, answer.error()));
    co_return read_answer({question.service, question.patient_id, question.slot_id}, *answer,
                          question.service == Service::slots ? memo_ : nullptr);
}

Awaitable<Result<WireLinkage>> Calls::send_linkage(Request request, Budget budget) const
{
    upstream::Call call;
    call.effect = request.method == "POST" ? upstream::Effect::write : upstream::Effect::read;
    call.request = std::move(request);
    call.limit = budget.left();
    call.operation = operation_name(Service::link);
    auto answer = co_await upstream_.send(std::move(call));
    if (!answer)
        co_return std::unexpected(settle_later(Service::link, answer.error()));
    co_return read_linkage(*answer);
}

} // namespace adapters::vision
