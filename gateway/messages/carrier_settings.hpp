// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/messages/kinds.hpp"
#include "gateway/messages/quiet_hours.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace gateway::messages
{

struct SmtpSettings
{
    /// `smtps://mail.example.net:465` for TLS from the first byte; `smtp://mail.example.net:587` begins in
    /// the clear and goes on by STARTTLS or not at all.
    std::string url;
    std::string user, password; ///< both empty: without logging in
    std::string ca_file;        ///< PEM; empty: the system's
    std::chrono::milliseconds limit{30000};
};

struct EmailSettings
{
    SmtpSettings server;
    std::string password_file;
    std::string from, from_name;
    bool to_patients = false, to_teams = false;

    bool on() const { return !server.url.empty() && (to_patients || to_teams); }
};

/// Text messages, by whoever runs a gateway to telephones: POST of JSON, signed like a notification.
struct SmsSettings
{
    std::string url; ///< https; empty: none are sent
    std::string ca_file;
    std::string secret_file;
    std::string secret;

    bool on() const { return !url.empty(); }
};

struct MessageSettings
{
    EmailSettings email;
    SmsSettings sms;
    QuietHours quiet;
    std::vector<MessageText> texts; ///< those that differ from our own
    std::vector<TeamAddress> teams;
};

} // namespace gateway::messages
