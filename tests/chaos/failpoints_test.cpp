// SPDX-License-Identifier: Apache-2.0
// Every effect of every operation with every system fails, or is where the gateway dies: before it and after
// it, one after the other, until the operation gets through untouched.
#include "tests/chaos/desk.hpp"
#include "tests/chaos/final_check.hpp"

#include <gtest/gtest.h>

#include <algorithm>

using namespace chaos;

namespace
{

/// The n-th point after it is armed meets its fate, all others pass.
class NthPoint : public Fates
{
public:
    NthPoint(Fate fate, std::size_t n) : fate_(fate), left_(n) {}
    void arm() { armed_ = true; }
    Fate at(Point point) override
    {
        if (!armed_ || left_ == 0 || --left_ > 0)
            return Fate::go_on;
        hit_ = point;
        return fate_;
    }
    const std::optional<Point>& hit() const { return hit_; }

private:
    const Fate fate_;
    std::size_t left_;
    bool armed_ = false;
    std::optional<Point> hit_;
};

enum class Operation
{
    book,
    book_with_new_link,
    hold,
    book_hold,
    release,
    cancel,
    amend,
    move,
    move_elsewhere
};

struct Case
{
    std::string system;
    Operation operation;
};

std::string_view name_of_operation(Operation operation)
{
    constexpr std::array<std::string_view, 9> names{
        "book", "book_with_new_link", "hold", "book_hold", "release", "cancel", "amend",
        "move", "move_elsewhere"};
    return names[static_cast<std::size_t>(operation)];
}

void PrintTo(const Case& each, std::ostream* out)
{
    *out << name_of_operation(each.operation) << " with " << each.system;
}

std::vector<Case> cases()
{
    using enum Operation;
    std::vector<Case> all;
    for (const auto& system : adapters::supplier_systems()) {
        for (const Operation operation : {book, hold, book_hold, release, cancel, move, move_elsewhere})
            all.push_back({std::string(system.name), operation});
        if (system.capabilities.needs_patient_link)
            all.push_back({std::string(system.name), book_with_new_link});
        if (system.capabilities.amend)
            all.push_back({std::string(system.name), amend});
    }
    return all;
}

/// One world in which one operation meets one misfortune.
class Misfortune
{
public:
    Misfortune(const Case& what, Fate fate, std::size_t n)
        : what_(what), fates_(fate, n), world_(plan(what), fates_)
    {
        using enum Operation;
        const bool of_hold = what.operation == book_hold || what.operation == release;
        const bool creates =
            what.operation == book || what.operation == book_with_new_link || what.operation == hold;
        from_ = slot_of(what.system, 0);
        to_ =
            what.operation == move_elsewhere ? slot_of(next_system(what.system), 0) : slot_of(what.system, 1);
        if (creates)
            return;
        auto made = desk_.create(of_hold ? Deed::hold : Deed::book, "first", from_);
        before_ = made.value().value().appointment;
    }

    std::optional<World::Outcome> operate(const std::string& key = "key")
    {
        using enum Operation;
        switch (what_.operation) {
        case book:
            return desk_.create(Deed::book, key, from_);
        case book_with_new_link:
            return desk_.create(Deed::book, key, from_, 3);
        case hold:
            return desk_.create(Deed::hold, key, from_);
        case book_hold:
            return desk_.change(Deed::book_hold, *before_, key);
        case amend:
            return desk_.change(Deed::amend, *before_, key);
        case move:
        case move_elsewhere:
            return desk_.move(*before_, to_, key);
        case release:
        case cancel:
            return desk_.change(Deed::cancel, *before_, key);
        }
        return std::nullopt;
    }

    /// The appointment has meanwhile been shown as unsettled, and is itself again: read it, and ask anew.
    std::optional<World::Outcome> operate_on_newest()
    {
        const std::string id = before_->resource.id.value_or("");
        before_ = world_.must<gateway::booking::StoredAppointment>(
            [&](Process& process) { return process.service().read(World::caller("desk", "HUB01"), id); });
        return operate("another key");
    }

    NthPoint& fates() { return fates_; }
    World& world() { return world_; }

private:
    static WorldSettings plan(const Case& what)
    {
        WorldSettings settings;
        if (what.operation != Operation::move_elsewhere)
            settings.system = what.system;
        settings.slots_per_practice = 2;
        settings.hold_lifetime = std::chrono::minutes(30);
        return settings;
    }

    static std::string next_system(const std::string& system)
    {
        const auto systems = adapters::supplier_systems();
        const auto at = std::ranges::find(systems, system, &adapters::SupplierSystem::name);
        return std::string(at + 1 == systems.end() ? systems.front().name : (at + 1)->name);
    }
    /// The n-th of the practice with that system.
    std::size_t slot_of(const std::string& system, std::size_t n) const
    {
        for (std::size_t i = 0; i < world_.slots.size(); ++i)
            if (world_.practices[world_.slots[i].practice]->system().name == system && n-- == 0)
                return i;
        throw std::logic_error("no such slot");
    }

    const Case what_;
    NthPoint fates_;
    World world_;
    Desk desk_{world_};
    std::optional<gateway::booking::StoredAppointment> before_;
    std::size_t from_ = 0, to_ = 0;
};

std::string words(const Case& what, Fate fate, std::size_t n, const std::optional<Point>& hit)
{
    std::string text = testing::PrintToString(what) + ", point " + std::to_string(n);
    if (hit)
        text += std::string(fate == Fate::crash ? ": dies " : ": fails ") +
                (hit->after ? "after " : "before ") + std::string(name_of(hit->effect));
    return text;
}

/// What a repeat may hear instead of the appointment: the link's only answer was lost (the practice must
/// reset it).
bool excusable(const fhir::Error& error)
{
    return error.kind() == fhir::ErrorKind::already_linked;
}

class Failpoints : public testing::TestWithParam<Case>
{
protected:
    /// Whether the misfortune came to pass.
    bool survives(Fate fate, std::size_t n)
    {
        Misfortune misfortune(GetParam(), fate, n);
        misfortune.fates().arm();
        const auto first = misfortune.operate();
        const auto hit = misfortune.fates().hit();
        SCOPED_TRACE(words(GetParam(), fate, n, hit));
        if (!hit) {
            EXPECT_TRUE(first && *first) << "untouched, it gets through";
            return false;
        }
        settle(misfortune.world());
        auto again = misfortune.operate();
        if (again && !*again && again->error().kind() == fhir::ErrorKind::version_conflict)
            again = misfortune.operate_on_newest();
        EXPECT_TRUE(again) << "the gateway answers again";
        if (again && !*again)
            EXPECT_TRUE(excusable(again->error())) << again->error().sentence();
        settle(misfortune.world());
        const auto state = look(misfortune.world());
        EXPECT_EQ(judge(misfortune.world(), state), Complaints());
        EXPECT_TRUE(state.waiting.empty()) << "nobody need look";
        return true;
    }

    std::size_t walk(Fate fate)
    {
        std::size_t n = 1;
        while (n < 200 && survives(fate, n))
            ++n;
        EXPECT_LT(n, 200U);
        return n - 1;
    }
};

TEST_P(Failpoints, NothingIsLostOrDoneTwiceWhereverTheGatewayDies)
{
    EXPECT_GE(walk(Fate::crash), 4U);
}

TEST_P(Failpoints, NothingIsLostOrDoneTwiceWhateverFails)
{
    EXPECT_GE(walk(Fate::fail), 4U);
}

INSTANTIATE_TEST_SUITE_P(EveryOperation, Failpoints, testing::ValuesIn(cases()),
                         [](const testing::TestParamInfo<Case>& info) {
                             return info.param.system + "_" +
                                    std::string(name_of_operation(info.param.operation));
                         });

} // namespace
