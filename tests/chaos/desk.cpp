// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/desk.hpp"

#include "tests/chaos/observing.hpp"

namespace chaos
{

using fhir::AppointmentStatus;
using gateway::booking::WriteOutcome;

std::optional<World::Outcome> Desk::create(Deed deed, const std::string& key, std::size_t slot,
                                           std::size_t patient)
{
    const KnownSlot& known = world_.slots.at(slot);
    const auto& person = world_.practices[known.practice]->seed().patients.at(patient);
    return ask(deed, wanted_appointment(known, person, true, deed), nullptr, key);
}

std::optional<World::Outcome> Desk::change(Deed deed, const Stored& from, const std::string& key)
{
    return ask(deed, changed_appointment(from.resource, deed), &from, key);
}

std::optional<World::Outcome> Desk::ask(Deed deed, const fhir::Appointment& wanted, const Stored* from,
                                        const std::string& key)
{
    const std::size_t index = open_observation(world_, deed, "desk", "HUB01");
    Observed& seen = world_.history[index];
    seen.key = key;
    seen.body = fingerprint(json(wanted));
    for (const auto& slot : wanted.slot)
        seen.slots.push_back(slot.reference.value_or("").substr(5));
    if (from != nullptr)
        seen.appointment = from->resource.id.value_or("");
    gateway::booking::WriteContext context{World::caller("desk", "HUB01"),
                                           "request-" + std::to_string(index),
                                           key,
                                           seen.body,
                                           "user",
                                           "A. Receptionist"};
    std::optional<World::Outcome> outcome;
    bool over = false;
    world_.ask<WriteOutcome>(
        [&](Process& process) {
            return from == nullptr
                       ? process.service().book(std::move(context), wanted, std::nullopt)
                       : process.service().update(std::move(context), from->resource.id.value_or(""),
                                                  from->version, wanted);
        },
        [&](const World::Outcome& answer) {
            observe(world_, index, answer);
            outcome.emplace(answer);
            over = true;
        },
        [&] {
            world_.history[index].answered = world_.clock.moment();
            over = true;
        });
    world_.run([&] { return over; });
    return outcome;
}

} // namespace chaos
