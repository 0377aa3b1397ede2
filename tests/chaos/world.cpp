// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/world.hpp"

#include "gateway/observability/log.hpp"

#include <algorithm>

namespace chaos
{

namespace
{

const std::vector<std::string>& consumers()
{
    static const std::vector<std::string> organisations{"HUB01", "HUB02", "OOH01"};
    return organisations;
}

gateway::booking::ServiceSettings booking_settings(const WorldSettings& world)
{
    using std::chrono::seconds;
    gateway::booking::ServiceSettings settings;
    settings.public_base = "https://gateway.example.net/fhir/R4";
    settings.hold_lifetime = world.hold_lifetime;
    settings.watch_every = world.watch_every;
    settings.waitlist_every = seconds(10);
    settings.offer_lifetime = seconds(20);
    settings.doubt_claims_after = seconds(20);
    settings.hold_quota = 6;
    settings.attempts_allowed = 12;
    settings.settle_delays = {seconds(1), seconds(4), seconds(10), seconds(15), seconds(30), seconds(60)};
    return settings;
}

} // namespace

World::World(const WorldSettings& settings, Fates& fates)
    : trace(clock, settings.print), far_random(settings.seed * 2 + 1), random(settings.seed * 2 + 2),
      practices(make_practices(clock, far_random, settings.slots_per_practice, settings.system)),
      booking(booking_settings(settings)),
      duties_{settings.offers, settings.withdrawals, settings.back_office},
      around_{clock, agenda, trace, &fates, [this] {
                  trace.line("the gateway dies");
                  dying_ = true;
                  process_->context().stop();
              }}
{
    gateway::observability::set_level(gateway::observability::Level::error); // it has a thread of its own
    gateway::observability::set_output([](std::string_view) {});
    listeners = std::make_unique<Listeners>(around_);
    gateway::policy::Federation federation{"north", {}, {}};
    for (auto& practice : practices) {
        wires.push_back(std::make_unique<Wire>(*practice, around_));
        federation.practices.push_back(fhir::OdsCode::parse(practice->seed().ods).value());
    }
    for (const auto& consumer : consumers())
        federation.consumers.push_back(fhir::OdsCode::parse(consumer).value());
    federations_.push_back(std::move(federation));
    start();
    disk_.take_notes();
    learn_slots();
}

World::~World()
{
    bury();
}

gateway::identity::Caller World::caller(const std::string& client, const std::string& organisation)
{
    return {client, *fhir::OdsCode::parse(organisation), "Hub " + organisation, {}, "0113 496 0000", {}, {}};
}

void World::start()
{
    const milliseconds skew(static_cast<std::int64_t>(crashes_ * 700 % 3000));
    process_ = std::make_unique<Process>(Process::Parts{around_, disk_, practices, wires, *listeners, random,
                                                        metrics_, federations_, booking, duties_, skew});
}

/// Coroutines go before what they lean on. Whoever waited hears nothing.
void World::bury()
{
    process_.reset();
    given_.clear();
    dying_ = false;
    auto open = std::exchange(open_, {});
    for (auto& [number, question] : open)
        question.silence();
}

/// Some patients have booked through this gateway before, so it holds their links.
void World::learn_slots()
{
    std::vector<gateway::store::LinkRecord> links;
    for (const auto& practice : practices)
        for (std::size_t n = 0; n < 3; ++n) {
            const auto& number = practice->seed().patients[n].nhs_number;
            if (const auto link = practice->link_of(number); !link.empty())
                links.push_back({practice->seed().ods, number, link});
        }
    (void)must<bool>([&](Process& process) -> gateway::Awaitable<fhir::Result<bool>> {
        auto saved = co_await process.store().save_patient_links(links);
        co_return saved.has_value();
    });
    const auto raw =
        std::vector<fhir::search::RawParameter>{{"start", "ge2026-11-24"}, {"start", "lt2026-11-25"}};
    tomorrow = fhir::search::parse_slot_query(raw, fhir::search::Handling::strict, nullptr).value();
    using Result = std::shared_ptr<const gateway::search::SlotResult>;
    const auto found = must<Result>([&](Process& process) {
        return process.search().find_slots(caller("scout", consumers().front()), tomorrow, true, "scout");
    });
    for (const auto& hit : found->page(0, found->total)) {
        const auto& slot = hit.slot->slot();
        const std::string ods = slot.id->substr(0, slot.id->find('.'));
        const auto owner =
            std::ranges::find_if(practices, [&](const auto& p) { return p->seed().ods == ods; });
        KnownSlot known{*slot.id, static_cast<std::size_t>(owner - practices.begin()),    {}, slot.start,
                        slot.end, slot.schedule.reference.value_or("Schedule/").substr(9)};
        for (const auto& row : (*owner)->book())
            if (row.start == slot.start)
                known.key = row.slot_key;
        slots.push_back(std::move(known));
    }
    std::ranges::sort(slots, {}, &KnownSlot::id);
}

void World::close(std::size_t question)
{
    open_.erase(question);
}

bool World::delivered(std::size_t question)
{
    const Fate fate = around_.fates->at({Effect::answer, false});
    if (fate == Fate::crash) {
        around_.crash();
        return false;
    }
    auto silence = std::move(open_.at(question).silence);
    close(question);
    if (fate == Fate::fail) {
        silence();
        return false;
    }
    if (around_.fates->at({Effect::answer, true}) == Fate::crash)
        around_.crash();
    return true;
}

void World::hang_up(std::size_t question)
{
    const auto found = open_.find(question);
    if (found == open_.end())
        return;
    auto open = std::move(found->second);
    open_.erase(found);
    given_.push_back(open.signal);
    open.signal->emit(boost::asio::cancellation_type::terminal);
    open.silence();
}

/// One round: the gateway does what it can do now, then the world, and when nobody can, time moves on. False
/// when there is nothing to wait for.
bool World::step()
{
    clock.forget_timers();
    std::size_t progress = 0;
    if (process_) {
        process_->context().restart();
        progress = process_->context().poll();
        if (dying_) {
            ++crashes_;
            bury();
            agenda.after(milliseconds(500), [this] {
                trace.line("the gateway starts");
                start();
            });
            return true;
        }
    }
    if (agenda.run_one() || progress > 0)
        return true;
    auto next = clock.next_timer();
    if (next == Moment::max())
        next.reset();
    if (const auto planned = agenda.next(); planned && (!next || *planned < *next))
        next = planned;
    if (!next)
        return false;
    clock.move_to(*next);
    return true;
}

void World::run(const std::function<bool()>& done)
{
    while (!done())
        if (!step())
            return;
}

} // namespace chaos
