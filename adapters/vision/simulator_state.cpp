// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/simulator_state.hpp"

#include "adapters/simulation/spread.hpp"

#include <algorithm>

namespace adapters::vision
{

SimState::SimState(simulation::PracticeSeed seed, const Clock& clock) : seed_(std::move(seed)), clock_(clock)
{
    reset();
}

void SimState::reset()
{
    slots_.clear();
    with_key_.clear();
    linked_.clear();
    withdrawn_.clear();
    for (std::size_t session = 0; session < seed_.sessions.size(); ++session) {
        for (const auto& seeded : seed_.sessions[session].slots) {
            SimSlot slot;
            slot.session = session;
            slot.id = seeded.key;
            slot.start = seeded.start;
            slot.end = seeded.end;
            slot.held = seeded.booked_by.empty() ? Held::free : Held::booked;
            slot.nhs_number = seeded.booked_by;
            slots_.push_back(std::move(slot));
        }
    }
    std::ranges::sort(slots_, {}, [](const SimSlot& slot) { return std::pair(slot.start, slot.id); });
}

const simulation::SeedPatient* SimState::patient(std::string_view nhs_number) const
{
    const auto wanted = fhir::NhsNumber::parse(nhs_number);
    for (const auto& patient : seed_.patients)
        if (wanted && patient.nhs_number == wanted->digits())
            return &patient;
    return nullptr;
}

std::string SimState::number(std::string_view what, const std::string& subject, std::uint64_t below) const
{
    const auto value = simulation::spread(std::string(what) + "|" + seed_.ods + "|" + subject);
    return std::to_string(below + value % (9 * below)); // always as many digits
}

Account SimState::account(const std::string& subject) const
{
    return {number("account", subject, 100'000'000),
            simulation::hex_digits(simulation::spread("key|" + seed_.ods + "|" + subject))};
}

std::string SimState::linkage_key(const std::string& subject) const
{
    return simulation::hex_digits(simulation::spread("linkage|" + seed_.ods + "|" + subject)).substr(0, 8);
}

bool SimState::link(const std::string& nhs_number)
{
    withdrawn_.erase(nhs_number);
    return linked_.insert(nhs_number).second;
}

bool SimState::withdraw(const std::string& nhs_number)
{
    if (!patient(nhs_number))
        return false;
    linked_.erase(nhs_number);
    with_key_.erase(nhs_number);
    withdrawn_.insert(nhs_number);
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

SimSlot* SimState::slot(std::string_view id)
{
    const auto found = std::ranges::find(slots_, id, &SimSlot::id);
    return found == slots_.end() ? nullptr : &*found;
}

void SimState::book(SimSlot& slot, const std::string& nhs_number, std::string reason)
{
    slot.held = Held::booked;
    slot.nhs_number = nhs_number;
    slot.reason = std::move(reason);
    ++slot.times_booked;
}

void SimState::free(SimSlot& slot)
{
    slot.held = Held::free;
    slot.nhs_number.clear();
    slot.reason.clear();
}

bool SimState::move(std::string_view from, std::string_view to)
{
    auto* old = slot(from);
    auto* target = slot(to);
    if (!old || old->held != Held::booked || !target || target->held != Held::free)
        return false;
    target->held = Held::booked;
    target->nhs_number = old->nhs_number;
    target->reason = old->reason;
    ++target->times_booked;
    free(*old);
    return true;
}

const SigningIdentity& simulated_signing_identity()
{
    static const auto identity = make_signing_identity();
    return identity;
}

const Verifier& simulated_verifier()
{
    static const auto signer =
        Signer::make(simulated_signing_identity().key, simulated_signing_identity().certificate);
    static const Verifier verifier(signer ? signer->certificate() : std::string());
    return verifier;
}

} // namespace adapters::vision
