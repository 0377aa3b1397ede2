// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/workflow/inbox_reading.hpp"
#include "gateway/workflow/service_factory.hpp"
#include "gateway/workflow/task_contents.hpp"
#include "gateway/workflow/task_request.hpp"
#include "gateway/workflow/task_status.hpp"

#include <string>
#include <utility>

namespace gateway::workflow
{

Parties parties_of(const identity::Caller& caller, const store::TaskRecord& record);

/// The part of the inbox that knows what a task may have to do with others: organisations, appointments, the
/// task it is part of.
class InboxRules : public InboxReading
{
protected:
    InboxRules(TaskParts parts, std::string origin)
        : InboxReading(parts.store), parts_(std::move(parts)), origin_(std::move(origin))
    {}

    /// Completed with what the parent and the appointment say: patient, journey, the owner's name. Errors as
    /// of TaskService::ask.
    Awaitable<fhir::Result<CheckedRequest>> linked(identity::Caller caller, CheckedRequest request);
    /// For another organisation that both the owner and whoever asked may send it to.
    fhir::Result<fhir::Task> handed_on(const identity::Caller& caller, const store::TaskRecord& record,
                                       const fhir::Task& before, const fhir::Task& wanted) const;
    /// Outputs that are new, and what completion needs.
    Awaitable<fhir::Result<void>> check_end(identity::Caller caller, store::TaskRecord record,
                                            fhir::Task before, fhir::Task next);

    const TaskParts parts_;
    const std::string origin_;

private:
    std::string name_of(const fhir::OdsCode& ods) const;
    fhir::Result<void> check_sharing(const fhir::OdsCode& from, const fhir::OdsCode& to,
                                     const std::optional<fhir::NhsNumber>& patient) const;
    Awaitable<fhir::Result<SeenAppointment>> seen_appointment(identity::Caller caller, std::string id,
                                                              std::string path);
    Awaitable<fhir::Result<CheckedRequest>> with_appointment(identity::Caller caller, CheckedRequest request);
    Awaitable<fhir::Result<CheckedRequest>> with_parent(identity::Caller caller, CheckedRequest request);
    Awaitable<fhir::Result<void>> check_converted(identity::Caller caller, store::TaskRecord record,
                                                  fhir::Task next, NamedAppointment named);
};

} // namespace gateway::workflow
