// SPDX-License-Identifier: Apache-2.0
#include "gateway/notify/notification.hpp"

#include "fhir/codec/json_value.hpp"
#include "fhir/model/ods_code.hpp"
#include "fhir/rest/message.hpp"

namespace gateway::notify
{

namespace
{

constexpr std::string_view profiles = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/";

void append_text(std::string& out, std::string_view name, std::string_view value)
{
    out += ",\"";
    out += name;
    out += "\":";
    fhir::codec::append_json_string(out, value);
}

void append_parameter(std::string& out, std::string_view name, std::string_view element,
                      std::string_view value)
{
    out += out.back() == '[' ? "{\"name\":\"" : ",{\"name\":\"";
    out += name;
    out += '"';
    append_text(out, element, value);
    out += '}';
}

bool is_of_practice(const store::OutboxEvent& event)
{
    const Topic* topic = topic_named(event.topic);
    return topic && topic->of_practice;
}

void append_practice(std::string& out, std::string_view name, std::string_view ods)
{
    out += ",{\"name\":\"";
    out += name;
    out += R"(","valueReference":{"type":"Organization","identifier":{"system":")";
    out += fhir::ods_organisation_system;
    out += '"';
    append_text(out, "value", ods);
    out += "}}}";
}

void append_reference(std::string& out, std::string_view name, std::string_view reference)
{
    out += out.back() == '[' ? "{\"name\":\"" : ",{\"name\":\"";
    out += name;
    out += "\",\"valueReference\":{\"reference\":";
    fhir::codec::append_json_string(out, reference);
    out += "}}";
}

bool shows_focus(const Subscription& subscription)
{
    return subscription.payload != Payload::empty;
}

void append_event(std::string& out, const Subscription& subscription, const Told& told,
                  std::string_view base_url)
{
    out += ",{\"name\":\"notification-event\",\"part\":[";
    append_parameter(out, "event-number", "valueString", std::to_string(told.number));
    append_parameter(out, "timestamp", "valueInstant", fhir::to_uk_text(told.event.at));
    if (shows_focus(subscription) && is_of_practice(told.event))
        append_practice(out, "focus", told.event.practice);
    else if (shows_focus(subscription))
        append_reference(out, "focus", std::string(base_url) + "/" + told.event.subject);
    out += "]}";
}

void append_status(std::string& out, const Subscription& subscription, const Notification& notification,
                   std::string_view base_url)
{
    const std::string_view origin = fhir::rest::origin_of(base_url);
    out += R"({"resourceType":"Parameters","meta":{"profile":[")";
    out += profiles;
    out += R"(backport-subscription-status-r4"]},"parameter":[)";
    append_reference(out, "subscription", std::string(base_url) + "/Subscription/" + subscription.id);
    append_parameter(out, "topic", "valueCanonical", canonical_of(*subscription.topic, origin));
    append_parameter(out, "status", "valueCode", subscription.status);
    append_parameter(out, "type", "valueCode", notification.type);
    append_parameter(out, "events-since-subscription-start", "valueString",
                     std::to_string(subscription.events));
    for (const Told& told : notification.events)
        append_event(out, subscription, told, base_url);
    if (!notification.error.empty()) {
        out += ",{\"name\":\"error\",\"valueCodeableConcept\":{\"text\":";
        fhir::codec::append_json_string(out, notification.error);
        out += "}}";
    }
    out += "]}";
}

void append_practice_entry(std::string& out, const Told& told)
{
    out += R"(,{"request":{"method":"GET")";
    append_text(out, "url",
                "Organization?identifier=" + std::string(fhir::ods_organisation_system) + "|" +
                    told.event.practice);
    out += R"(},"response":{"status":"200")";
    append_text(out, "lastModified", fhir::to_uk_text(told.event.at));
    out += "}}";
}

/// A version as a history tells of it.
void append_focus(std::string& out, const Told& told, std::string_view base_url)
{
    const std::string& focus = told.event.subject;
    const bool created = told.event.changed == "created";
    out += ",{\"fullUrl\":";
    fhir::codec::append_json_string(out, std::string(base_url) + "/" + focus);
    if (!told.resource.empty())
        out += ",\"resource\":" + told.resource;
    out += created ? R"(,"request":{"method":"POST")" : R"(,"request":{"method":"PUT")";
    append_text(out, "url", created ? std::string_view(focus).substr(0, focus.find('/')) : focus);
    out += created ? R"(},"response":{"status":"201")" : R"(},"response":{"status":"200")";
    append_text(out, "etag", "W/\"" + std::to_string(told.event.version) + "\"");
    append_text(out, "lastModified", fhir::to_uk_text(told.event.at));
    out += "}}";
}

} // namespace

std::string to_status(const Subscription& subscription, const Notification& notification,
                      std::string_view base_url)
{
    std::string out;
    append_status(out, subscription, notification, base_url);
    return out;
}

std::string to_bundle(const Subscription& subscription, const Notification& notification,
                      std::string_view base_url)
{
    std::string out;
    out.reserve(1500 + 600 * notification.events.size());
    out += R"({"resourceType":"Bundle")";
    append_text(out, "id", notification.id);
    out += R"(,"meta":{"profile":[")";
    out += profiles;
    out += R"(backport-subscription-notification-r4"]},"type":"history")";
    append_text(out, "timestamp", fhir::to_uk_text(notification.at));
    out += R"(,"entry":[{"fullUrl":)";
    fhir::codec::append_json_string(out, "urn:uuid:" + notification.id);
    out += ",\"resource\":";
    append_status(out, subscription, notification, base_url);
    out += R"(,"request":{"method":"GET")";
    append_text(out, "url", "Subscription/" + subscription.id + "/$status");
    out += R"(},"response":{"status":"200"}})";
    if (shows_focus(subscription))
        for (const Told& told : notification.events)
            is_of_practice(told.event) ? append_practice_entry(out, told) : append_focus(out, told, base_url);
    out += "]}";
    return out;
}

} // namespace gateway::notify
