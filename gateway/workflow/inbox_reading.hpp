// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/store/task_store.hpp"
#include "gateway/workflow/service.hpp"

#include <string>
#include <vector>

namespace gateway::workflow
{

/// The reading half of the inbox: everything goes through who may see it.
class InboxReading : public TaskService
{
public:
    explicit InboxReading(store::TaskStore& store) : store_(store) {}

    Awaitable<fhir::Result<StoredTask>> read(identity::Caller caller, std::string id) override;
    Awaitable<fhir::Result<StoredTask>> read_version(identity::Caller caller, std::string id,
                                                     std::int64_t version) override;
    Awaitable<fhir::Result<std::vector<StoredTask>>> history(identity::Caller caller,
                                                             std::string id) override;
    Awaitable<fhir::Result<std::vector<StoredTask>>>
    search(identity::Caller caller, fhir::search::TaskQuery query, std::size_t limit) override;
    Awaitable<fhir::Result<FoundTasks>> page(identity::Caller caller, fhir::search::TaskQuery query,
                                             std::size_t offset, std::size_t count, bool exact) override;
    Awaitable<fhir::Result<std::vector<Received>>> received(identity::Caller caller, std::string id) override;

protected:
    Awaitable<fhir::Result<store::TaskRecord>> visible_record(identity::Caller caller, std::string id);

private:
    Awaitable<fhir::Result<FoundTasks>> page_of_columns(store::TaskFilter filter, std::size_t count,
                                                        bool exact);

    store::TaskStore& store_;
};

} // namespace gateway::workflow
