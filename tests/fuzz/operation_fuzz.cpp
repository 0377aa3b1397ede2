// SPDX-License-Identifier: Apache-2.0
#include "fhir/rest/message.hpp"
#include "fhir/search/slot_query.hpp"
#include "gateway/faces/context.hpp"
#include "gateway/faces/r4/find_request.hpp"
#include "gateway/faces/r4/named_appointment.hpp"
#include "gateway/faces/r4/proposal.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace gateway::faces;

namespace
{

const fhir::OdsCode hub = *fhir::OdsCode::parse("ZZ901");

const Route& route_of(std::string_view path)
{
    return *std::ranges::find_if(
        r4_routes(), [&](const Route& route) { return route.path == path && route.method == "POST"; });
}

/// Whatever is wrong is said with its place.
void must_name_place(const fhir::Error& error)
{
    if (error.path().empty() && error.kind() == fhir::ErrorKind::required)
        std::abort();
}

void call(std::string_view path, Context context)
{
    context.destination.route = &route_of(path);
    const auto read = r4::OperationCall::read(context);
    if (!read)
        return must_name_place(read.error());
    (void)r4::named_appointment(*read);
    (void)r4::patient_of(*read);
    const auto wanted = path.ends_with("$find") ? r4::find_request(*read) : fhir::fail(fhir::ErrorKind::gone);
    if (wanted)
        (void)fhir::search::parse_slot_query(wanted->slots, fhir::search::Handling::strict, nullptr);
}

} // namespace

/// Calls of $find, $hold and $book as bodies and as queries, and ids of proposals: no id is taken for a
/// proposal that was not made with this key.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    Context body;
    body.request.method = "POST";
    body.request.body = bytes;
    for (const std::string_view path :
         {"[base]/Appointment/$find", "[base]/Appointment/$hold", "[base]/Appointment/$book"})
        call(path, body);
    Context query;
    query.request.method = "GET";
    if (const auto pairs = fhir::rest::parse_query(bytes))
        for (const auto& [name, value] : *pairs)
            query.parameters.push_back({name, value});
    call("[base]/Appointment/$find", std::move(query));

    const r4::Proposals proposals("a secret");
    if (const auto proposal = proposals.read(bytes, hub))
        if (proposals.id_of(proposal->slot_id, hub, proposal->until) != bytes)
            std::abort();
    return 0;
}
