// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/awaitable.hpp"
#include "gateway/messages/carrier_settings.hpp"
#include "gateway/messages/mail.hpp"

#include <memory>
#include <string>

namespace gateway::messages
{

/// What came of sending.
struct Sent
{
    enum class How
    {
        taken,
        refused, ///< this message, by a server that is otherwise well
        failed   ///< the server, or the way there
    };
    How how = How::taken;
    std::string code = {}; ///< of why not: `smtp_550`, `unreachable`, `timeout`
};

/// Sends e-mails. Thread-safe.
class MailSender
{
public:
    virtual ~MailSender() = default;
    virtual Awaitable<Sent> send(Mail mail) = 0;
};

/// Over libcurl, one at a time, on a thread of its own; a certificate that cannot be verified ends it. A
/// caller that is cancelled waits for the one that is under way.
std::unique_ptr<MailSender> make_smtp_sender(SmtpSettings settings);

} // namespace gateway::messages
