// SPDX-License-Identifier: Apache-2.0
#include "adapters/tpp/simulator_state.hpp"

#include "adapters/simulation/spread.hpp"

#include <algorithm>

namespace adapters::tpp
{

namespace
{

constexpr std::size_t most_sessions = 20000;

} // namespace

std::string session_id_of(std::string_view seed_key)
{
    return seed_key.size() >= 16 ? std::string(seed_key)
                                 : std::string(16 - seed_key.size(), '0') + std::string(seed_key);
}

SimState::SimState(simulation::PracticeSeed seed, const Clock& clock, Random& random)
    : seed_(std::move(seed)), clock_(clock), random_(random)
{
    reset();
}

void SimState::reset()
{
    slots_.clear();
    sessions_.clear();
    withdrawn_.clear();
    desk_.clear();
    for (std::size_t session = 0; session < seed_.sessions.size(); ++session) {
        for (const auto& seeded : seed_.sessions[session].slots) {
            SimSlot slot;
            slot.session = session;
            slot.seed_key = seeded.key;
            slot.start = seeded.start;
            slot.end = seeded.end;
            slot.key = {session_id_of(seed_.sessions[session].key), fhir::to_uk_local(seeded.start),
                        fhir::to_uk_local(seeded.end)};
            slots_.push_back(std::move(slot));
            if (!seeded.booked_by.empty())
                book(slots_.back(), seeded.booked_by, "");
            slots_.back().times_booked = 0;
        }
    }
}

std::string SimState::log_in(const std::string& nhs_number)
{
    if (sessions_.size() >= most_sessions)
        sessions_.clear();
    if (options().is("one_log_in", "true"))
        std::erase_if(sessions_, [&](const auto& each) { return each.second.nhs_number == nhs_number; });
    std::string suid;
    while (suid.size() < 60)
        suid += simulation::hex_digits(random_.next());
    suid.resize(60);
    sessions_[suid] = {nhs_number, now()};
    return suid;
}

void SimState::log_off(std::string_view suid)
{
    if (const auto found = sessions_.find(suid); found != sessions_.end())
        sessions_.erase(found);
}

const SimSession* SimState::session(std::string_view suid)
{
    const auto found = sessions_.find(suid);
    if (found == sessions_.end())
        return nullptr;
    if (now() - found->second.last_used >
        std::chrono::minutes(options().number("session_minutes").value_or(20))) {
        sessions_.erase(found);
        return nullptr;
    }
    found->second.last_used = now();
    return &found->second;
}

const simulation::SeedPatient* SimState::patient(std::string_view nhs_number) const
{
    const auto wanted = fhir::NhsNumber::parse(nhs_number);
    for (const auto& patient : seed_.patients)
        if (wanted && patient.nhs_number == wanted->digits())
            return &patient;
    return nullptr;
}

std::string SimState::issued(std::string_view what, const std::string& subject) const
{
    return simulation::hex_digits(simulation::spread(std::string(what) + "|" + seed_.ods + "|" + subject));
}

Account SimState::account(const std::string& subject) const
{
    const auto number =
        simulation::spread("account|" + seed_.ods + "|" + subject) % 900'000'000 + 100'000'000;
    std::string passphrase;
    for (const auto* part : {"one", "two", "three", "four"})
        passphrase += issued(part, subject);
    return {std::to_string(number), passphrase + "==", provider_id()};
}

std::string SimState::passphrase_to_link(const std::string& subject) const
{
    return issued("to link", subject).substr(0, 7);
}

bool SimState::withdraw(const std::string& nhs_number)
{
    if (!patient(nhs_number))
        return false;
    withdrawn_.insert(nhs_number);
    std::erase_if(sessions_, [&](const auto& session) { return session.second.nhs_number == nhs_number; });
    return true;
}

std::optional<std::string> SimState::owner_of(std::string_view account_id) const
{
    if (account("").account_id == account_id)
        return std::string();
    for (const auto& patient : seed_.patients)
        if (account(patient.nhs_number).account_id == account_id)
            return patient.nhs_number;
    return std::nullopt;
}

SimSlot* SimState::slot(const SlotKey& key)
{
    SimSlot* found = nullptr;
    for (auto& slot : slots_) {
        const bool same =
            slot.key.session_id == key.session_id && slot.key.start == key.start && slot.key.end == key.end;
        if (same && (!found || (found->held != Held::free && slot.held == Held::free)))
            found = &slot;
    }
    return found;
}

SimSlot* SimState::slot_named(std::string_view name)
{
    const auto found =
        std::ranges::find_if(slots_, [&](const SimSlot& slot) { return slot.key.name() == name; });
    return found == slots_.end() ? nullptr : slot(found->key);
}

SimSlot* SimState::appointment(std::string_view id, const std::string& nhs_number)
{
    const auto found = std::ranges::find_if(slots_, [&](const SimSlot& slot) {
        return slot.held == Held::booked && slot.appointment_id == id && slot.nhs_number == nhs_number;
    });
    return found == slots_.end() || nhs_number.empty() ? nullptr : &*found;
}

void SimState::book(SimSlot& slot, const std::string& nhs_number, std::string notes)
{
    slot.held = Held::booked;
    slot.nhs_number = nhs_number;
    slot.notes = std::move(notes);
    slot.appointment_id = simulation::hex_digits(random_.next());
    ++slot.times_booked;
}

void SimState::free(SimSlot& slot)
{
    slot.held = Held::free;
    slot.nhs_number.clear();
    slot.notes.clear();
    slot.appointment_id.clear();
}

void SimState::move(SimSlot& from, SimSlot& to)
{
    to.held = Held::booked;
    to.nhs_number = from.nhs_number;
    to.notes = from.notes;
    to.appointment_id = from.appointment_id;
    ++to.times_booked;
    free(from);
}

} // namespace adapters::tpp
