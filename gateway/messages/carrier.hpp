// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/upstream/upstream.hpp"
#include "gateway/messages/carrier_settings.hpp"
#include "gateway/messages/message.hpp"
#include "gateway/messages/sender.hpp"
#include "gateway/notify/carrier.hpp"

#include <memory>
#include <string>

namespace gateway::messages
{

/// The channels of the outbox that lead to people, by their ids.
inline constexpr std::string_view patient_emails = "email-patients", team_emails = "email-teams",
                                  patient_texts = "sms-patients";

struct CarrierParts
{
    ComposerParts composer;
    const adapters::Clock& system;    ///< for quiet hours and signatures
    audit::Recorder* audit = nullptr; ///< told of each message to a patient; nothing is recorded without one
    std::unique_ptr<MailSender> mail; ///< needed where e-mails are sent
    std::unique_ptr<adapters::upstream::Upstream> sms = nullptr; ///< needed where text messages are
    std::string host = {};                                       ///< of message ids
};

/// Carries deliveries of the outbox to people.
class MessageCarrier : public notify::Carrier
{
public:
    MessageCarrier(CarrierParts parts, MessageSettings settings);

    std::vector<notify::CarriedChannel> channels() const override;
    bool wants(std::string_view channel, const store::OutboxEvent& event) const override;
    Awaitable<notify::Carried> carry(std::string channel, store::DeliveryRecord delivery) override;

private:
    Awaitable<notify::Carried> to_patient(Medium medium, std::string id, store::OutboxEvent event);
    Awaitable<notify::Carried> to_team(std::string id, store::OutboxEvent event);
    Awaitable<Sent> send_mail(Message message, std::string id);
    Awaitable<Sent> send_text(Message message, std::string id);
    Awaitable<fhir::Result<void>> write_down(Medium medium, store::OutboxEvent event, std::string patient);

    CarrierParts parts_;
    MessageSettings settings_;
    Composer composer_;
};

} // namespace gateway::messages
