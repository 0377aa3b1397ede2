// SPDX-License-Identifier: Apache-2.0
#include "fhir/bars/names.hpp"
#include "fhir/model/bundle.hpp"
#include "fhir/model/id.hpp"
#include "fhir/model/nhs_number.hpp"
#include "fhir/search/appointment_query.hpp"
#include "gateway/faces/bars/appointment_search.hpp"
#include "gateway/faces/bars/appointment_shape.hpp"
#include "gateway/faces/bars/errors.hpp"
#include "gateway/faces/bars/handlers.hpp"
#include "gateway/faces/bars/ids.hpp"
#include "gateway/faces/bars/written.hpp"

namespace gateway::faces::bars
{

namespace
{

using booking::StoredAppointment;
using fhir::ErrorKind;

/// The self link says nothing of whom was asked for.
fhir::Bundle appointment_bundle(const Call& call, const Services& services,
                                const std::vector<StoredAppointment>& found)
{
    fhir::Bundle bundle;
    bundle.id = adapters::new_uuid(services.clock, services.random);
    bundle.meta.emplace().profile.emplace_back(std::string(fhir::bars::profile::uk_core) + "Bundle");
    bundle.meta->last_updated = services.clock.now();
    bundle.timestamp = services.clock.now();
    bundle.total = fhir::UnsignedInt{static_cast<std::int32_t>(found.size())};
    bundle.link.emplace_back();
    bundle.link.back().relation = "self";
    bundle.link.back().url = fhir::Uri(call.base_url + "/Appointment");
    const auto add = [&](std::string url, fhir::AnyResource resource, fhir::SearchEntryMode mode) {
        fhir::BundleEntry& entry = bundle.entry.emplace_back();
        entry.full_url = fhir::Uri(std::move(url));
        entry.resource = std::move(resource);
        entry.search.emplace().mode = mode;
    };
    for (const StoredAppointment& each : found)
        add("urn:uuid:" + each.resource.id.value_or(""), shown_appointment(each),
            fhir::SearchEntryMode::match);
    if (found.empty())
        add(urn_of("nothing/" + *bundle.id),
            note_of("No booking of yours with this service fits.", fhir::IssueSeverity::information),
            fhir::SearchEntryMode::outcome);
    return bundle;
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
        return !is_own_booking(call, each) || !is_of_person(each.resource, search->person);
    });
    co_return written(appointment_bundle(call, services, *found));
}

} // namespace gateway::faces::bars
