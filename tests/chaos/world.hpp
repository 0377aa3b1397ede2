// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/booking/service.hpp"
#include "tests/chaos/history.hpp"
#include "tests/chaos/process.hpp"
#include "tests/chaos/work_history.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace chaos
{

/// A slot that the practices offered when the world was new.
struct KnownSlot
{
    std::string id;
    std::size_t practice = 0;
    std::string key; ///< in the practice's book
    fhir::Instant start{};
    fhir::Instant end{};
    std::string schedule; ///< id
};

struct WorldSettings
{
    std::uint64_t seed = 1;
    std::size_t slots_per_practice = 4;
    std::string system; ///< only a practice of this kind; empty: one of each
    bool print = false;
    milliseconds hold_lifetime{60'000};
    bool offers = false, withdrawals = false; ///< whether somebody sees to them
    bool back_office = false;                 ///< tasks, and telling subscribers
    milliseconds watch_every{0};              ///< 0: nobody looks for what practices do themselves
};

/// One gateway, its disk and its practices, in virtual time on one thread. Clients ask through `ask`; `run`
/// lets time pass. The same seed and the same questions give the same history.
class World
{
public:
    using Outcome = fhir::Result<gateway::booking::WriteOutcome>;
    template <class T>
    using Answered = std::function<void(fhir::Result<T>)>;

    World(const WorldSettings& settings, Fates& fates);
    ~World();

    /// Poses a question to the gateway. `answered` hears the answer; `silence` is called instead when the
    /// gateway dies or the answer gets lost. Returns a number by which `hang_up` knows it.
    template <class T>
    std::size_t ask(std::function<gateway::Awaitable<fhir::Result<T>>(Process&)> question,
                    Answered<T> answered, std::function<void()> silence);
    /// The client no longer waits: the request is cancelled as the server would.
    void hang_up(std::size_t question);

    /// Lets things happen until `done`, or until nothing can happen any more.
    void run(const std::function<bool()>& done);
    /// The answer to a question that nothing may disturb.
    template <class T>
    T must(std::function<gateway::Awaitable<fhir::Result<T>>(Process&)> question);

    bool up() const { return process_ != nullptr; }
    Process& process() { return *process_; }
    std::size_t crashes() const { return crashes_; }
    /// What chance decides from now on.
    void set_fates(Fates& fates) { around_.fates = &fates; }

    VirtualClock clock;
    Agenda agenda{clock};
    Trace trace;
    tests::FakeRandom far_random, random; ///< of the practices, of the gateway
    std::vector<std::unique_ptr<Practice>> practices;
    std::vector<std::unique_ptr<Wire>> wires;
    std::unique_ptr<Listeners> listeners;
    std::vector<KnownSlot> slots;
    History history;
    WorkHistory work;
    std::set<std::string> wishes; ///< appointments that were shown to wait
    /// A session that a practice has withdrawn.
    struct Withdrawn
    {
        std::string id, practice, schedule;
        fhir::Interval period{};
        Moment asked{};
        bool ends = false; ///< appointments, not only proposes where they could go
    };
    std::vector<Withdrawn> withdrawals;
    std::map<std::string, std::string> owners; ///< organisation that was given the appointment
    fhir::search::SlotQuery tomorrow;
    gateway::booking::ServiceSettings booking;

    bool has_back_office() const { return duties_.back_office; }
    /// Whatever called for a task so far.
    std::vector<gateway::store::WantedTask> calls() const { return disk_.calls(); }
    const Disk& disk() const { return disk_; }

    static gateway::identity::Caller caller(const std::string& client, const std::string& organisation);

private:
    struct Open
    {
        std::function<void()> silence;
        std::shared_ptr<boost::asio::cancellation_signal> signal;
    };

    void start();
    void bury();
    bool step();
    void learn_slots();
    /// Whether the answer reaches its client; takes the question off the list.
    bool delivered(std::size_t question);
    void close(std::size_t question);

    gateway::observability::Metrics metrics_;
    const Process::Duties duties_;
    Surroundings around_;
    Disk disk_;
    std::vector<gateway::policy::Federation> federations_;
    std::unique_ptr<Process> process_;
    bool dying_ = false;
    std::size_t crashes_ = 0;
    std::map<std::size_t, Open> open_;
    /// Asio passes a cancellation on through the event loop, so a signal lives as long as the loop does.
    std::vector<std::shared_ptr<boost::asio::cancellation_signal>> given_;
    std::size_t asked_ = 0;
};

template <class T>
std::size_t World::ask(std::function<gateway::Awaitable<fhir::Result<T>>(Process&)> question,
                       Answered<T> answered, std::function<void()> silence)
{
    const std::size_t number = ++asked_;
    if (!process_) {
        agenda.after(milliseconds(1), std::move(silence));
        return number;
    }
    auto signal = std::make_shared<boost::asio::cancellation_signal>();
    open_.emplace(number, Open{std::move(silence), signal});
    auto done = [this, number, answered = std::move(answered)](const std::exception_ptr& failure,
                                                               fhir::Result<T> answer) {
        if (open_.contains(number) && failure)
            std::rethrow_exception(failure);
        if (!open_.contains(number) || !delivered(number))
            return;
        answered(std::move(answer));
    };
    boost::asio::co_spawn(process_->context(), question(*process_),
                          boost::asio::bind_cancellation_slot(signal->slot(), std::move(done)));
    return number;
}

template <class T>
T World::must(std::function<gateway::Awaitable<fhir::Result<T>>(Process&)> question)
{
    std::optional<fhir::Result<T>> result;
    bool silent = false;
    ask<T>(
        std::move(question), [&](fhir::Result<T> answer) { result.emplace(std::move(answer)); },
        [&] { silent = true; });
    run([&] { return result || silent; });
    if (!result || !*result)
        throw std::runtime_error(result ? result->error().sentence() : "the gateway said nothing");
    return std::move(**result);
}

} // namespace chaos
