// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/r4/subscription_shape.hpp"

#include "fhir/rest/message.hpp"

#include <algorithm>
#include <array>

namespace gateway::faces::r4
{

using fhir::ErrorKind;
using fhir::Result;

namespace
{

constexpr std::string_view backport = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/",
                           profile_name = "backport-subscription", filter_name = "backport-filter-criteria",
                           payload_name = "backport-payload-content",
                           heartbeat_name = "backport-heartbeat-period", timeout_name = "backport-timeout",
                           count_name = "backport-max-count", media_type = "application/fhir+json",
                           hidden = "****";
constexpr std::size_t most_headers = 8, longest_header = 4096, longest_reason = 500;
constexpr std::int64_t shortest_heartbeat = 10, longest_heartbeat = 86400, longest_timeout = 60,
                       most_count = 100;

std::string url_of(std::string_view name)
{
    return std::string(backport) + std::string(name);
}

std::unexpected<fhir::Error> not_taken(std::string path, std::string sentence,
                                       ErrorKind kind = ErrorKind::value_invalid)
{
    return fhir::fail(kind, std::move(sentence), std::move(path));
}

// ---- out of the gateway

fhir::Extension extension_of(std::string_view name, fhir::ExtensionValue value)
{
    fhir::Extension extension;
    extension.url = url_of(name);
    extension.value = std::move(value);
    return extension;
}

fhir::PrimitiveExtras extras_of(std::string element, fhir::Extension extension)
{
    fhir::PrimitiveExtras extras;
    extras.element = std::move(element);
    extras.extension.push_back(std::move(extension));
    return extras;
}

fhir::SubscriptionChannel channel_of(const notify::Subscription& subscription, std::string_view origin,
                                     bool with_secret)
{
    fhir::SubscriptionChannel channel;
    channel.type = fhir::Code("rest-hook");
    channel.endpoint = fhir::Uri(subscription.endpoint);
    channel.payload = fhir::Code(std::string(media_type));
    channel.extras.push_back(extras_of(
        "payload", extension_of(payload_name, fhir::Code(std::string(to_text(subscription.payload))))));
    for (const std::string& header : subscription.headers)
        channel.header.push_back(header.substr(0, header.find(':')) + ": " + std::string(hidden));
    const auto seconds = [](std::chrono::seconds value) {
        return fhir::UnsignedInt{static_cast<std::int32_t>(value.count())};
    };
    if (subscription.heartbeat)
        channel.extension.push_back(extension_of(heartbeat_name, seconds(*subscription.heartbeat)));
    channel.extension.push_back(extension_of(timeout_name, seconds(subscription.timeout)));
    channel.extension.push_back(
        extension_of(count_name, fhir::PositiveInt{static_cast<std::int32_t>(subscription.max_count)}));
    if (with_secret) {
        fhir::Extension secret;
        secret.url = secret_extension(origin);
        secret.value = subscription.secret;
        channel.extension.push_back(std::move(secret));
    }
    return channel;
}

// ---- into the gateway

Result<void> check_subscription_elements(const fhir::Subscription& sent)
{
    if (sent.implicit_rules || !sent.modifier_extension.empty() || !sent.channel.modifier_extension.empty())
        return not_taken(sent.implicit_rules ? "Subscription.implicitRules"
                                             : "Subscription.modifierExtension[0]",
                         "What may change the meaning of a subscription is not understood here.");
    const char* other = sent.text                 ? "Subscription.text"
                        : !sent.contained.empty() ? "Subscription.contained"
                        : !sent.contact.empty()   ? "Subscription.contact"
                        : !sent.extension.empty() ? "Subscription.extension"
                                                  : nullptr;
    if (other != nullptr)
        return not_taken(other, "The gateway does not keep this element of a subscription; leave it out.");
    if (sent.reason.size() > longest_reason)
        return not_taken("Subscription.reason", "The reason is longer than 500 bytes.",
                         ErrorKind::text_too_long);
    if (sent.status.text != "requested" && sent.status.text != "active" && sent.status.text != "off")
        return not_taken("Subscription.status",
                         "A client says requested to have it started, active to leave it "
                         "as it is, or off.");
    return {};
}

/// The one extension of that name on a primitive; nothing where there is none. Another one is refused.
Result<const fhir::Extension*> extension_on(const std::vector<fhir::PrimitiveExtras>& all,
                                            std::string_view element, std::string_view name,
                                            const std::string& path)
{
    const fhir::Extension* found = nullptr;
    for (const fhir::PrimitiveExtras& extras : all) {
        if (extras.element != element)
            continue;
        for (const fhir::Extension& each : extras.extension) {
            if (each.url != url_of(name) || found != nullptr)
                return not_taken(path + ".extension",
                                 "Here " + url_of(name) + " stands once, and nothing else.");
            found = &each;
        }
    }
    return found;
}

Result<void> read_criteria(const fhir::Subscription& sent, std::string_view origin,
                           notify::Subscription& wanted)
{
    wanted.topic = notify::topic_of(sent.criteria, origin);
    if (wanted.topic == nullptr) {
        std::string known;
        for (const notify::Topic& topic : notify::topics())
            known += (known.empty() ? "" : ", ") + notify::canonical_of(topic, origin);
        return not_taken("Subscription.criteria",
                         "The criteria must be the canonical URL of a topic that there is: " + known + ".");
    }
    const auto filter = extension_on(sent.extras, "criteria", filter_name, "Subscription.criteria");
    if (!filter)
        return std::unexpected(filter.error());
    if (*filter == nullptr)
        return {};
    const auto* text = std::get_if<std::string>(&(*filter)->value);
    if (text == nullptr)
        return not_taken("Subscription.criteria.extension[0].value", "The filter is a valueString.");
    auto read = notify::parse_filter(*text, *wanted.topic);
    if (!read)
        return std::unexpected(read.error().at("Subscription.criteria.extension[0].value"));
    wanted.filter_text = *text;
    wanted.filter = std::move(*read);
    return {};
}

Result<void> read_payload(const fhir::SubscriptionChannel& channel, notify::Subscription& wanted)
{
    const std::string path = "Subscription.channel.payload";
    if (channel.payload && channel.payload->text != media_type && channel.payload->text != "application/json")
        return not_taken(path, "Notifications are application/fhir+json.");
    const auto content = extension_on(channel.extras, "payload", payload_name, path);
    if (!content)
        return std::unexpected(content.error());
    if (*content == nullptr)
        return {};
    const auto* code = std::get_if<fhir::Code>(&(*content)->value);
    const auto payload = code ? notify::parse_payload(code->text) : std::nullopt;
    if (!payload)
        return not_taken(path + ".extension[0].value", "The content is empty, id-only or full-resource.");
    wanted.payload = *payload;
    return {};
}

std::optional<std::int64_t> whole_number(const fhir::ExtensionValue& value)
{
    if (const auto* number = std::get_if<fhir::UnsignedInt>(&value))
        return number->value;
    if (const auto* number = std::get_if<fhir::PositiveInt>(&value))
        return number->value;
    return std::nullopt;
}

Result<void> read_channel_extension(const fhir::Extension& extension, const std::string& path,
                                    std::string_view origin, notify::Subscription& wanted)
{
    if (extension.url == secret_extension(origin))
        return not_taken(path, "The secret is the gateway's to make; ask for a new one with $rotate-secret.");
    const auto number = whole_number(extension.value);
    const auto between = [&](std::int64_t least, std::int64_t most) {
        return number && *number >= least && *number <= most;
    };
    if (extension.url == url_of(heartbeat_name)) {
        if (!between(shortest_heartbeat, longest_heartbeat))
            return not_taken(path + ".value",
                             "A heartbeat comes every 10 to 86400 seconds, as valueUnsignedInt.");
        wanted.heartbeat = std::chrono::seconds(*number);
    } else if (extension.url == url_of(timeout_name)) {
        if (!between(1, longest_timeout))
            return not_taken(path + ".value", "The timeout is 1 to 60 seconds, as valueUnsignedInt.");
        wanted.timeout = std::chrono::seconds(*number);
    } else if (extension.url == url_of(count_name)) {
        if (!between(1, most_count))
            return not_taken(path + ".value", "1 to 100 events fit in a notification, as valuePositiveInt.");
        wanted.max_count = static_cast<std::size_t>(*number);
    } else {
        return not_taken(path, "This extension is not known here; leave it out.");
    }
    return {};
}

bool is_header_name(std::string_view name)
{
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_';
    });
}

/// What belongs to the connection, to the body or to the signature is not the client's to set.
bool is_reserved(std::string_view name)
{
    constexpr std::array<std::string_view, 12> reserved{
        "Host",   "Connection", "Content-Length",   "Transfer-Encoding", "Content-Type", "Content-Encoding",
        "Expect", "Upgrade",    "Apptgw-Signature", "Apptgw-Delivery",   "Trailer",      "TE"};
    return std::ranges::any_of(
        reserved, [&](std::string_view each) { return fhir::rest::equal_ignoring_case(each, name); });
}

Result<void> read_header(const std::string& header, const std::string& path, notify::Subscription& wanted)
{
    const auto colon = header.find(": ");
    const std::string_view name = std::string_view(header).substr(0, colon);
    const bool plain = std::ranges::all_of(header, [](char c) { return c >= ' ' && c < 0x7f; });
    if (colon == std::string::npos || !is_header_name(name) || !plain || header.size() > longest_header ||
        header.size() == colon + 2)
        return not_taken(path,
                         "A header looks like Authorization: Bearer abc, in ASCII, at most 4096 bytes.");
    if (is_reserved(name))
        return not_taken(path, "The header " + std::string(name) + " is set by the gateway.");
    if (header.substr(colon + 2) != hidden)
        wanted.headers.push_back(header);
    return {};
}

Result<void> read_channel(const fhir::SubscriptionChannel& channel, std::string_view origin,
                          notify::Subscription& wanted)
{
    if (channel.type.text != "rest-hook")
        return not_taken("Subscription.channel.type", "Notifications are sent by rest-hook only.");
    if (!channel.endpoint)
        return not_taken("Subscription.channel.endpoint", "Say where notifications are to be sent.",
                         ErrorKind::required);
    wanted.endpoint = channel.endpoint->text;
    if (auto read = read_payload(channel, wanted); !read)
        return read;
    for (std::size_t i = 0; i < channel.extension.size(); ++i)
        if (auto read = read_channel_extension(channel.extension[i],
                                               "Subscription.channel.extension[" + std::to_string(i) + "]",
                                               origin, wanted);
            !read)
            return read;
    if (channel.header.size() > most_headers)
        return not_taken("Subscription.channel.header", "At most 8 headers are sent along.");
    for (std::size_t i = 0; i < channel.header.size(); ++i)
        if (auto read = read_header(channel.header[i],
                                    "Subscription.channel.header[" + std::to_string(i) + "]", wanted);
            !read)
            return read;
    return {};
}

} // namespace

std::string secret_extension(std::string_view origin)
{
    return std::string(origin) + "/fhir/StructureDefinition/notification-secret";
}

fhir::Subscription to_resource(const notify::Subscription& subscription, std::string_view origin,
                               bool with_secret)
{
    fhir::Subscription resource;
    resource.id = subscription.id;
    resource.meta.emplace();
    resource.meta->version_id = std::to_string(subscription.version);
    resource.meta->last_updated = subscription.updated;
    resource.meta->profile.emplace_back(url_of(profile_name));
    resource.status = fhir::Code(subscription.status);
    resource.end = subscription.end;
    resource.reason = subscription.reason;
    resource.criteria = notify::canonical_of(*subscription.topic, origin);
    if (!subscription.filter_text.empty())
        resource.extras.push_back(extras_of("criteria", extension_of(filter_name, subscription.filter_text)));
    if (!subscription.error.empty())
        resource.error = subscription.error;
    resource.channel = channel_of(subscription, origin, with_secret);
    return resource;
}

Result<notify::Subscription> from_resource(const fhir::Subscription& sent, std::string_view origin)
{
    if (auto checked = check_subscription_elements(sent); !checked)
        return std::unexpected(checked.error());
    notify::Subscription wanted;
    wanted.status = sent.status.text;
    wanted.reason = sent.reason;
    wanted.end = sent.end;
    if (auto read = read_criteria(sent, origin, wanted); !read)
        return std::unexpected(read.error());
    if (auto read = read_channel(sent.channel, origin, wanted); !read)
        return std::unexpected(read.error());
    return wanted;
}

} // namespace gateway::faces::r4
