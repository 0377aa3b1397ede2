// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/audit_token.hpp"
#include "gateway/faces/gpconnect/call.hpp"
#include "gateway/faces/gpconnect/identifier_search.hpp"
#include "gateway/faces/gpconnect/patient_ids.hpp"
#include "gateway/faces/gpconnect/slot_request.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace
{

using namespace gateway::faces::gpconnect;

const fhir::Instant now = *fhir::parse_instant("2026-11-23T08:00:00Z");

/// Who a token names is somebody; a token proves nothing, so there is nothing that it could be taken for.
void read_token(std::string_view text)
{
    const auto token = AuditToken::read("Bearer " + std::string(text), "patient/*.read", now);
    if (token && (token->user_id().empty() || token->organisation().empty()))
        std::abort();
}

/// A path that leads somewhere leads to an id that FHIR allows, or to none.
void read_path(std::string_view text)
{
    const auto place = find_place(text);
    if (!place)
        return;
    for (const auto& row : interactions()) {
        const auto target = find_interaction(row.method, place->below,
                                             std::string(interaction_prefix) + std::string(row.suffix));
        if (target && (target->id.size() > 64 || target->id.find_first_of("/%_ \n") != std::string::npos))
            std::abort();
    }
}

/// A search that is accepted asks for no more than a fortnight, a UK day that it ends in included.
void read_query(std::string_view text)
{
    Call call;
    const auto pairs = fhir::rest::parse_query(text);
    if (!pairs)
        return;
    call.parameters = *pairs;
    const auto wanted = read_slot_request(call);
    if (wanted && (wanted->end < wanted->start || wanted->end - wanted->start > std::chrono::hours(24 * 16)))
        std::abort();
    (void)read_identifier(call, "https://fhir.nhs.uk/Id/nhs-number");
}

void read_headers(std::string_view text)
{
    fhir::rest::Headers headers;
    for (const auto name : {"Ssp-TraceID", "Ssp-From", "Ssp-To", "Ssp-InteractionID"})
        headers.set(name, std::string(text));
    (void)read_spine_headers(headers, "900000000101");
    (void)answer_format({text, text, text});
    (void)body_format(text, {});
    // Nobody guesses a patient's id.
    if (PatientIds("a secret of this fuzz target").read("Z90001", text))
        std::abort();
}

} // namespace

/// Everything of a GP Connect request but its body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    read_token(text);
    read_path(text);
    read_query(text);
    read_headers(text);
    return 0;
}
