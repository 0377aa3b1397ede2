// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/client.hpp"

#include "tests/chaos/observing.hpp"

#include <algorithm>

namespace chaos
{

using fhir::AppointmentStatus;
using fhir::Result;
using gateway::Awaitable;
using Answer = Observed::Answer;

namespace
{

constexpr std::size_t kept_requests = 5; ///< to be sent again
constexpr std::size_t most_found = 40;

} // namespace

Client::Client(World& world, Habits habits, Dice dice, std::size_t& left)
    : world_(world), habits_(std::move(habits)), dice_(dice), left_(left)
{}

void Client::go_on()
{
    if (left_ == 0) {
        idle_ = true;
        return;
    }
    --left_;
    idle_ = false;
    draw();
}

void Client::rest()
{
    world_.agenda.after(milliseconds(dice_.roll(static_cast<std::uint64_t>(habits_.think.count()) * 2) + 1),
                        [this] { go_on(); });
}

void Client::draw()
{
    if (!read_next_.empty()) {
        look_at(std::exchange(read_next_, {}));
        return;
    }
    if (dice_.percent(habits_.wait_percent)) {
        dice_.one_in(3) ? change(Deed::decline) : wait();
        return;
    }
    const auto roll = dice_.roll(100);
    if (roll < 24)
        create(Deed::book);
    else if (roll < 36)
        create(Deed::hold);
    else if (roll < 46)
        change(Deed::book_hold);
    else if (roll < 62)
        change(Deed::cancel);
    else if (roll < 66)
        change(Deed::amend);
    else if (roll < 73)
        move();
    else if (roll < 83)
        repeat();
    else if (roll < 92)
        look();
    else if (roll < 97)
        find();
    else
        look_up_slots();
}

/// Some slots are wanted by everybody, and half of the time a client looks before it asks.
const KnownSlot& Client::some_slot()
{
    const auto count = world_.slots.size();
    const bool looks = dice_.percent(50);
    for (int tries = 0; looks && tries < 6; ++tries) {
        const KnownSlot& slot = dice_.pick(world_.slots);
        const auto book = world_.practices[slot.practice]->book();
        const auto row = std::ranges::find(book, slot.key, &adapters::simulation::BookRow::slot_key);
        if (row != book.end() && row->status == "free")
            return slot;
    }
    return world_.slots[std::min(dice_.roll(count), dice_.roll(count))];
}

gateway::booking::WriteContext Client::context(const std::string& key, const std::string& body)
{
    return {World::caller(habits_.id, habits_.organisation), "request", key, body, "user", "A. Receptionist"};
}

void Client::create(Deed deed)
{
    const KnownSlot& slot = some_slot();
    Sent sent;
    sent.deed = deed;
    const auto& person = dice_.pick(world_.practices[slot.practice]->seed().patients);
    sent.wanted = wanted_appointment(slot, person, dice_.percent(70), deed);
    sent.practice = world_.practices[slot.practice]->seed().ods;
    sent.slots = {slot.id};
    if (const auto* second = dice_.percent(habits_.several_percent) ? next_to(slot) : nullptr) {
        sent.wanted = over_both(std::move(sent.wanted), *second);
        sent.slots.push_back(second->id);
    }
    if (dice_.percent(60))
        sent.key = "key-" + std::to_string(++keys_);
    if (dice_.percent(15)) {
        sent.if_none_exist.emplace();
        sent.if_none_exist->system = "https://hub.example/booking";
        sent.if_none_exist->code = "own-" + std::to_string(dice_.roll(keys_ + 2));
    }
    send(std::move(sent));
}

const KnownSlot* Client::next_to(const KnownSlot& slot) const
{
    for (const KnownSlot& other : world_.slots)
        if (other.practice == slot.practice && other.start == slot.end)
            return &other;
    return nullptr;
}

void Client::wait()
{
    const KnownSlot& slot = some_slot();
    const Practice& practice = *world_.practices[slot.practice];
    Sent sent;
    sent.deed = Deed::wait;
    const auto& person = dice_.pick(practice.seed().patients);
    sent.wanted =
        wish_of(wanted_appointment(slot, person, dice_.percent(70), Deed::hold),
                dice_.percent(60) ? practice.seed().ods : "",
                {slot.start - std::chrono::minutes(dice_.roll(30)), slot.end + std::chrono::hours(1)});
    if (dice_.percent(60))
        sent.key = "key-" + std::to_string(++keys_);
    send(std::move(sent));
}

/// The client's appointments of which such a change makes sense; now and then, all of them.
std::vector<const Client::Stored*> Client::standing(Deed deed)
{
    std::vector<const Stored*> fit;
    const bool anything = dice_.one_in(12);
    for (const Stored& stored : appointments_) {
        const auto status = stored.resource.status;
        const bool pending = status == AppointmentStatus::pending;
        const bool booked = status == AppointmentStatus::booked;
        const bool waits = status == AppointmentStatus::waitlist;
        const bool held = deed == Deed::decline
                              ? pending && world_.wishes.contains(*stored.resource.id)
                              : pending && (deed == Deed::book_hold || deed == Deed::cancel);
        if (anything || held || (waits && deed == Deed::cancel) ||
            (booked && deed != Deed::book_hold && deed != Deed::decline))
            fit.push_back(&stored);
    }
    return fit;
}

void Client::move()
{
    const auto fit = standing(Deed::move);
    const KnownSlot& slot = some_slot();
    const Stored* const chosen = fit.empty() ? nullptr : dice_.pick(fit);
    const auto* person =
        chosen == nullptr ? nullptr : patient_of(chosen->resource, *world_.practices[slot.practice]);
    if (person == nullptr) {
        create(Deed::book);
        return;
    }
    Sent sent;
    sent.deed = Deed::move;
    sent.move = move_to(slot, *person, dice_.percent(80));
    sent.appointment = *chosen->resource.id;
    sent.version = chosen->version;
    sent.practice = world_.practices[slot.practice]->seed().ods;
    sent.slots = {slot.id};
    if (dice_.percent(60))
        sent.key = "key-" + std::to_string(++keys_);
    send(std::move(sent));
}

void Client::change(Deed deed)
{
    const auto fit = standing(deed);
    if (fit.empty()) {
        if (deed == Deed::decline)
            look();
        else
            create(deed == Deed::book_hold ? Deed::hold : Deed::book);
        return;
    }
    // Newer ones more often: the older may long be cancelled.
    const Stored& chosen = *fit[fit.size() - 1 - std::min(dice_.roll(fit.size()), dice_.roll(fit.size()))];
    Sent sent;
    sent.deed = deed;
    sent.appointment = *chosen.resource.id;
    sent.version = chosen.version - (dice_.one_in(20) ? 1 : 0);
    sent.practice = chosen.practice_ods;
    sent.wanted = changed_appointment(chosen.resource, deed, "Changed " + std::to_string(dice_.roll(100)));
    if (dice_.percent(50))
        sent.key = "key-" + std::to_string(++keys_);
    send(std::move(sent));
}

/// The same request again, at times with the same key and another body.
void Client::repeat()
{
    if (sent_.empty()) {
        create(Deed::book);
        return;
    }
    Sent again = sent_[sent_.size() - 1 - dice_.roll(sent_.size())];
    if (!again.key.empty() && dice_.one_in(5))
        again.wanted.description = "Another body " + std::to_string(dice_.roll(1000));
    send(std::move(again));
}

void Client::send(Sent sent)
{
    if (sent.if_none_exist && sent.wanted.identifier.empty()) {
        fhir::Identifier own;
        own.system = sent.if_none_exist->system;
        own.value = sent.if_none_exist->code;
        sent.wanted.identifier.push_back(std::move(own));
    }
    sent.body = fingerprint(json(sent.wanted) + std::to_string(sent.version) +
                            (sent.slots.empty() ? "" : sent.slots.front()));
    const std::size_t index = open(sent.deed);
    Observed& seen = world_.history[index];
    seen.key = sent.key;
    seen.body = sent.body;
    seen.practice = sent.practice;
    seen.slots = sent.slots;
    (sent.move ? seen.moved : seen.appointment) = sent.appointment;
    seen.expected = sent.version;
    world_.trace.line("#" + std::to_string(index) + " " + habits_.id + " " + std::string(name_of(sent.deed)) +
                      " " + (sent.slots.empty() ? sent.appointment : sent.slots.front()) +
                      (sent.key.empty() ? "" : " " + sent.key));
    auto asked = context(sent.key, sent.body);
    asked.request_id = "request-" + std::to_string(index);
    const auto number =
        world_.ask<Write>([&](Process& process) { return question(process, sent, std::move(asked)); },
                          [this, index](const Result<Write>& answer) { heard(index, answer); },
                          [this, index] { close(index); });
    sent_.push_back(std::move(sent));
    if (sent_.size() > kept_requests)
        sent_.pop_front();
    may_hang_up(number);
}

Awaitable<Result<Client::Write>> Client::question(Process& process, const Sent& sent,
                                                  gateway::booking::WriteContext context)
{
    auto& service = process.service();
    if (sent.move)
        return service.reschedule(std::move(context), sent.appointment, sent.version, *sent.move);
    if (sent.deed == Deed::book || sent.deed == Deed::hold || sent.deed == Deed::wait)
        return service.book(std::move(context), sent.wanted, sent.if_none_exist);
    return service.update(std::move(context), sent.appointment, sent.version, sent.wanted);
}

void Client::may_hang_up(std::size_t question)
{
    if (dice_.percent(habits_.hang_up_percent))
        world_.agenda.after(milliseconds(dice_.roll(400)), [this, question] { world_.hang_up(question); });
}

void Client::look()
{
    const bool foreign = dice_.one_in(4) || appointments_.empty();
    std::string id;
    if (!foreign)
        id = *dice_.pick(appointments_).resource.id;
    else if (!world_.owners.empty())
        id = std::next(world_.owners.begin(), static_cast<std::ptrdiff_t>(dice_.roll(world_.owners.size())))
                 ->first;
    if (id.empty())
        look_up_slots();
    else
        look_at(std::move(id));
}

void Client::look_at(std::string id)
{
    const bool all = dice_.one_in(4);
    const std::size_t index = open(all ? Deed::history : Deed::read);
    world_.history[index].appointment = id;
    const auto caller = World::caller(habits_.id, habits_.organisation);
    if (!all) {
        world_.ask<Stored>([&](Process& process) { return process.service().read(caller, id); },
                           [this, index](const Result<Stored>& answer) { heard(index, answer); },
                           [this, index] { close(index); });
        return;
    }
    using Versions = std::vector<Stored>;
    world_.ask<Versions>([&](Process& process) { return process.service().history(caller, id); },
                         [this, index](const Result<Versions>& answer) {
                             heard(index, answer ? Result<Stored>(answer->front())
                                                 : std::unexpected(answer.error()));
                         },
                         [this, index] { close(index); });
}

void Client::find()
{
    const std::size_t index = open(Deed::find);
    using Versions = std::vector<Stored>;
    fhir::search::AppointmentQuery query;
    world_.ask<Versions>(
        [&](Process& process) {
            return process.service().search(World::caller(habits_.id, habits_.organisation), query,
                                            most_found);
        },
        [this, index](const Result<Versions>& answer) {
            if (answer && !answer->empty())
                heard(index, Result<Stored>(dice_.pick(*answer)));
            else
                close(index);
        },
        [this, index] { close(index); });
}

void Client::look_up_slots()
{
    const std::size_t index = open(Deed::search);
    using Found = std::shared_ptr<const gateway::search::SlotResult>;
    const bool fresh = dice_.one_in(3);
    const auto question = world_.ask<Found>(
        [&](Process& process) {
            return process.search().find_slots(World::caller(habits_.id, habits_.organisation),
                                               world_.tomorrow, fresh, "request-" + std::to_string(index));
        },
        [this, index](const Result<Found>& answer) {
            world_.trace.line("#" + std::to_string(index) + " <- " +
                              (answer ? std::to_string((*answer)->total) + " slots" : "no answer"));
            close(index);
        },
        [this, index] { close(index); });
    may_hang_up(question);
}

std::size_t Client::open(Deed deed)
{
    return open_observation(world_, deed, habits_.id, habits_.organisation);
}

void Client::close(std::size_t index)
{
    Observed& seen = world_.history[index];
    seen.answered = world_.clock.moment();
    if (seen.answer == Answer::none && seen.deed != Deed::search)
        world_.trace.line("#" + std::to_string(index) + " <- silence");
    rest();
}

void Client::remember(const Stored& stored)
{
    const auto known = std::ranges::find(appointments_, stored.resource.id,
                                         [](const Stored& each) { return each.resource.id; });
    if (known == appointments_.end())
        appointments_.push_back(stored);
    else if (known->version <= stored.version)
        *known = stored;
}

void Client::heard(std::size_t index, const Result<Write>& answer)
{
    observe(world_, index, answer);
    if (answer)
        remember(answer->appointment);
    else if (answer.error().kind() == fhir::ErrorKind::version_conflict)
        read_next_ = world_.history[index].moved.empty() ? world_.history[index].appointment
                                                         : world_.history[index].moved;
    rest();
}

void Client::heard(std::size_t index, const Result<Stored>& answer)
{
    observe(world_, index, answer);
    if (answer && world_.history[index].booked_by == habits_.organisation)
        remember(*answer);
    rest();
}

} // namespace chaos
