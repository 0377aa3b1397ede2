// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/handlers.hpp"
#include "gateway/faces/gpconnect/identifier_search.hpp"
#include "gateway/faces/gpconnect/names.hpp"
#include "gateway/faces/gpconnect/practice_slots.hpp"
#include "gateway/faces/gpconnect/profiles.hpp"
#include "gateway/faces/gpconnect/wire.hpp"

// Practitioners, organisations and locations: those that the practice's sessions name.
namespace gateway::faces::gpconnect
{

namespace
{

template <class T>
Reply resource_reply(const Call& call, const T& resource)
{
    Reply reply;
    reply.version = resource.meta->version_id.value_or("");
    write(call.answer, resource, reply.body);
    return reply;
}

Reply bundle_reply(const Call& call, const fhir::Bundle& bundle)
{
    Reply reply;
    write(call.answer, bundle, reply.body);
    return reply;
}

/// An id of this face begins with the code of the practice in the path.
bool is_of_practice(const Call& call)
{
    return call.id.starts_with(call.ods() + ".");
}

} // namespace

Answered search_practitioner(const Call& call, const GpConnectServices& services)
{
    const auto user = read_identifier(call, names::sds_user_system);
    if (!user)
        co_return std::unexpected(user.error());
    auto book = co_await practice_book(call, services);
    if (!book)
        co_return std::unexpected(book.error());
    fhir::Bundle bundle = searchset();
    if (*book)
        for (const auto& [id, practitioner] : (*book)->practitioners)
            if (fhir::identifier_value(practitioner->identifier, names::sds_user_system) == *user)
                add_entry(bundle, to_profile(*practitioner));
    co_return bundle_reply(call, bundle);
}

Answered read_practitioner(const Call& call, const GpConnectServices& services)
{
    constexpr std::string_view unknown = "PRACTITIONER_NOT_FOUND";
    if (!is_of_practice(call))
        co_return not_found(unknown, "No practitioner has this id");
    auto book = co_await services.search.book_with(*call.consumer, "Practitioner", call.id);
    if (!book && book.error().kind() == fhir::ErrorKind::not_found)
        co_return not_found(unknown, "No practitioner has this id");
    if (!book)
        co_return std::unexpected(refusal_of(book.error()));
    co_return resource_reply(call, to_profile(*search::find((*book)->practitioners, call.id)));
}

Answered search_organization(const Call& call, const GpConnectServices& services)
{
    const auto code = read_identifier(call, names::ods_system);
    if (!code)
        co_return std::unexpected(code.error());
    fhir::Bundle bundle = searchset();
    if (*code != call.ods())
        co_return bundle_reply(call, bundle);
    auto book = co_await practice_book(call, services);
    add_entry(bundle, to_profile(*call.practice, book ? book->get() : nullptr));
    co_return bundle_reply(call, bundle);
}

Answered read_organization(const Call& call, const GpConnectServices& services)
{
    if (call.id != organization_id(call.ods()))
        co_return not_found("ORGANISATION_NOT_FOUND", "No organisation has this id");
    auto book = co_await practice_book(call, services);
    co_return resource_reply(call, to_profile(*call.practice, book ? book->get() : nullptr));
}

Answered read_location(const Call& call, const GpConnectServices& services)
{
    constexpr std::string_view unknown = "NO_RECORD_FOUND";
    if (call.id == main_location_id(call.ods()))
        co_return resource_reply(call, main_location(*call.practice));
    if (!is_of_practice(call))
        co_return not_found(unknown, "No location has this id");
    auto book = co_await services.search.book_with(*call.consumer, "Location", call.id);
    if (!book && book.error().kind() == fhir::ErrorKind::not_found)
        co_return not_found(unknown, "No location has this id");
    if (!book)
        co_return std::unexpected(refusal_of(book.error()));
    co_return resource_reply(call, to_profile(*search::find((*book)->locations, call.id), call.ods()));
}

} // namespace gateway::faces::gpconnect
