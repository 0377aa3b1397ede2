// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "fhir/model/appointment.hpp"
#include "gateway/audit/recorder.hpp"
#include "gateway/store/store.hpp"
#include "gateway/workflow/service.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

namespace gateway::workflow
{

struct RaisedSettings
{
    std::string public_base;           ///< as the service's
    std::string team = "Appointments"; ///< that holds what the gateway raises, at whichever organisation
};

/// A booking that a practice refused because it holds other details of the patient.
struct RefusedBooking
{
    std::string practice;
    std::string booked_by; ///< organisation that tried
    std::string patient;   ///< NHS number digits
};

/// Everything outlives it.
struct RaisedParts
{
    store::Store& store;
    TaskService& tasks;
    const adapters::Clock& clock;
    std::function<std::string(const fhir::OdsCode& ods)> name_of = {};
    audit::Recorder* audit = nullptr;
    /// What is known of an intent that was refused so; nothing when it is not known any more. Unset: no task
    /// is raised of those.
    std::function<Awaitable<fhir::Result<std::optional<RefusedBooking>>>(std::string intent)> refused = {};
};

/// Notifications that an organisation did not get.
struct Undelivered
{
    std::string organisation; ///< ODS code: who is to look into it
    std::string subject;      ///< `Subscription/<id>`
    std::string key;          ///< of this failure: the same raises no second task
    std::string failure;      ///< code
    std::string what =
        "notifications were given up. Repair the receiver, then start the subscription again or "
        "have them sent anew."; ///< and what is to be done
};

/// Tasks that the gateway raises itself. What calls for one is written down by the store in the transaction
/// that makes it so (store::WantedTask); here each becomes a task under a key of its own, and is forgotten
/// when the task is there. A crash anywhere between leaves neither none nor two.
class RaisedTasks
{
public:
    RaisedTasks(RaisedParts parts, RaisedSettings settings);

    /// One round; the number of tasks raised. Not twice at the same time.
    Awaitable<std::size_t> raise();
    /// True when there is a task of it, made now or before.
    Awaitable<bool> raise_undelivered(Undelivered letters);
    /// Completes those about outcomes that are known by now; the number of them.
    Awaitable<std::size_t> end_settled();

private:
    struct Called
    {
        store::WantedTask wanted;
        store::AppointmentRecord record;
        fhir::Appointment appointment;
    };

    Awaitable<bool> raise_one(store::WantedTask wanted);
    Awaitable<bool> raise_review(store::WantedTask wanted);
    Awaitable<fhir::Result<bool>> is_open(std::string kind, RefusedBooking booking);
    Awaitable<fhir::Result<bool>> still_wanted(store::WantedTask wanted, store::AppointmentRecord record);
    NewTask review_of(const RefusedBooking& booking) const;
    NewTask task_for(const Called& called, TaskKind kind) const;
    void add_inputs(const Called& called, NewTask& task) const;
    Awaitable<bool> end_one(store::TaskRecord record);
    Awaitable<void> write_down(std::string action, StoredTask task);

    const RaisedParts parts_;
    const RaisedSettings settings_;
    const std::string origin_;
};

} // namespace gateway::workflow
