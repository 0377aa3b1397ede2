// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/id.hpp"
#include "fhir/model/nhs_number.hpp"
#include "fhir/search/appointment_query.hpp"
#include "gateway/faces/bars/appointment_search.hpp"
#include "gateway/faces/bars/appointment_shape.hpp"
#include "gateway/faces/bars/found_bundle.hpp"
#include "gateway/faces/bars/handlers.hpp"
#include "gateway/faces/bars/written.hpp"

namespace gateway::faces::bars
{

namespace
{

using booking::StoredAppointment;
using fhir::ErrorKind;

fhir::Bundle appointment_bundle(const Call& call, const Services& services,
                                const std::vector<StoredAppointment>& found)
{
    std::vector<std::pair<std::string, fhir::AnyResource>> shown;
    for (const StoredAppointment& each : found)
        shown.emplace_back(each.resource.id.value_or(""), shown_appointment(each));
    return found_bundle(call, services, "Appointment", std::move(shown),
                        "No booking of yours with this service fits.");
}

} // namespace

Answered read_appointment(const Call& call, const Services& services)
{
    const std::string id = call.path.substr(call.path.rfind('/') + 1);
    if (!fhir::is_uuid(id))
        co_return fhir::fail(ErrorKind::value_invalid, "Ids of appointments are UUIDs.", "Appointment.id");
    auto stored = co_await services.booking.read(*call.caller, id);
    if (!stored && stored.error().kind() != ErrorKind::not_found)
        co_return std::unexpected(stored.error());
    const auto ods = stored ? fhir::OdsCode::parse(stored->practice_ods) : std::nullopt;
    if (!ods || !call.service->covers(*ods))
        co_return fhir::fail(ErrorKind::appointment_not_found,
                             "The service has no appointment of that id that you may see.", "Appointment.id");
    call.audited.saw(*stored);
    co_return written(shown_appointment(*stored));
}

Answered find_appointments(const Call& call, const Services& services)
{
    auto search = read_appointment_search(call);
    if (!search)
        co_return std::unexpected(search.error());
    // More than the booking service looks through: names are compared here, and a cut list would lose
    // somebody.
    constexpr std::size_t most = 10'000;
    auto found = co_await services.booking.search(*call.caller, std::move(search->query), most);
    if (!found)
        co_return std::unexpected(found.error());
    std::erase_if(*found, [&](const StoredAppointment& each) {
        return !is_own_booking(call, each) || !is_of_person(each.resource.contained, search->person);
    });
    for (const auto& each : *found)
        call.audited.saw(each);
    co_return written(appointment_bundle(call, services, *found));
}

} // namespace gateway::faces::bars
