// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "gateway/awaitable.hpp"
#include "gateway/identity/caller.hpp"
#include "gateway/policy/consents.hpp"
#include "gateway/policy/directory.hpp"
#include "gateway/store/store.hpp"

#include <functional>
#include <memory>

namespace gateway::notify
{

/// Who may hear of an event: who could read its subject now, unless the patient is hidden from them.
class Visibility
{
public:
    /// `consents` may be nullptr. `clock` of the appointment world.
    Visibility(store::Store& store, std::function<std::shared_ptr<const policy::Directory>()> directory,
               const policy::Consents* consents, const adapters::Clock& clock)
        : store_(store), directory_(std::move(directory)), consents_(consents), clock_(clock)
    {}

    /// Error: `store_unavailable`; then nobody knows.
    Awaitable<fhir::Result<bool>> may_hear(fhir::OdsCode organisation, store::OutboxEvent event) const;
    /// Whether what was matched has to be asked about one by one: somebody has decided something.
    bool must_ask() const { return consents_ != nullptr && consents_->in_force() > 0; }
    std::shared_ptr<const policy::Directory> directory() const { return directory_(); }
    fhir::Instant now() const { return clock_.now(); }

private:
    Awaitable<fhir::Result<bool>> may_read_appointment(fhir::OdsCode organisation, std::string id) const;
    Awaitable<fhir::Result<bool>> may_read_task(fhir::OdsCode organisation, std::string id) const;
    bool hidden(const std::string& patient, const std::string& practice,
                const fhir::OdsCode& organisation) const;

    store::Store& store_;
    std::function<std::shared_ptr<const policy::Directory>()> directory_;
    const policy::Consents* consents_;
    const adapters::Clock& clock_;
};

} // namespace gateway::notify
