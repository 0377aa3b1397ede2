// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "fhir/outcome/error.hpp"
#include "gateway/awaitable.hpp"
#include "gateway/messages/contact.hpp"
#include "gateway/messages/kinds.hpp"
#include "gateway/policy/consents.hpp"
#include "gateway/policy/directory.hpp"
#include "gateway/store/store.hpp"

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace gateway::messages
{

/// To whom, and what. Never printed: the address says who it is.
struct Message
{
    Address to;
    std::string subject; ///< empty for a text message
    std::string text;
    std::string patient = {}; ///< NHS number digits, for the record; empty: none
};

/// Code of why an event becomes no message: `superseded`, `past`, `opted_out`, `no_address`, …
using NoMessage = std::string;

struct ComposerParts
{
    store::Store& store;
    std::function<std::shared_ptr<const policy::Directory>()> directory;
    const policy::Consents* consents; ///< may be nullptr
    const adapters::Clock& clock;     ///< of the appointment world
};

struct ComposerSettings
{
    std::vector<MessageText> texts; ///< those that differ from our own
    std::vector<TeamAddress> teams;
    bool email_to_patients = false; ///< then a text message is only for who has no e-mail address
};

/// Makes a message of an event: as things are when it is sent, not when it happened, so that nobody is told
/// what does not hold any more. Says where, when and which number to call; nothing else. Thread-safe.
class Composer
{
public:
    Composer(ComposerParts parts, ComposerSettings settings);

    /// Whether a patient, or a team, may have to be told of it; a look at the event alone.
    static bool concerns_patient(const store::OutboxEvent& event);
    static bool concerns_team(const store::OutboxEvent& event);

    /// Errors: `store_unavailable`; then nobody knows.
    Awaitable<fhir::Result<std::expected<Message, NoMessage>>> for_patient(store::OutboxEvent event,
                                                                           Medium medium) const;
    Awaitable<fhir::Result<std::expected<Message, NoMessage>>> for_team(store::OutboxEvent event) const;

private:
    const MessageText& text_for(About about, Medium medium) const;
    const TeamAddress* address_of(const std::string& organisation, const std::string& team) const;
    NoMessage why_not(const store::AppointmentRecord& now) const;

    ComposerParts parts_;
    ComposerSettings settings_;
    std::vector<MessageText> texts_; ///< every one
};

} // namespace gateway::messages
