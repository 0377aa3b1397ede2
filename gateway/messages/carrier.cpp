// SPDX-License-Identifier: Apache-2.0
#include "gateway/messages/carrier.hpp"

#include "fhir/codec/json_value.hpp"
#include "gateway/notify/signature.hpp"

namespace gateway::messages
{

using fhir::Result;
using notify::Carried;

namespace
{

ComposerSettings composer_settings(const MessageSettings& settings)
{
    return {settings.texts, settings.teams, settings.email.on() && settings.email.to_patients};
}

Carried carried(const Sent& sent)
{
    switch (sent.how) {
    case Sent::How::taken:
        return {Carried::How::done};
    case Sent::How::refused:
        return {Carried::How::refused, sent.code};
    case Sent::How::failed:
        break;
    }
    return {Carried::How::failed, sent.code};
}

Carried not_now(const adapters::Clock& clock)
{
    return {Carried::How::later, {}, clock.now() + std::chrono::seconds(1)};
}

Sent outcome_of(const Result<fhir::rest::Response>& answer)
{
    using enum Sent::How;
    if (!answer)
        return {failed,
                answer.error().kind() == fhir::ErrorKind::supplier_timeout ? "timeout" : "unreachable"};
    const std::string code = "http_" + std::to_string(answer->status);
    if (answer->status / 100 == 2)
        return {taken};
    const bool about_this_one = answer->status == 400 || answer->status == 422;
    return {about_this_one ? refused : failed, code};
}

std::string path_of(std::string_view url)
{
    const auto host = url.find("://") + 3;
    const auto path = url.find('/', host);
    return std::string(path == std::string_view::npos ? "/" : url.substr(path));
}

} // namespace

MessageCarrier::MessageCarrier(CarrierParts parts, MessageSettings settings)
    : parts_(std::move(parts)), settings_(std::move(settings)),
      composer_(parts_.composer, composer_settings(settings_))
{}

std::vector<notify::CarriedChannel> MessageCarrier::channels() const
{
    const EmailSettings& email = settings_.email;
    return {{std::string(patient_emails), store::appointment_topic, email.server.url,
             email.on() && email.to_patients},
            {std::string(team_emails), store::task_topic, email.server.url, email.on() && email.to_teams},
            {std::string(patient_texts), store::appointment_topic, settings_.sms.url, settings_.sms.on()}};
}

bool MessageCarrier::wants(std::string_view channel, const store::OutboxEvent& event) const
{
    return channel == team_emails ? Composer::concerns_team(event) : Composer::concerns_patient(event);
}

Awaitable<Carried> MessageCarrier::carry(std::string channel, store::DeliveryRecord delivery)
{
    std::string id = channel + "-" + std::to_string(delivery.number);
    if (channel == team_emails) {
        auto told = co_await to_team(std::move(id), std::move(delivery.event));
        co_return told;
    }
    if (const auto until = quiet_until(settings_.quiet, parts_.system.now()))
        co_return Carried{Carried::How::later, "quiet_hours", *until};
    const Medium medium = channel == patient_texts ? Medium::sms : Medium::email;
    auto told = co_await to_patient(medium, std::move(id), std::move(delivery.event));
    co_return told;
}

/// On record before it leaves: it says that somebody is a patient somewhere.
Awaitable<Carried> MessageCarrier::to_patient(Medium medium, std::string id, store::OutboxEvent event)
{
    auto composed = co_await composer_.for_patient(event, medium);
    if (!composed)
        co_return not_now(parts_.system);
    if (!*composed)
        co_return Carried{Carried::How::not_wanted, composed->error()};
    auto written = co_await write_down(medium, event, (*composed)->patient);
    if (!written)
        co_return not_now(parts_.system);
    if (medium == Medium::sms) {
        auto sent = co_await send_text(std::move(**composed), std::move(id));
        co_return carried(sent);
    }
    auto sent = co_await send_mail(std::move(**composed), std::move(id));
    co_return carried(sent);
}

Awaitable<Carried> MessageCarrier::to_team(std::string id, store::OutboxEvent event)
{
    auto composed = co_await composer_.for_team(std::move(event));
    if (!composed)
        co_return not_now(parts_.system);
    if (!*composed)
        co_return Carried{Carried::How::not_wanted, composed->error()};
    auto sent = co_await send_mail(std::move(**composed), std::move(id));
    co_return carried(sent);
}

Awaitable<Sent> MessageCarrier::send_mail(Message message, std::string id)
{
    if (!parts_.mail)
        co_return Sent{Sent::How::failed, "internal"};
    Mail mail;
    mail.from = settings_.email.from;
    mail.from_name = settings_.email.from_name;
    mail.to = message.to.reveal();
    mail.subject = std::move(message.subject);
    mail.text = std::move(message.text);
    mail.id = id + "@" + parts_.host;
    mail.at = parts_.system.now();
    auto sent = co_await parts_.mail->send(std::move(mail));
    co_return sent;
}

Awaitable<Sent> MessageCarrier::send_text(Message message, std::string id)
{
    if (!parts_.sms)
        co_return Sent{Sent::How::failed, "internal"};
    adapters::upstream::Call call;
    call.effect = adapters::upstream::Effect::write;
    call.limit = std::chrono::seconds(10);
    call.operation = "sms";
    fhir::rest::Request& request = call.request;
    request.method = "POST";
    request.target = path_of(settings_.sms.url);
    request.headers.set("Content-Type", "application/json");
    request.headers.set("User-Agent", "apptgw");
    request.body = fhir::codec::to_json(
        fhir::codec::JsonValue::object({{"id", id}, {"to", message.to.reveal()}, {"text", message.text}}));
    request.headers.set(notify::delivery_header, id);
    request.headers.set(notify::signature_header,
                        notify::signed_with(settings_.sms.secret, request.body, parts_.system.now()));
    auto answer = co_await parts_.sms->send(std::move(call));
    co_return outcome_of(answer);
}

Awaitable<Result<void>> MessageCarrier::write_down(Medium medium, store::OutboxEvent event,
                                                   std::string patient)
{
    if (parts_.audit == nullptr)
        co_return Result<void>();
    audit::Note note;
    note.record.via = "messages";
    note.record.action = medium == Medium::sms ? "text the patient" : "e-mail the patient";
    note.record.type = "Appointment";
    note.record.id = event.subject.substr(event.subject.find('/') + 1);
    note.record.version = std::to_string(event.version);
    note.record.practice = event.practice;
    note.patient = std::move(patient);
    auto written = co_await parts_.audit->record(std::move(note));
    co_return written;
}

} // namespace gateway::messages
