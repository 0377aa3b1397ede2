// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/simulation/held.hpp"
#include "adapters/simulation/simulator.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace adapters::simulation
{

/// A time in a simulated practice's book, and who has it.
struct BookSlot
{
    std::string key;
    std::size_t session = 0; ///< index into the seed's sessions
    fhir::Instant start{}, end{};
    Held held = Held::free;
    std::string appointment_key, nhs_number, description, phone; ///< empty unless booked
    std::uint64_t times_booked = 0;
    std::string last_cancelled; ///< the reason
};

/// The book of a simulated practice whose slots and appointments are known by one text each, and what its
/// reception does in it. No wire in here.
class PracticeBook
{
public:
    /// What an appointment is known by: a number of its own, or the key of the slot that it holds.
    enum class AppointmentKeys
    {
        own,
        of_slot
    };

    explicit PracticeBook(PracticeSeed seed, AppointmentKeys known_by = AppointmentKeys::own);

    const PracticeSeed& seed() const { return seed_; }
    const SeedSession& session_of(const BookSlot& slot) const { return seed_.sessions[slot.session]; }
    /// nullptr for a stranger. Ten digits without blanks, or nobody.
    const SeedPatient* patient(std::string_view nhs_number) const;

    const std::vector<BookSlot>& slots() const { return slots_; }
    BookSlot* slot(std::string_view key);
    /// nullptr unless it is that patient's.
    BookSlot* appointment(std::string_view key, std::string_view nhs_number);
    void book(BookSlot& slot, const std::string& nhs_number, std::string description, std::string phone = {});
    void cancel(BookSlot& slot, std::string reason);

    bool reception_takes(std::string_view key);
    bool reception_cancels(std::string_view key);
    /// An appointment with a number of its own keeps it.
    bool reception_moves(std::string_view from_key, std::string_view to_key);

    /// In the options of the seed. Whether they were on before.
    bool switch_appointments(bool on);

    void reset();
    std::vector<BookRow> rows() const;

private:
    static void free(BookSlot& slot);

    PracticeSeed seed_;
    AppointmentKeys keys_;
    std::vector<BookSlot> slots_;
    std::uint64_t bookings_ = 0; ///< never falls back, so that no number comes twice
};

/// A simulator of a system without links whose practice keeps such a book; what is left is the wire.
class BookSimulator : public Simulator
{
public:
    std::vector<BookRow> book() const override { return book_.rows(); }
    void reset() override { book_.reset(); }
    bool reception_takes(const std::string& slot) override { return book_.reception_takes(slot); }
    bool reception_cancels(const std::string& slot) override { return book_.reception_cancels(slot); }
    bool reception_moves(const std::string& from, const std::string& to) override
    {
        return book_.reception_moves(from, to);
    }
    std::string link_credential(const std::string&) const override { return {}; }

protected:
    /// `book` is a member of the simulator that is being made.
    explicit BookSimulator(PracticeBook& book) : book_(book) {}

private:
    PracticeBook& book_;
};

} // namespace adapters::simulation
