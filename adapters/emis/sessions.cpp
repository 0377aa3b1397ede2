// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/sessions.hpp"

#include "adapters/upstream/deadline.hpp"

#include <boost/asio/post.hpp>

namespace adapters::emis
{

namespace
{

/// Sessions idle longer than this have lapsed at any supplier we know; only then are they dropped to make
/// room.
constexpr std::chrono::minutes idle_limit{20};
constexpr std::size_t kept_sessions = 4096;

bool session_is_lost(const Sessions::Answer& answer)
{
    return !answer && answer.error().kind() == fhir::ErrorKind::session_lost;
}

} // namespace

/// A log-in under way. `outcome` stays empty when its coroutine was cancelled: then one of the waiters starts
/// anew.
struct Sessions::Flight
{
    std::optional<Session> outcome;
    std::vector<std::shared_ptr<Timer>> waiters;
};

struct Sessions::Entry
{
    std::shared_ptr<const AuthSession> session;
    std::shared_ptr<Flight> flight;
    fhir::Instant last_used{};
};

/// Ends a flight however its coroutine ends, cancellation included.
struct Sessions::Landing
{
    Sessions& sessions;
    const std::string& credential;
    std::shared_ptr<Flight> flight;
    ~Landing() { sessions.land(credential, flight); }
};

Sessions::Sessions(const Calls& calls, fhir::OdsCode practice, const Clock& clock)
    : calls_(calls), practice_(std::move(practice)), clock_(clock)
{}

Sessions::~Sessions() = default;

Awaitable<Sessions::Answer> Sessions::send(std::string credential, Operation operation, MakeRequest make,
                                           Budget budget)
{
    auto session = co_await get(credential, budget);
    if (!session)
        co_return std::unexpected(session.error());
    auto answer =
        co_await calls_.send(operation, make((*session)->link_token), (*session)->headers(), budget);
    if (!session_is_lost(answer))
        co_return answer;

    forget(credential, *session);
    session = co_await get(credential, budget);
    if (!session)
        co_return std::unexpected(session.error());
    answer = co_await calls_.send(operation, make((*session)->link_token), (*session)->headers(), budget);
    co_return answer;
}

Awaitable<Sessions::Answer> Sessions::send_without_account(Operation operation, fhir::rest::Request request,
                                                           Budget budget)
{
    auto end_user = co_await start_end_user_session(budget);
    if (!end_user)
        co_return std::unexpected(end_user.error());
    auto answer = co_await calls_.send(operation, request, {*end_user, {}}, budget);
    if (!session_is_lost(answer))
        co_return answer;

    end_user = co_await start_end_user_session(budget);
    if (!end_user)
        co_return std::unexpected(end_user.error());
    answer = co_await calls_.send(operation, request, {*end_user, {}}, budget);
    co_return answer;
}

Awaitable<Sessions::Session> Sessions::get(std::string credential, Budget budget)
{
    auto executor = co_await boost::asio::this_coro::executor;
    for (;;) {
        std::shared_ptr<Flight> flight;
        std::shared_ptr<Timer> waiter;
        {
            const std::lock_guard lock(mutex_);
            auto& entry = entries_[credential];
            entry.last_used = clock_.now();
            if (entry.session)
                co_return entry.session;
            if (entry.flight) {
                waiter = std::make_shared<Timer>(executor, budget.left());
                entry.flight->waiters.push_back(waiter);
            } else {
                entry.flight = std::make_shared<Flight>();
            }
            flight = entry.flight;
        }
        if (!waiter) {
            const Landing landing{*this, credential, flight};
            auto made = co_await log_in(credential, flight, budget);
            co_return made;
        }
        const auto woken = co_await waiter->async_wait(boost::asio::as_tuple(use_awaitable));
        if (!std::get<0>(woken))
            co_return fhir::fail(fhir::ErrorKind::supplier_timeout);
        const std::lock_guard lock(mutex_);
        if (flight->outcome)
            co_return *flight->outcome;
    }
}

Awaitable<Sessions::Session> Sessions::log_in(std::string credential, std::shared_ptr<Flight> flight,
                                              Budget budget)
{
    auto session = co_await log_in_once(credential, budget);
    if (!session && session.error().kind() == fhir::ErrorKind::session_lost)
        session = co_await log_in_once(credential, budget);
    const std::lock_guard lock(mutex_);
    flight->outcome = session;
    co_return session;
}

Awaitable<Sessions::Session> Sessions::log_in_once(std::string credential, Budget budget)
{
    auto end_user = co_await start_end_user_session(budget);
    if (!end_user)
        co_return std::unexpected(end_user.error());
    auto answer = co_await calls_.send(Operation::log_in, log_in_request(credential, practice_),
                                       {*end_user, {}}, budget);
    if (!answer)
        co_return std::unexpected(answer.error());
    const auto body = json_body(*answer);
    if (!body)
        co_return std::unexpected(body.error());
    auto wire = read_session(*body);
    if (!wire)
        co_return std::unexpected(wire.error());
    const bool elsewhere = !wire->link_practice.empty() &&
                           !fhir::rest::equal_ignoring_case(wire->link_practice, practice_.text());
    if (wire->link_token.empty() || elsewhere)
        co_return fhir::fail(fhir::ErrorKind::link_invalid);
    co_return std::make_shared<const AuthSession>(
        AuthSession{std::move(*end_user), std::move(wire->session_id), std::move(wire->link_token)});
}

Awaitable<fhir::Result<std::string>> Sessions::start_end_user_session(Budget budget)
{
    auto answer = co_await calls_.send(Operation::start_session, start_session_request(), {}, budget);
    if (!answer)
        co_return std::unexpected(answer.error());
    const auto body = json_body(*answer);
    if (!body)
        co_return std::unexpected(body.error());
    co_return read_end_user_session(*body);
}

void Sessions::land(const std::string& credential, const std::shared_ptr<Flight>& flight)
{
    const std::lock_guard lock(mutex_);
    auto& entry = entries_[credential];
    entry.flight.reset();
    if (flight->outcome && *flight->outcome)
        entry.session = **flight->outcome;
    for (const auto& waiter : flight->waiters)
        boost::asio::post(waiter->get_executor(), [waiter] { waiter->cancel(); }); // each on its own thread
    flight->waiters.clear();
    make_room();
}

void Sessions::forget(const std::string& credential, const std::shared_ptr<const AuthSession>& lost)
{
    const std::lock_guard lock(mutex_);
    const auto entry = entries_.find(credential);
    if (entry != entries_.end() && entry->second.session == lost)
        entry->second.session.reset();
}

void Sessions::make_room()
{
    if (entries_.size() <= kept_sessions)
        return;
    const auto oldest = clock_.now() - idle_limit;
    std::erase_if(entries_,
                  [&](const auto& each) { return !each.second.flight && each.second.last_used < oldest; });
}

} // namespace adapters::emis
