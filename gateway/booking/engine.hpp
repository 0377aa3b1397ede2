// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/monotonic.hpp"
#include "gateway/booking/booking_rules.hpp"
#include "gateway/booking/native_changes.hpp"
#include "gateway/booking/own_records.hpp"
#include "gateway/booking/payload.hpp"
#include "gateway/booking/resource_shape.hpp"
#include "gateway/booking/service_factory.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gateway::booking
{

/// What claims on slots count against, and must stay within.
struct SlotTerms
{
    store::ClaimUse use;
    std::vector<store::ClaimLimit> limits;
    bool overridden = false; ///< a rule said no, and the caller may go against it
};

/// One write on its way: what was recorded, and what is needed to send it and to answer. Shared by the
/// coroutines of one flow.
struct Write
{
    explicit Write(adapters::PatientContext who) : patient(std::move(who)) {}

    store::IntentRecord intent;
    Payload payload;
    std::shared_ptr<const policy::Practice> practice; ///< nullptr when it left the directory since
    store::AppointmentRecord record;                  ///< the current version
    adapters::PatientContext patient;                 ///< of nobody while a hold names no patient
    adapters::Monotonic::time_point deadline{};       ///< for the answer to the consumer
    ChangedBy changed_by = ChangedBy::consumer;       ///< marks the versions it makes
    SlotTerms terms;                                  ///< of the slots to be claimed
    std::string resolution;             ///< what a person said of it, to be kept with the intent
    std::int64_t successor_version = 0; ///< of a move: version of the new appointment, once booked
};
using WritePtr = std::shared_ptr<Write>;

/// The slots that a booking names, as the practice offers them, and the schedule they are of.
struct ResolvedSlots
{
    std::vector<adapters::OfferedSlot> slots;
    std::optional<fhir::Schedule> schedule;
    SlotTerms terms = {};
    bool overridden = false; ///< of any of them
};

/// What the practice's own book says about an intent.
struct ReadBack
{
    enum class Seen
    {
        effect,
        no_effect,
        gone, ///< to be cancelled and no longer listed, which is not yet proof: a list can lag
        no_answer
    };
    Seen seen = Seen::no_answer;
    std::optional<adapters::SupplierAppointment> held;
    std::string note; ///< detail code of the failure
};

/// The booking service. One class, one .cpp per idea: book_flow, perform_booking, hold_flow, update_flow,
/// withdraw_flow, withdraw_work, move_flow, move_saga (how a move goes on once written down),
/// native_cancellation, patient_book, conclusion (how an intent ends), read_back, settler, own_records (who
/// did what nobody asked for), resolve (a person's word), answers (replays and waiting), reading.
class Engine : public SettlingService
{
public:
    Engine(ServiceParts parts, ServiceSettings settings);

    Awaitable<fhir::Result<WriteOutcome>>
    book(WriteContext context, fhir::Appointment wanted,
         std::optional<fhir::search::TokenValue> if_none_exist) override;
    Awaitable<fhir::Result<std::optional<WriteOutcome>>> booked_before(WriteContext context) override;
    Awaitable<fhir::Result<WriteOutcome>> update(WriteContext context, std::string id,
                                                 std::int64_t expected_version,
                                                 fhir::Appointment wanted) override;
    Awaitable<fhir::Result<WriteOutcome>> reschedule(WriteContext context, std::string id,
                                                     std::int64_t expected_version, Move wanted) override;
    Awaitable<fhir::Result<Withdrawal>> withdraw(WriteContext context, WithdrawRequest request) override;
    Awaitable<fhir::Result<Withdrawal>> withdrawal(identity::Caller caller, std::string id) override;
    Awaitable<fhir::Result<StoredAppointment>> read(identity::Caller caller, std::string id) override;
    Awaitable<fhir::Result<StoredAppointment>> read_version(identity::Caller caller, std::string id,
                                                            std::int64_t version) override;
    Awaitable<fhir::Result<std::vector<StoredAppointment>>> history(identity::Caller caller,
                                                                    std::string id) override;
    Awaitable<fhir::Result<std::vector<StoredAppointment>>>
    search(identity::Caller caller, fhir::search::AppointmentQuery query, std::size_t limit) override;

    Awaitable<fhir::Result<std::vector<StoredAppointment>>>
    patient_book(WriteContext context, fhir::NhsNumber patient, fhir::Interval window) override;

    Awaitable<void> recover() override;
    Awaitable<std::size_t> settle_due() override;
    Awaitable<std::size_t> watch_practices() override { return native_changes_.look(); }
    Awaitable<void> end_holds() override;
    Awaitable<void> offer_waiting() override;
    Awaitable<std::size_t> work_on_withdrawals() override;
    Awaitable<void> purge() override;
    Awaitable<fhir::Result<std::vector<OpenIntent>>> worklist() override;
    Awaitable<fhir::Result<void>> settle_again(std::string intent) override;
    Awaitable<fhir::Result<ResolvedIntent>> resolve(Resolution resolution) override;
    Awaitable<fhir::Result<ResolvedIntent>> intent_shown(std::string id) override;

private:
    using Outcome = fhir::Result<WriteOutcome>;
    using MaybeOutcome = fhir::Result<std::optional<WriteOutcome>>;
    using Held = fhir::Result<adapters::SupplierAppointment>;

    // book_flow.cpp
    Awaitable<Outcome> book_flow(WriteContext context, fhir::Appointment wanted,
                                 std::optional<fhir::search::TokenValue> if_none_exist);
    Awaitable<Outcome> book_checked(WriteContext context, fhir::Appointment wanted, CheckedBooking checked);
    /// Everything that must be known before a booking is written down.
    Awaitable<fhir::Result<WritePtr>> prepare_booking(WriteContext context, fhir::Appointment wanted,
                                                      CheckedBooking checked);
    /// A new appointment's intent, also set in `write`, with all that is written beside it.
    store::NewIntent new_intent(const WriteContext& context, const CheckedBooking& checked, WritePtr write);
    /// Writes it down, or answers.
    Awaitable<MaybeOutcome> begin_new(WriteContext context, CheckedBooking checked, store::NewIntent wanted);
    static store::IntentState first_state(const Write& write);
    Awaitable<Outcome> record_booking(WriteContext context, CheckedBooking checked, WritePtr write);
    Awaitable<Outcome> unless_answered(WriteContext context, CheckedBooking checked, fhir::Error error);
    Awaitable<fhir::Result<void>> refuse_if_held(WriteContext context, CheckedBooking checked);
    Awaitable<fhir::Result<ResolvedSlots>> resolve_slots(WriteContext context, CheckedBooking checked);
    Awaitable<fhir::Result<SlotTerms>> terms_of(WriteContext context, search::SlotHit hit, std::string path);
    Awaitable<fhir::Result<adapters::PatientContext>>
    resolve_patient(WriteContext context, CheckedBooking checked,
                    std::shared_ptr<const policy::Practice> practice);
    Awaitable<fhir::Error> taken(identity::Caller caller, std::string patient, store::HeldSlot held);
    /// The practice as it is for who asks: one that does not know the patient, where they are hidden.
    std::shared_ptr<const policy::Practice> practice_for(const WriteContext& context,
                                                         std::shared_ptr<const policy::Practice> practice,
                                                         const adapters::PatientContext& patient) const;
    bool hides(const WriteContext& context, const policy::Practice& practice,
               const fhir::NhsNumber& patient) const;
    Awaitable<void> write_refusal(WriteContext context, std::shared_ptr<const policy::Practice> practice,
                                  fhir::NhsNumber patient) const;
    fhir::Result<std::shared_ptr<const policy::Practice>>
    sharing_practice(const identity::Caller& caller, const fhir::OdsCode& ods, std::string path) const;

    // perform_booking.cpp
    Awaitable<Outcome> perform_booking(WritePtr write);
    Awaitable<Held> book_with_link(WritePtr write);
    Awaitable<Held> send_booking(WritePtr write);
    Awaitable<fhir::Result<void>> make_link(WritePtr write);
    Awaitable<fhir::Result<void>> opens_own_record(WritePtr write);

    // hold_flow.cpp
    Awaitable<Outcome> record_hold(WriteContext context, CheckedBooking checked, WritePtr write);
    Awaitable<fhir::Result<void>> prepare_held(WriteContext context, WritePtr write, fhir::Appointment next);
    Awaitable<Outcome> book_held(WriteContext context, std::int64_t expected_version, WritePtr write,
                                 fhir::Appointment next);
    Awaitable<Outcome> release_hold(WriteContext context, std::int64_t expected_version, WritePtr write,
                                    fhir::Appointment next);
    Awaitable<void> end_hold(std::string appointment, std::string why = "The hold has ended");
    Awaitable<void> give_up_holds(std::string practice, std::vector<std::string> slots);
    Awaitable<void> remember_holds();
    void tell_search_of_end(const Write& write);

    // waiting_flow.cpp
    Awaitable<Outcome> wait_flow(WriteContext context, fhir::Appointment wanted,
                                 std::optional<fhir::search::TokenValue> if_none_exist);
    Awaitable<Outcome> record_waiting(WriteContext context, CheckedBooking checked, fhir::Appointment wanted);
    fhir::Result<void> check_wish(const identity::Caller& caller, const fhir::Appointment& wanted) const;
    Awaitable<fhir::Result<void>> room_on_list(identity::Caller caller);
    Awaitable<Outcome> keep(store::IntentChange change, bool created);
    Awaitable<Outcome> change_waiting(WriteContext context, store::AppointmentRecord record,
                                      fhir::Appointment wanted);
    Awaitable<Outcome> rewrite_waiting(WriteContext context, store::AppointmentRecord record,
                                       fhir::Appointment next, Payload kept);
    Awaitable<Outcome> take_slot(WriteContext context, store::AppointmentRecord record, Payload waiting,
                                 fhir::Appointment wanted);

    // offers.cpp
    Awaitable<void> offer_to(store::AppointmentRecord record);
    /// What was found for a waiting appointment; nothing when there is nothing.
    Awaitable<std::vector<ResolvedSlots>> found_for(WriteContext context, const Payload& waiting);
    /// Claims the slots for a waiting appointment, which is then pending. `found_here`: by the gateway, so
    /// that somebody must be told.
    Awaitable<Outcome> offer(WriteContext context, store::AppointmentRecord record, Payload waiting,
                             ResolvedSlots resolved, std::chrono::milliseconds lifetime, bool found_here);
    /// An offer that is not taken: the appointment waits on, and the slots are others'.
    Awaitable<Outcome> wait_on(WriteContext context, WritePtr write, Payload offered);
    store::AppointmentRecord waiting_again(const Write& write, Payload offered) const;
    WriteContext in_name_of(const store::AppointmentRecord& record, const Payload& payload) const;

    // update_flow.cpp
    Awaitable<Outcome> update_flow(WriteContext context, std::string id, std::int64_t expected_version,
                                   fhir::Appointment wanted);
    /// The appointment as the caller knows it, free to be changed.
    Awaitable<fhir::Result<WritePtr>> open_unchanged(identity::Caller caller, std::string id,
                                                     std::int64_t expected_version);
    /// Why the appointment is not the one that the caller knows.
    Awaitable<fhir::Error> conflict_with(store::AppointmentRecord now, std::int64_t expected_version);
    Awaitable<Outcome> begin_update(WriteContext context, std::int64_t expected_version, WritePtr write);
    /// A change's intent, also set in `write`, with what is written beside it but the ticket.
    store::NewIntent new_change(const WriteContext& context, std::int64_t expected_version, WritePtr write,
                                store::NewIntent wanted);
    Awaitable<fhir::Result<store::Begun>> record_change(WriteContext context, std::int64_t expected_version,
                                                        WritePtr write, store::NewIntent wanted);
    /// The answer where the change was not recorded; nothing where it was.
    Awaitable<MaybeOutcome> obstacle_to_change(WriteContext context, fhir::Result<store::Begun> begun,
                                               std::string operation);
    /// Both: records the change, or answers.
    Awaitable<MaybeOutcome> begin_change(WriteContext context, std::int64_t expected_version, WritePtr write,
                                         store::NewIntent wanted);
    Awaitable<Held> send_update(WritePtr write);
    Awaitable<fhir::Result<WritePtr>> open_change(store::AppointmentRecord record);
    Awaitable<fhir::Result<std::optional<adapters::PatientLink>>> link_of(std::string practice,
                                                                          adapters::PatientContext patient);

    // move_flow.cpp
    struct MoveBooking ///< the new appointment's booking, ready to be written down
    {
        WritePtr write;
        store::NewIntent intent;
        CheckedBooking checked;
    };
    Awaitable<Outcome> move_flow(WriteContext context, std::string id, std::int64_t expected_version,
                                 Move wanted);
    Awaitable<fhir::Result<MoveBooking>> prepare_move(WriteContext context, store::AppointmentRecord old,
                                                      Move wanted);
    Awaitable<fhir::Result<std::optional<MoveBooking>>>
    move_to_hold(WriteContext context, CheckedBooking checked, fhir::Appointment next, Move wanted);
    Awaitable<Outcome> begin_move(WriteContext context, std::int64_t expected_version, WritePtr move,
                                  MoveBooking booking);
    /// True while a move that made this appointment is not over: then it may still be taken back.
    Awaitable<fhir::Result<bool>> is_arriving(store::AppointmentRecord record);

    // move_saga.cpp
    /// One step further, from whatever stands in the store. `refusal`: why the booking was refused, if known.
    Awaitable<Outcome> continue_move(WritePtr move, std::optional<fhir::Error> refusal);
    Awaitable<Outcome> give_up_old(WritePtr move);
    Awaitable<Outcome> undo_move(WritePtr move, fhir::Error why);
    Awaitable<Outcome> undo_failed(WritePtr move, bool refused);
    Awaitable<Outcome> park_move(WritePtr move);
    Awaitable<Outcome> after_cancellation(WritePtr move, Outcome cancelled);
    Awaitable<Outcome> move_answer(MoveTarget move, bool open);
    Awaitable<void> settle_move(WritePtr move);
    /// A person says whether the old appointment has been cancelled; if not, the new one is.
    Awaitable<void> resolve_move(WritePtr move, bool done, ReadBack seen, std::string key);
    WriteContext context_of(const Payload& payload) const;

    // withdraw_flow.cpp
    Awaitable<fhir::Result<std::optional<Withdrawal>>> known_withdrawal(std::string id,
                                                                        std::string request_hash);
    Awaitable<fhir::Result<std::vector<WithdrawnAppointment>>>
    affected_by(identity::Caller practice, WithdrawRequest request, std::vector<WithdrawnAppointment> known);
    Awaitable<std::string> session_of(identity::Caller practice, store::AppointmentRecord record);

    // withdraw_work.cpp
    Awaitable<void> work_on(store::JobRecord record);
    Awaitable<bool> save_withdrawal(store::JobRecord& record, const WithdrawalJob& job, bool keep_lease);
    WriteContext withdrawing(const WithdrawnBy& by, const Withdrawal& withdrawal,
                             const WithdrawnAppointment& item, std::string_view step) const;
    Awaitable<void> note_withdrawn(WithdrawnBy by, std::string appointment, WriteOutcome outcome);
    Awaitable<WithdrawnAppointment> withdraw_one(WithdrawnBy by, Withdrawal withdrawal,
                                                 WithdrawnAppointment item);
    Awaitable<WithdrawnAppointment> move_withdrawn(WithdrawnBy by, Withdrawal withdrawal,
                                                   WithdrawnAppointment item,
                                                   store::AppointmentRecord record);
    Awaitable<WithdrawnAppointment> cancel_withdrawn(WithdrawnBy by, Withdrawal withdrawal,
                                                     WithdrawnAppointment item);

    // withdraw_alternatives.cpp
    Awaitable<std::vector<std::string>> alternatives(WriteContext context, Withdrawal withdrawal,
                                                     store::AppointmentRecord record);

    // patient_book.cpp
    /// Writes down what the practice lists of the patient and nobody here knows.
    Awaitable<fhir::Result<void>> take_on_record(WriteContext context,
                                                 std::shared_ptr<const policy::Practice> practice,
                                                 fhir::NhsNumber patient, fhir::Interval window);
    Awaitable<void> adopt(WriteContext context, std::shared_ptr<const policy::Practice> practice,
                          adapters::PatientContext patient, adapters::SupplierAppointment held);

    // native_cancellation.cpp
    /// True when the practice has cancelled what held the slot; that is then on record and the slot free.
    Awaitable<bool> freed_by_practice(WriteContext context, store::HeldSlot held, std::string slot);
    Awaitable<bool> note_cancellation(WriteContext context, store::AppointmentRecord record);
    /// A new appointment for a cancelled one that the practice has restored.
    Awaitable<void> restore_cancelled(store::AppointmentRecord cancelled, adapters::SupplierAppointment held);

    // conclusion.cpp
    Awaitable<Outcome> conclude(WritePtr write, Held held);
    Awaitable<Outcome> conclude_done(WritePtr write, adapters::SupplierAppointment held);
    Awaitable<Outcome> conclude_refused(WritePtr write, fhir::Error error);
    Awaitable<Outcome> conclude_open(WritePtr write, store::IntentState to, ReadBack seen);
    /// What another worker made of it meanwhile; `otherwise` where that cannot be told.
    Awaitable<Outcome> decided_elsewhere(WritePtr write, fhir::Error otherwise);
    store::IntentChange change_of(const Write& write, store::IntentState to) const;
    store::AppointmentRecord next_record(const Write& write, const fhir::Appointment& appointment) const;
    /// The same of one that says already who changed it.
    store::AppointmentRecord record_of(const Write& write, const fhir::Appointment& shown) const;
    void tell_search(const Write& write, bool taken);

    // read_back.cpp
    Awaitable<ReadBack> read_back(WritePtr write);
    Awaitable<ReadBack> confirm_gone(WritePtr write, ReadBack seen, std::chrono::milliseconds limit);
    Awaitable<fhir::Result<bool>> slots_are_free(WritePtr write);
    Awaitable<fhir::Result<std::vector<std::string>>> keys_of_others(WritePtr write);
    Awaitable<fhir::Result<std::optional<adapters::SupplierAppointment>>> find_at_practice(WritePtr write);

    // answers.cpp
    Awaitable<MaybeOutcome> replayed(WriteContext context, std::string operation);
    Awaitable<MaybeOutcome> answered_before(store::TicketRecord ticket);
    Awaitable<MaybeOutcome> open_answer(store::TicketRecord ticket);
    /// What the same organisation created before under one of these, as far as they are conditional.
    Awaitable<MaybeOutcome> existing(identity::Caller caller, std::vector<store::OwnIdentifier> identifiers);
    Awaitable<MaybeOutcome> identified(identity::Caller caller, store::OwnIdentifier identifier);
    /// The current version; `unresolved` when a change of it is open.
    Awaitable<MaybeOutcome> current_answer(std::string appointment);
    /// Waits a little for a flow that is still running. False when it still is.
    Awaitable<bool> decided(std::string appointment);
    Awaitable<Outcome> answer_obstacle(WriteContext context, CheckedBooking checked, store::Begun begun);

    // settler.cpp
    Awaitable<std::size_t> settle_all(std::vector<store::IntentRecord> intents);
    Awaitable<void> settle(store::IntentRecord intent);
    Awaitable<void> settle_once(store::IntentRecord intent);
    Awaitable<void> note_settled(WritePtr write, Outcome outcome);
    Awaitable<fhir::Result<WritePtr>> restore(store::IntentRecord intent);
    Awaitable<void> give_up_for_now(store::IntentRecord intent);
    Awaitable<void> count_open();
    std::chrono::milliseconds delay_after(std::int64_t attempts) const;

    // own_records.cpp
    Awaitable<void> note_own(OwnWrite own, Outcome outcome);
    Awaitable<void> record_unrecorded();

    // resolve.cpp
    Awaitable<std::optional<fhir::Error>> resolve_leased(store::IntentRecord intent, Resolution resolution);
    adapters::SupplierAppointment held_by_word(const Write& write, ReadBack seen, std::string key) const;
    Awaitable<void> leave_to_person(store::IntentRecord intent);

    // reading.cpp
    void name_patients(const identity::Caller& caller, fhir::search::AppointmentQuery& query) const;

    // service.cpp
    /// How much longer than its answer a flow holds its intent's lease.
    static constexpr std::chrono::seconds lease_margin{30};
    /// Most appointments that wait.
    static constexpr std::size_t waiting_limit = 5000;
    store::Lease new_lease(std::chrono::milliseconds length);
    adapters::Monotonic::time_point deadline_of(const WriteContext& context) const;
    /// How long a supplier may still take; nothing when there is no time left to send anything.
    std::optional<std::chrono::milliseconds> time_to_send(const Write& write) const;
    Awaitable<Held> sent_within(std::chrono::milliseconds limit, Awaitable<Held> call);
    adapters::Provenance provenance_of(const WriteContext& context) const;
    std::optional<store::Ticket> ticket_of(const WriteContext& context, std::string operation) const;
    bool visible(const identity::Caller& caller, const store::AppointmentRecord& record) const;
    Awaitable<fhir::Result<store::AppointmentRecord>> visible_record(identity::Caller caller, std::string id);

    ServiceParts parts_;
    const ServiceSettings settings_;
    const std::string origin_;
    const std::string run_;               ///< what this process's lease tokens start with
    const fhir::Instant began_;           ///< this run
    std::atomic<bool> given_back_ = true; ///< a slot, since the last look at who waits
    fhir::Instant next_look_{};           ///< of offer_waiting
    NativeChanges native_changes_;
};

/// Whom a hold is for that names nobody yet. Never sent: of a hold no practice hears.
adapters::PatientContext nobody();
/// A cancellation, by itself or at the end of a move.
inline bool cancels(store::IntentKind kind)
{
    return kind == store::IntentKind::cancel || kind == store::IntentKind::move;
}
/// The organisation that booked, for which the new appointment of a move is made also when the practice
/// itself moves it.
identity::Caller owner_of(const store::AppointmentRecord& record, const identity::Caller& caller);
/// Another change of the appointment is not settled.
fhir::Error another_change_open();
/// The error that stands for "it may have happened".
fhir::Error unknown_outcome();
/// The error of a write that was never sent.
fhir::Error too_late_to_send();
/// A reason that passes: the same idempotency key may try again. Any other is answered again as it was.
bool is_passing(fhir::ErrorKind kind);
std::string_view detail_code(const fhir::Error& error);
/// How many looks in a row have now found the same absence.
std::int64_t absences_after(const Write& write, const ReadBack& seen);

} // namespace gateway::booking
