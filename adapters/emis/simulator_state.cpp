// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/simulator_state.hpp"

#include "adapters/simulation/spread.hpp"
#include "fhir/model/nhs_number.hpp"

#include <charconv>

namespace adapters::emis
{

namespace
{

constexpr std::size_t many_sessions = 20000;

} // namespace

std::int64_t number_of(std::string_view text)
{
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

SimState::SimState(simulation::PracticeSeed seed, const Clock& clock, Random& random)
    : seed_(std::move(seed)), clock_(clock), random_(random)
{
    identities_.emplace(issued("service account"), "");
    for (const auto& patient : seed_.patients)
        identities_.emplace(issued("access identity", patient.nhs_number), patient.nhs_number);
    reset();
}

void SimState::reset()
{
    slots_.clear();
    slot_index_.clear();
    accounts_.clear();
    end_user_sessions_.clear();
    sessions_.clear();
    desk_.clear();
    for (std::size_t session = 0; session < seed_.sessions.size(); ++session) {
        for (const auto& seeded : seed_.sessions[session].slots) {
            SimSlot slot;
            slot.id = number_of(seeded.key);
            slot.session = session;
            slot.start = seeded.start;
            slot.end = seeded.end;
            slot.nhs_number = seeded.booked_by;
            slot.state = seeded.booked_by.empty() ? SlotState::free : SlotState::booked;
            slot.booked_at = clock_.now();
            slot_index_.emplace(slot.id, slots_.size());
            slots_.push_back(std::move(slot));
        }
    }
}

std::string SimState::new_id()
{
    const auto high = random_.next();
    const auto low = random_.next();
    return simulation::hex_digits(high) + simulation::hex_digits(low);
}

std::string SimState::start_end_user_session()
{
    if (end_user_sessions_.size() >= many_sessions)
        end_user_sessions_.clear();
    auto id = new_id();
    end_user_sessions_[id].last_used = now();
    return id;
}

std::string SimState::log_in(const std::string& nhs_number)
{
    if (sessions_.size() >= many_sessions)
        sessions_.clear();
    auto id = new_id();
    auto& session = sessions_[id];
    session.last_used = now();
    session.link_token = "uplt-" + simulation::hex_digits(random_.next());
    session.nhs_number = nhs_number;
    return id;
}

SimSession* SimState::find(std::map<std::string, SimSession>& sessions, const std::string& id)
{
    const auto found = sessions.find(id);
    if (found == sessions.end())
        return nullptr;
    auto& session = found->second;
    const std::chrono::minutes life(options().number("session_minutes").value_or(20));
    session.expired = session.expired || now() - session.last_used > life;
    if (!session.expired)
        session.last_used = now();
    return &session;
}

void SimState::expire_sessions()
{
    for (auto& [id, session] : end_user_sessions_)
        session.expired = true;
    for (auto& [id, session] : sessions_)
        session.expired = true;
}

const simulation::SeedPatient* SimState::patient(const std::string& nhs_number) const
{
    const auto wanted = fhir::NhsNumber::parse(nhs_number);
    for (const auto& patient : seed_.patients)
        if (wanted && patient.nhs_number == wanted->digits())
            return &patient;
    return nullptr;
}

std::string SimState::issued(std::string_view what, const std::string& subject) const
{
    const auto name = std::string(what) + "|" + seed_.ods + "|" + subject;
    const auto text = simulation::hex_digits(simulation::spread(name)) +
                      simulation::hex_digits(simulation::spread(name + "|2"));
    return text.substr(0, 8) + "-" + text.substr(8, 4) + "-" + text.substr(12, 4) + "-" + text.substr(16, 4) +
           "-" + text.substr(20);
}

bool SimState::withdraw(const std::string& nhs_number)
{
    if (!patient(nhs_number))
        return false;
    accounts_[nhs_number] = SimAccount{.withdrawn = true};
    expire_sessions();
    return true;
}

std::optional<std::string> SimState::owner_of(const std::string& access_identity) const
{
    const auto found = identities_.find(access_identity);
    if (found == identities_.end())
        return std::nullopt;
    const auto account = accounts_.find(found->second);
    const bool withdrawn = account != accounts_.end() && account->second.withdrawn;
    return withdrawn ? std::nullopt : std::optional(found->second);
}

SimSlot* SimState::slot(std::int64_t id)
{
    const auto found = slot_index_.find(id);
    return found == slot_index_.end() ? nullptr : &slots_[found->second];
}

int SimState::outside_window(const SimSlot& slot) const
{
    const auto today = fhir::uk_day(fhir::uk_date(now())).start;
    const std::chrono::days first(options().number("min_days").value_or(0));
    const std::chrono::days last(options().number("window_days").value_or(3650));
    if (first.count() > 0 && slot.start < today + first)
        return -1;
    return slot.start >= today + last + std::chrono::days(1) ? 1 : 0;
}

bool SimState::bookable(const SimSlot& slot) const
{
    return slot.state == SlotState::free && slot.start > now() && outside_window(slot) == 0;
}

void SimState::free(SimSlot& slot)
{
    slot.state = SlotState::free;
    slot.nhs_number.clear();
    slot.reason.clear();
    slot.phone.clear();
}

void SimState::move(SimSlot& from, SimSlot& to)
{
    to.state = SlotState::booked;
    to.nhs_number = from.nhs_number;
    to.reason = from.reason;
    to.phone = from.phone;
    to.booked_at = from.booked_at;
    ++to.times_booked;
    free(from);
}

} // namespace adapters::emis
