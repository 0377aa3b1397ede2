// SPDX-License-Identifier: Apache-2.0
#include "fhir/bars/names.hpp"
#include "gateway/faces/bars/heading.hpp"
#include "gateway/faces/bars/message_rules.hpp"
#include "gateway/faces/bars/referral_rules.hpp"
#include "gateway/faces/bars/referral_shape.hpp"
#include "gateway/faces/bars/writes.hpp"
#include "gateway/faces/bars/written.hpp"
#include "gateway/policy/directory.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace
{

using namespace gateway::faces::bars;

gateway::policy::BookableService service()
{
    return {"9999000101", "Larkhill", {*fhir::OdsCode::parse("A11111")}, {}, {"a7t1"}, true, true};
}

/// A header field that is read names a service or an organisation.
void read_header(std::string_view text)
{
    fhir::rest::Headers headers;
    for (const auto name : {fhir::bars::header::target, fhir::bars::header::organisation,
                            fhir::bars::header::software, fhir::bars::header::practitioner})
        headers.add(std::string(name), std::string(text));
    for (const auto name : {fhir::bars::header::request_id, fhir::bars::header::correlation_id})
        headers.add(std::string(name), "0e6a1f5c-3b7d-4d28-8c94-5f1e2a3b4c01");
    const auto heading = read_heading(headers, Needs::sender);
    if (heading && (heading->service_id.empty() || heading->organisation_ods.empty()))
        std::abort();
}

/// A message that is accepted can be answered, and the answer is a message.
void read_message(std::string_view text, fhir::codec::Format format)
{
    const auto message = Message::read(text, format);
    if (!message)
        return;
    const auto addressed = service();
    Call call;
    call.service = &addressed;
    call.heading.organisation_ods = "ZZ901";
    call.caller = gateway::identity::Caller{.client_id = "111",
                                            .ods = *fhir::OdsCode::parse("ZZ901"),
                                            .name = {},
                                            .organisation_type = {},
                                            .organisation_phone = {},
                                            .scopes = {},
                                            .token_expires = {}};
    call.directory = std::make_shared<const gateway::policy::Directory>(
        std::vector<std::shared_ptr<const gateway::policy::Practice>>(),
        std::vector<gateway::policy::Federation>());
    const auto purpose = check_message(call, *message);
    if (!purpose)
        return;
    const bool books = *purpose == Purpose::booking || *purpose == Purpose::cancellation;
    if (!books && !task_for(call, *message, "r"))
        return;
    const auto reply =
        written(books ? reply_to(*message, &appointment_of(*message), appointment_of(*message), "x")
                      : reply_to(*message, &referral_of(*message), referral_of(*message), "x"));
    if (!Message::read(reply) ||
        !Message::read(in_form(reply, fhir::codec::Format::xml), fhir::codec::Format::xml))
        std::abort();
}

} // namespace

/// Header fields and bodies of the BaRS face: the first line is a field, what follows it a message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto end = std::min(text.find('\n'), text.size());
    read_header(text.substr(0, end));
    for (const auto format : {fhir::codec::Format::json, fhir::codec::Format::xml})
        read_message(text.substr(std::min(end + 1, text.size())), format);
    return 0;
}
