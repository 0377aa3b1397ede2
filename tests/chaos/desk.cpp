// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/desk.hpp"

#include "tests/chaos/observing.hpp"

namespace chaos
{

using gateway::booking::Service;
using gateway::booking::WriteContext;
using gateway::booking::WriteOutcome;

namespace
{

Observed about(Deed deed, const std::string& key, const std::string& body)
{
    Observed seen;
    seen.deed = deed;
    seen.key = key;
    seen.body = fingerprint(body);
    return seen;
}

} // namespace

std::optional<World::Outcome> Desk::create(Deed deed, const std::string& key, std::size_t slot,
                                           std::size_t patient)
{
    const KnownSlot& known = world_.slots.at(slot);
    const auto& person = world_.practices[known.practice]->seed().patients.at(patient);
    const auto wanted = wanted_appointment(known, person, true, deed);
    Observed seen = about(deed, key, json(wanted));
    seen.slots = {known.id};
    return ask(std::move(seen), [&](Service& service, WriteContext context) {
        return service.book(std::move(context), wanted, std::nullopt);
    });
}

std::optional<World::Outcome> Desk::change(Deed deed, const Stored& from, const std::string& key)
{
    const auto wanted = changed_appointment(from.resource, deed);
    Observed seen = about(deed, key, json(wanted));
    seen.appointment = from.resource.id.value_or("");
    seen.expected = from.version;
    return ask(std::move(seen), [&](Service& service, WriteContext context) {
        return service.update(std::move(context), from.resource.id.value_or(""), from.version, wanted);
    });
}

std::optional<World::Outcome> Desk::move(const Stored& from, std::size_t slot, const std::string& key)
{
    const KnownSlot& known = world_.slots.at(slot);
    const auto* person = patient_of(from.resource, *world_.practices[known.practice]);
    const auto wanted = move_to(known, *person, true);
    Observed seen = about(Deed::move, key, known.id + json(from.resource));
    seen.slots = {known.id};
    seen.moved = from.resource.id.value_or("");
    return ask(std::move(seen), [&](Service& service, WriteContext context) {
        return service.reschedule(std::move(context), from.resource.id.value_or(""), from.version, wanted);
    });
}

std::optional<World::Outcome> Desk::ask(Observed seen, const Question& question)
{
    const std::size_t index = world_.history.size();
    seen.number = index;
    seen.client = "desk";
    seen.organisation = "HUB01";
    seen.asked = world_.clock.moment();
    WriteContext context{World::caller("desk", "HUB01"),
                         "request-" + std::to_string(index),
                         seen.key,
                         seen.body,
                         "user",
                         "A. Receptionist"};
    world_.history.push_back(std::move(seen));
    std::optional<World::Outcome> outcome;
    bool over = false;
    world_.ask<WriteOutcome>(
        [&](Process& process) { return question(process.service(), std::move(context)); },
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
