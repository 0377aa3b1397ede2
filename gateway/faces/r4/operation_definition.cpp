// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json.hpp"
#include "gateway/faces/context.hpp"
#include "gateway/faces/operations.hpp"
#include "gateway/faces/r4/answers.hpp"
#include "gateway/faces/r4/handlers.hpp"
#include "gateway/faces/r4_face.hpp"
#include "gateway/faces/routes.hpp"
#include "gateway/identity/crypto.hpp"

#include <algorithm>

namespace gateway::faces::r4
{

namespace
{

/// The operation with that definition, if it is served.
const Operation* served_operation(std::string_view id)
{
    for (const Route& route : r4_routes())
        if (const Operation* operation = route.handle ? operation_of(route) : nullptr)
            if (definition_id(*operation) == id)
                return operation;
    return nullptr;
}

} // namespace

Answered read_operation_definition(const Context& context, const R4Services& services)
{
    const Operation* operation = served_operation(context.destination.id);
    if (!operation)
        co_return fhir::fail(fhir::ErrorKind::not_found, "No operation with this definition is offered.");
    std::string json = fhir::codec::to_json(definition_of(*operation, services.settings.public_base_url));
    std::string version = identity::to_hex(identity::sha256(json)).substr(0, 16);
    auto answer = read_answer(context, {std::move(json), std::move(version), services.settings.started});
    if (answer)
        answer->cacheable = true;
    co_return answer;
}

} // namespace gateway::faces::r4
