// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/client.hpp"
#include "adapters/fhir_r4/errors.hpp"
#include "adapters/fhir_r4/queries.hpp"

#include <algorithm>
#include <array>

namespace adapters::fhir_r4
{

namespace
{

using fhir::Error;
using fhir::ErrorKind;

/// FHIR R4, AppointmentStatus: the others are wishes, or over without anybody having come.
constexpr std::array<std::string_view, 5> occupying{"booked", "pending", "arrived", "checked-in",
                                                    "fulfilled"};

bool occupies(const Node& resource)
{
    return is_resource(resource, "Appointment") &&
           std::ranges::find(occupying, view_of(resource, "status")) != occupying.end();
}

/// The slot as it was offered: free, and at that time.
bool is_as_offered(const Node& tree, const SlotKey& slot)
{
    const auto start = fhir::parse_instant(view_of(tree, "start"));
    const auto end = fhir::parse_instant(view_of(tree, "end"));
    return view_of(tree, "status") == "free" && start && end && start == fhir::parse_instant(slot.start) &&
           end == fhir::parse_instant(slot.end);
}

std::unexpected<Error> gone(std::size_t index)
{
    return std::unexpected(
        Error(ErrorKind::slot_unavailable).at("Appointment.slot[" + std::to_string(index) + "]"));
}

} // namespace

Awaitable<fhir::Result<std::set<std::string>>> Client::taken_slots(fhir::Interval window, Abilities can,
                                                                   Provenance provenance)
{
    if (!can.appointment.can("search-type") || !can.appointment.knows("date"))
        co_return fhir::fail(ErrorKind::not_supported_by_practice,
                             "The practice's system neither marks booked slots nor lets appointments be "
                             "searched by date.");
    Message message{Interaction::search_appointments, "GET", appointments_query(window)};
    message.operation = "find_slots";
    auto found = co_await collect(std::move(message), std::move(provenance));
    if (!found)
        co_return std::unexpected(found.error());
    // Half of them would offer what is booked.
    if (!found->complete)
        co_return std::unexpected(unreadable(Interaction::search_appointments, "list cannot be followed"));
    std::set<std::string> taken;
    for (const auto* resource : found->resources)
        if (occupies(*resource))
            for (auto& slot : wire::slots_of(*resource, ids_))
                taken.insert(std::move(slot));
    co_return taken;
}

Awaitable<fhir::Result<r4::SlotBundle>> Client::without_taken(r4::SlotBundle bundle, fhir::Interval window,
                                                              Abilities can, Provenance provenance)
{
    if (setting("keeps_slots") != "no")
        co_return bundle;
    auto taken = co_await taken_slots(window, std::move(can), std::move(provenance));
    if (!taken)
        co_return std::unexpected(taken.error());
    std::erase_if(bundle.slots,
                  [&](const r4::SlotEntry& slot) { return taken->contains(text_of(*slot.tree, "id")); });
    co_return bundle;
}

Awaitable<fhir::Result<void>> Client::check_free(std::vector<SlotKey> slots, Abilities can,
                                                 Provenance provenance)
{
    for (std::size_t i = 0; i < slots.size() && can.slot.can("read"); ++i) {
        auto unchanged = co_await check_unchanged(slots[i], provenance);
        if (!unchanged && unchanged.error().kind() == ErrorKind::slot_unavailable)
            co_return gone(i);
        if (!unchanged)
            co_return unchanged;
    }
    if (setting("keeps_slots") != "no")
        co_return fhir::Result<void>();
    const fhir::Interval window{*fhir::parse_instant(slots.front().start),
                                *fhir::parse_instant(slots.back().end)};
    auto taken = co_await taken_slots(window, std::move(can), std::move(provenance));
    if (!taken)
        co_return std::unexpected(taken.error());
    for (std::size_t i = 0; i < slots.size(); ++i)
        if (taken->contains(slots[i].slot))
            co_return gone(i);
    co_return fhir::Result<void>();
}

Awaitable<fhir::Result<void>> Client::check_unchanged(SlotKey slot, Provenance provenance)
{
    Message message{Interaction::read_slot, "GET", "Slot/" + slot.slot};
    message.operation = "book";
    auto response = co_await exchange_.send(std::move(message), std::move(provenance));
    if (!response)
        co_return std::unexpected(response.error());
    auto tree = wire::read_tree(response->body.view());
    if (!tree || !is_resource(tree->root(), "Slot"))
        co_return std::unexpected(unreadable(Interaction::read_slot, "not the Slot asked for"));
    if (!is_as_offered(tree->root(), slot))
        co_return fhir::fail(ErrorKind::slot_unavailable);
    co_return fhir::Result<void>();
}

} // namespace adapters::fhir_r4
