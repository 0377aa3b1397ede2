// SPDX-License-Identifier: Apache-2.0
#include "adapters/tpp/sessions.hpp"

#include "adapters/upstream/deadline.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace adapters::tpp
{

using fhir::ErrorKind;
using fhir::Result;

namespace
{

/// Sessions are a limited resource (assumed): one that has been idle so long is logged off when another is
/// opened.
constexpr std::chrono::minutes idle_before_log_off{5};
constexpr std::chrono::milliseconds log_off_limit{250};

Common common_of(const Calls& calls, const Login& login)
{
    auto common = calls.common();
    common.suid = login.suid;
    common.patient_id = login.patient_id;
    common.online_user_id = login.online_user_id;
    return common;
}

/// Whether the supplier has answered and its session still stands.
bool leaves_session(const fhir::Error& error)
{
    return !error.supplier_code().empty() && error.kind() != ErrorKind::session_lost &&
           error.kind() != ErrorKind::outcome_unknown && error.kind() != ErrorKind::supplier_malformed;
}

/// A link that opens somebody else's record, or nobody's we can tell, must never pass for this patient's.
std::optional<fhir::Error> stranger(const Login& login, const std::optional<fhir::NhsNumber>& patient)
{
    if (!patient || login.record.nhs_number == patient)
        return std::nullopt;
    if (login.record.nhs_number)
        return fhir::Error(ErrorKind::link_invalid);
    return fhir::Error(ErrorKind::link_invalid, "The practice's system does not tell the NHS number of the "
                                                "record that this patient's link opens.");
}

} // namespace

struct Sessions::Place
{
    explicit Place(Timer t) : timer(std::move(t)) {}
    Timer timer;
    bool first = false;
};

struct Sessions::Entry
{
    std::shared_ptr<const Login> login; ///< not while somebody speaks
    std::deque<std::shared_ptr<Place>> queue;
    fhir::Instant last_used{};
};

/// A place in an account's queue, left when it ends, cancellation included. The log-in lies in the hands of
/// whoever speaks, and is put back only when it is kept.
class Sessions::Turn
{
public:
    Turn(Sessions& sessions, std::string credential, const Executor& executor, Budget budget)
        : sessions_(sessions), credential_(std::move(credential)),
          place_(std::make_shared<Place>(Timer(executor, budget.left())))
    {
        const std::lock_guard lock(sessions_.mutex_);
        auto& entry = sessions_.entries_[credential_];
        entry.queue.push_back(place_);
        place_->first = entry.queue.size() == 1;
    }

    ~Turn()
    {
        const std::lock_guard lock(sessions_.mutex_);
        const auto found = sessions_.entries_.find(credential_);
        auto& entry = found->second;
        const bool spoke = entry.queue.front() == place_;
        std::erase(entry.queue, place_);
        if (spoke && kept_) {
            entry.login = std::move(kept_);
            entry.last_used = sessions_.clock_.now();
        }
        if (entry.queue.empty() && !entry.login)
            sessions_.entries_.erase(found);
        else if (spoke && !entry.queue.empty())
            call(entry.queue.front());
    }

    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    /// False when the time is over first.
    Awaitable<bool> comes()
    {
        if (!is_first())
            co_await place_->timer.async_wait(boost::asio::as_tuple(use_awaitable));
        co_return is_first();
    }

    const std::string& credential() const { return credential_; }
    /// Out of everyone's reach until it is kept.
    std::shared_ptr<const Login> take()
    {
        const std::lock_guard lock(sessions_.mutex_);
        auto& entry = sessions_.entries_[credential_];
        return kept_ ? std::exchange(kept_, nullptr) : std::exchange(entry.login, nullptr);
    }
    void keep(std::shared_ptr<const Login> login) { kept_ = std::move(login); }

private:
    bool is_first() const
    {
        const std::lock_guard lock(sessions_.mutex_);
        return place_->first;
    }

    static void call(const std::shared_ptr<Place>& next)
    {
        next->first = true;
        boost::asio::post(next->timer.get_executor(), [next] { next->timer.cancel(); }); // on its own thread
    }

    Sessions& sessions_;
    std::string credential_;
    std::shared_ptr<Place> place_;
    std::shared_ptr<const Login> kept_;
};

Sessions::Sessions(const Calls& calls, const Clock& clock) : calls_(calls), clock_(clock) {}

Sessions::~Sessions() = default;

Awaitable<Result<Answer>> Sessions::send(Speaker speaker, Operation operation, Own own, Budget budget)
{
    const Executor executor = co_await boost::asio::this_coro::executor;
    Turn turn(*this, speaker.credential, executor, budget);
    const bool first = co_await turn.comes();
    if (!first)
        co_return fhir::fail(ErrorKind::supplier_timeout);
    auto answer = co_await converse(&turn, speaker, operation, own, budget);
    if (!answer && answer.error().kind() == ErrorKind::session_lost)
        answer = co_await converse(&turn, std::move(speaker), operation, std::move(own), budget);
    co_return answer;
}

Awaitable<Result<Answer>> Sessions::converse(Turn* turn, Speaker speaker, Operation operation, Own own,
                                             Budget budget)
{
    auto login = turn->take();
    if (!login) {
        auto opened = co_await log_in(turn->credential(), budget);
        if (!opened)
            co_return std::unexpected(opened.error());
        login = std::move(*opened);
    }
    if (auto refused = stranger(*login, speaker.patient)) {
        turn->keep(std::move(login));
        co_return std::unexpected(std::move(*refused));
    }
    auto reply = co_await calls_.send(operation, common_of(calls_, *login), std::move(own), budget);
    if (!reply) {
        if (leaves_session(reply.error()))
            turn->keep(std::move(login));
        co_return std::unexpected(reply.error());
    }
    if (!reply->suid.empty() && reply->suid != login->suid) {
        auto renamed = std::make_shared<Login>(*login);
        renamed->suid = reply->suid;
        login = std::move(renamed);
    }
    turn->keep(login);
    co_return Answer{std::move(reply->document), std::move(login)};
}

Awaitable<Sessions::Opened> Sessions::log_in(std::string credential, Budget budget)
{
    const auto account = Account::parse(credential);
    if (!account)
        co_return fhir::fail(ErrorKind::link_invalid);
    co_await log_off_one(budget);
    auto reply =
        co_await calls_.send(Operation::authenticate, calls_.common(), log_in_attributes(*account), budget);
    if (!reply)
        co_return std::unexpected(reply.error());
    const auto wire = read_login(reply->document);
    if (!wire)
        co_return std::unexpected(wire.error());
    if (reply->suid.empty())
        co_return fhir::fail(ErrorKind::supplier_malformed);
    if (!wire->self_access)
        co_return fhir::fail(ErrorKind::service_disabled,
                             "The practice has switched online access off for this patient.");
    Login login{reply->suid, wire->patient_id, wire->online_user_id, wire->person};
    auto record = co_await select_patient(login, budget);
    if (!record)
        co_return std::unexpected(record.error());
    login.record = std::move(*record);
    co_return std::make_shared<const Login>(std::move(login));
}

Awaitable<Result<WirePerson>> Sessions::select_patient(Login login, Budget budget)
{
    auto reply = co_await calls_.send(Operation::select_patient, common_of(calls_, login), {}, budget);
    if (!reply)
        co_return std::unexpected(reply.error());
    auto record = read_person(reply->document);
    const bool same = record && (record->patient_id.empty() || record->patient_id == login.patient_id);
    if (record && !same)
        co_return fhir::fail(ErrorKind::supplier_malformed);
    co_return record;
}

/// Whatever becomes of it: the session was not needed any more.
Awaitable<void> Sessions::log_off_one(Budget budget)
{
    const auto idle = take_idle();
    if (!idle)
        co_return;
    auto ignored = co_await calls_.send(Operation::log_off, common_of(calls_, *idle), {},
                                        budget.for_a_look(log_off_limit));
    (void)ignored;
}

std::optional<Login> Sessions::take_idle()
{
    const std::lock_guard lock(mutex_);
    const auto before = clock_.now() - idle_before_log_off;
    const auto found = std::ranges::find_if(entries_, [&](const auto& each) {
        return each.second.queue.empty() && each.second.login && each.second.last_used < before;
    });
    if (found == entries_.end())
        return std::nullopt;
    auto login = *found->second.login;
    entries_.erase(found);
    return login;
}

} // namespace adapters::tpp
