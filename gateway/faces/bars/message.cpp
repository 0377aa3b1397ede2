// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/bars/message.hpp"

#include "fhir/bars/headers.hpp"
#include "fhir/codec/json.hpp"
#include "fhir/schema/schema.hpp"
#include "gateway/faces/bars/tolerance.hpp"
#include "gateway/faces/bars/unmodelled.hpp"

#include <algorithm>

namespace gateway::faces::bars
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;
using fhir::codec::JsonValue;

constexpr std::size_t longest_message = 1 << 20;

std::string_view text_in(const JsonValue& object, std::string_view name)
{
    const auto* value = object.is_object() ? object.find(name) : nullptr;
    return value && value->is_string() ? std::string_view(value->text()) : std::string_view();
}

Result<JsonValue> read_tree(std::string_view body)
{
    auto tree = fhir::codec::parse_json(body, {.max_depth = 32, .max_bytes = longest_message});
    if (!tree)
        return tree;
    if (text_in(*tree, "resourceType") != "Bundle" || text_in(*tree, "type") != "message")
        return fhir::fail(ErrorKind::malformed, "The body is not a Bundle of type message.", "Bundle.type");
    return tree;
}

/// An absent version is taken for ours: the payload tables do not list it.
Result<void> check_version(std::string_view version)
{
    if (version.empty() || fhir::bars::major_of(version) == 1)
        return {};
    return fhir::fail(ErrorKind::not_supported_by_practice,
                      "Messages of this version of the standard are not taken here, only of version 1.",
                      "Bundle.meta.versionId");
}

constexpr fhir::codec::ReadOptions lenient{
    .unknown = fhir::codec::Unknown::ignore, .max_depth = 32, .max_bytes = 2 * longest_message};

/// The version goes before what another version may say otherwise.
Result<fhir::Bundle> read_json(std::string_view body)
{
    auto tree = read_tree(body);
    if (!tree)
        return std::unexpected(tree.error());
    const auto* meta = tree->find("meta");
    if (auto version = check_version(meta ? text_in(*meta, "versionId") : std::string_view()); !version)
        return std::unexpected(version.error());
    make_readable(*tree);
    return fhir::codec::read<fhir::Bundle>(std::string_view(fhir::codec::to_json(*tree)), lenient);
}

Result<fhir::Bundle> read_xml(std::string_view body)
{
    auto bundle = fhir::codec::read<fhir::Bundle>(body, fhir::codec::r4_xml, lenient);
    if (!bundle)
        return bundle;
    if (bundle->type != fhir::BundleType::message)
        return fhir::fail(ErrorKind::malformed, "The body is not a Bundle of type message.", "Bundle.type");
    if (auto version = check_version(bundle->meta ? bundle->meta->version_id.value_or("") : ""); !version)
        return std::unexpected(version.error());
    return bundle;
}

std::string_view id_of(const fhir::AnyResource& resource)
{
    const auto* held = static_cast<const fhir::Resource*>(resource.address());
    return held->id ? std::string_view(*held->id) : std::string_view();
}

} // namespace

Result<Message> Message::read(std::string_view body, fhir::codec::Format format)
{
    auto bundle = format == fhir::codec::Format::json ? read_json(body) : read_xml(body);
    if (!bundle)
        return std::unexpected(bundle.error());
    std::erase_if(bundle->entry, [](const fhir::BundleEntry& entry) { return !entry.resource; });
    if (bundle->entry.empty() || !bundle->entry.front().resource->as<fhir::MessageHeader>())
        return fhir::fail(ErrorKind::invariant, "The first entry of a message is its MessageHeader (bdl-12).",
                          "Bundle.entry[0].resource");
    if (!bundle->id || bundle->id->empty())
        return fhir::fail(ErrorKind::required, "A message needs an id, which names its thread.", "Bundle.id");
    Message message;
    message.bundle_ = std::move(*bundle);
    message.unmodelled_ =
        format == fhir::codec::Format::json ? unmodelled_in_json(body) : unmodelled_in_xml(body);
    return message;
}

const fhir::MessageHeader& Message::header() const
{
    return *bundle_.entry.front().resource->as<fhir::MessageHeader>();
}

std::size_t Message::count(std::string_view type) const
{
    return static_cast<std::size_t>(std::ranges::count_if(bundle_.entry,
                                                          [&](const fhir::BundleEntry& entry) {
                                                              return entry.resource->type().name == type;
                                                          }) +
                                    std::ranges::count(unmodelled_, type, &Unmodelled::type));
}

std::vector<std::string_view> Message::statuses(std::string_view type) const
{
    std::vector<std::string_view> found;
    for (const Unmodelled& each : unmodelled_)
        if (each.type == type)
            found.push_back(each.status);
    return found;
}

const fhir::BundleEntry* Message::entry_named(const fhir::Reference& reference) const
{
    const std::string_view wanted = reference.reference ? std::string_view(*reference.reference) : "";
    if (wanted.empty())
        return nullptr;
    for (const fhir::BundleEntry& entry : bundle_.entry) {
        if (entry.full_url && entry.full_url->text == wanted)
            return &entry;
        const auto id = id_of(*entry.resource);
        const std::string name = std::string(entry.resource->type().name) + "/" + std::string(id);
        if (!id.empty() && wanted == name)
            return &entry;
    }
    return nullptr;
}

std::string Message::url_of(const void* resource) const
{
    for (const fhir::BundleEntry& entry : bundle_.entry)
        if (entry.resource->address() == resource)
            return entry.full_url ? entry.full_url->text : std::string();
    return {};
}

} // namespace gateway::faces::bars
