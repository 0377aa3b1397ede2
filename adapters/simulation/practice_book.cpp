// SPDX-License-Identifier: Apache-2.0
#include "adapters/simulation/practice_book.hpp"

#include "adapters/simulation/seed.hpp"

#include <algorithm>

namespace adapters::simulation
{

namespace
{

constexpr std::uint64_t first_appointment_number = 700001;

} // namespace

PracticeBook::PracticeBook(PracticeSeed seed, AppointmentKeys known_by)
    : seed_(std::move(seed)), keys_(known_by)
{
    reset();
}

void PracticeBook::reset()
{
    slots_.clear();
    for (std::size_t session = 0; session < seed_.sessions.size(); ++session)
        for (const auto& seeded : seed_.sessions[session].slots) {
            BookSlot slot;
            slot.key = seeded.key;
            slot.session = session;
            slot.start = seeded.start;
            slot.end = seeded.end;
            if (!seeded.booked_by.empty())
                book(slot, seeded.booked_by, {});
            slot.times_booked = 0;
            slots_.push_back(std::move(slot));
        }
}

const SeedPatient* PracticeBook::patient(std::string_view nhs_number) const
{
    const auto found = std::ranges::find(seed_.patients, nhs_number, &SeedPatient::nhs_number);
    return found == seed_.patients.end() ? nullptr : &*found;
}

BookSlot* PracticeBook::slot(std::string_view key)
{
    const auto found = std::ranges::find(slots_, key, &BookSlot::key);
    return found == slots_.end() ? nullptr : &*found;
}

BookSlot* PracticeBook::appointment(std::string_view key, std::string_view nhs_number)
{
    const auto found = std::ranges::find_if(slots_, [&](const BookSlot& slot) {
        return slot.held == Held::booked && slot.appointment_key == key && slot.nhs_number == nhs_number;
    });
    return found == slots_.end() ? nullptr : &*found;
}

void PracticeBook::book(BookSlot& slot, const std::string& nhs_number, std::string description,
                        std::string phone)
{
    slot.held = Held::booked;
    slot.nhs_number = nhs_number;
    slot.description = std::move(description);
    slot.phone = std::move(phone);
    slot.appointment_key =
        keys_ == AppointmentKeys::own ? std::to_string(first_appointment_number + bookings_++) : slot.key;
    ++slot.times_booked;
}

void PracticeBook::cancel(BookSlot& slot, std::string reason)
{
    free(slot);
    slot.last_cancelled = std::move(reason);
}

void PracticeBook::free(BookSlot& slot)
{
    slot.held = Held::free;
    for (auto* text : {&slot.appointment_key, &slot.nhs_number, &slot.description, &slot.phone})
        text->clear();
}

bool PracticeBook::reception_takes(std::string_view key)
{
    auto* taken = slot(key);
    if (!taken || taken->held != Held::free)
        return false;
    taken->held = Held::reception;
    return true;
}

bool PracticeBook::reception_cancels(std::string_view key)
{
    auto* cancelled = slot(key);
    if (!cancelled || cancelled->held == Held::free)
        return false;
    free(*cancelled);
    return true;
}

bool PracticeBook::reception_moves(std::string_view from_key, std::string_view to_key)
{
    auto* from = slot(from_key);
    auto* to = slot(to_key);
    if (!from || !to || from->held != Held::booked || to->held != Held::free)
        return false;
    const auto number = from->appointment_key;
    book(*to, from->nhs_number, from->description, from->phone);
    if (keys_ == AppointmentKeys::own)
        to->appointment_key = number;
    free(*from);
    return true;
}

bool PracticeBook::switch_appointments(bool on)
{
    return simulation::switch_appointments(seed_, on);
}

std::vector<BookRow> PracticeBook::rows() const
{
    std::vector<BookRow> rows;
    for (const auto& slot : slots_)
        rows.push_back({slot.key, slot.appointment_key, slot.start, slot.end,
                        std::string(word_for(slot.held)), slot.nhs_number, slot.description,
                        slot.times_booked, "", slot.phone, slot.last_cancelled});
    return rows;
}

} // namespace adapters::simulation
