// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/chaos/dice.hpp"
#include "tests/chaos/world.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace chaos
{

/// One consumer: asks, thinks, asks again; remembers its appointments and its last requests, hangs up at
/// times and repeats itself.
class Client
{
public:
    struct Habits
    {
        std::string id;
        std::string organisation;
        std::uint64_t hang_up_percent = 0;
        std::uint64_t wait_percent = 0;    ///< of questions that put somebody on the waiting list
        std::uint64_t several_percent = 0; ///< of bookings over two slots
        milliseconds think{1500};
    };
    Client(World& world, Habits habits, Dice dice, std::size_t& left);

    /// Asks the next question, and goes on by itself until none is left.
    void go_on();
    bool idle() const { return idle_; }

private:
    using Write = gateway::booking::WriteOutcome;
    using Stored = gateway::booking::StoredAppointment;
    /// A write as it was sent, to be sent again.
    struct Sent
    {
        Deed deed = Deed::book;
        std::string key, body;
        fhir::Appointment wanted;
        std::string appointment; ///< of an update or a move
        std::optional<gateway::booking::Move> move;
        std::int64_t version = 0;
        std::vector<std::string> slots;
        std::string practice;
        std::optional<fhir::search::TokenValue> if_none_exist;
    };

    void draw();
    void create(Deed deed);
    void change(Deed deed);
    void move();
    void wait();
    const KnownSlot* next_to(const KnownSlot& slot) const;
    std::vector<const Stored*> standing(Deed deed);
    gateway::Awaitable<fhir::Result<Write>> question(Process& process, const Sent& sent,
                                                     gateway::booking::WriteContext context);
    void repeat();
    void look();
    void look_at(std::string id);
    void look_up_slots();
    void find();
    void send(Sent sent);
    void rest();

    std::size_t open(Deed deed);
    void close(std::size_t index);
    void heard(std::size_t index, const fhir::Result<Write>& answer);
    void heard(std::size_t index, const fhir::Result<Stored>& answer);
    void remember(const Stored& stored);
    void may_hang_up(std::size_t question);

    gateway::booking::WriteContext context(const std::string& key, const std::string& body);
    const KnownSlot& some_slot();

    World& world_;
    const Habits habits_;
    Dice dice_;
    std::size_t& left_;
    std::vector<Stored> appointments_; ///< as seen last
    std::deque<Sent> sent_;            ///< the last ones
    std::string read_next_;            ///< an appointment that has changed behind this client's back
    std::size_t keys_ = 0;
    bool idle_ = true;
};

} // namespace chaos
