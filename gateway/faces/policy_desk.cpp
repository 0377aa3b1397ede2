// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/policy_desk.hpp"

#include "fhir/codec/json.hpp"
#include "fhir/outcome/catalogue.hpp"
#include "fhir/outcome/operation_outcome.hpp"
#include "gateway/faces/health.hpp"
#include "gateway/faces/policy_json.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace gateway::faces
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;
using fhir::codec::JsonValue;
using fhir::rest::Request;
using fhir::rest::Response;
using policy::PolicyEntry;

constexpr std::string_view desk_path = "/policy/";

/// The kinds by the folder they are served in.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> folders{
    {{"agreements", "agreement"}, {"areas", "area"}, {"valves", "valve"}}};

/// `/policy/agreements/harbour-evening/_history`, in parts.
struct DeskPath
{
    std::string folder, key;
    bool history = false;

    std::string_view kind() const
    {
        const auto found = std::ranges::find(folders, folder, [](const auto& pair) { return pair.first; });
        return found == folders.end() ? std::string_view() : found->second;
    }
};

std::optional<DeskPath> parse_path(std::string_view path)
{
    path.remove_prefix(desk_path.size());
    DeskPath parsed;
    const auto slash = path.find('/');
    parsed.folder = path.substr(0, slash);
    const bool only_read = parsed.folder == "practices" || parsed.folder == "slot-types";
    if (parsed.kind().empty() && !only_read)
        return std::nullopt;
    if (slash == std::string_view::npos)
        return parsed;
    std::string_view rest = path.substr(slash + 1);
    constexpr std::string_view history = "/_history";
    if (rest.ends_with(history) && !parsed.kind().empty()) {
        parsed.history = true;
        rest.remove_suffix(history.size());
    }
    auto key = fhir::rest::percent_decode(rest, false);
    if (!key || key->empty() || key->size() > 64 || key->find('/') != std::string::npos)
        return std::nullopt;
    const auto ods = parsed.folder == "agreements" ? std::nullopt : fhir::OdsCode::parse(*key);
    parsed.key = ods ? ods->text() : std::move(*key);
    return parsed;
}

Response desk_refusal(const PolicyDesk& desk, const fhir::Error& error)
{
    Response response;
    response.status = fhir::catalogue_row(error.kind()).http_status;
    response.headers.set("Content-Type", "application/fhir+json");
    fhir::codec::write(fhir::to_operation_outcome(error, desk.code_system), response.body);
    return response;
}

Response shown(const JsonValue& body)
{
    return text_answer(200, "application/json", fhir::codec::to_json(body, true) + "\n");
}

Response shown(const PolicyEntry& entry, unsigned status)
{
    const auto body = fhir::codec::parse_json(entry.table.body);
    auto response = text_answer(status, "application/json",
                                fhir::codec::to_json(body.value_or(JsonValue()), true) + "\n");
    response.headers.set("ETag", "W/\"" + std::to_string(entry.version) + "\"");
    return response;
}

Response list_of(const PolicyDesk& desk, const DeskPath& path)
{
    auto all = JsonValue::array();
    for (const PolicyEntry& entry : desk.administration->entries(path.kind()))
        all.items().push_back(entry_json(entry));
    const auto directory = desk.administration->directory();
    std::size_t number = 0;
    if (path.folder == "agreements")
        for (const auto& federation : directory->sharing().agreed().federations)
            all.items().push_back(federation_json(federation, ++number));
    return shown(JsonValue::object({{path.folder, std::move(all)}}));
}

Response practices_at(const PolicyDesk& desk, const DeskPath& path)
{
    const auto directory = desk.administration->directory();
    const fhir::Instant now = desk.clock.now();
    if (path.key.empty()) {
        auto all = JsonValue::array();
        for (const auto& practice : directory->practices())
            all.items().push_back(practice_json(*directory, *practice, now));
        return shown(JsonValue::object({{"practices", std::move(all)}}));
    }
    const auto ods = fhir::OdsCode::parse(path.key);
    const auto practice = ods ? directory->practice(*ods) : nullptr;
    return practice ? shown(practice_json(*directory, *practice, now))
                    : desk_refusal(desk, fhir::Error(ErrorKind::not_found, "No practice of that ODS code is "
                                                                           "connected to this gateway."));
}

/// Those of one practice, or of all.
Response slot_types_at(const PolicyDesk& desk, const DeskPath& path)
{
    auto all = JsonValue::array();
    for (const auto& seen : desk.slot_types ? desk.slot_types->all() : std::vector<slot_types::SeenType>())
        if (path.key.empty() || seen.practice.text() == path.key)
            all.items().push_back(slot_type_json(seen));
    return shown(JsonValue::object({{"slot_types", std::move(all)}}));
}

Awaitable<Response> history_at(const PolicyDesk& desk, DeskPath path)
{
    auto versions = co_await desk.administration->history(std::string(path.kind()), path.key);
    if (!versions)
        co_return desk_refusal(desk, versions.error());
    auto all = JsonValue::array();
    for (const PolicyEntry& version : *versions)
        all.items().push_back(entry_json(version));
    co_return shown(JsonValue::object({{path.folder, std::move(all)}}));
}

Awaitable<Response> read_at(const PolicyDesk& desk, DeskPath path)
{
    if (path.folder == "practices")
        co_return practices_at(desk, path);
    if (path.folder == "slot-types")
        co_return slot_types_at(desk, path);
    if (path.key.empty())
        co_return list_of(desk, path);
    if (path.history) {
        auto answer = co_await history_at(desk, std::move(path));
        co_return answer;
    }
    const auto entry = desk.administration->entry(std::string(path.kind()), path.key);
    co_return entry ? shown(*entry, 200) : desk_refusal(desk, entry.error());
}

/// Nothing for a new entry.
Result<std::optional<std::int64_t>> version_changed(const Request& request)
{
    const std::string_view match = request.headers.get("If-Match");
    if (match.empty() && request.headers.get("If-None-Match") == "*")
        return std::nullopt;
    if (match.empty())
        return std::unexpected(fhir::Error(ErrorKind::if_match_required,
                                           "Say which version is changed: its ETag in If-Match, or "
                                           "If-None-Match: * for a new entry.",
                                           "http.If-Match"));
    std::string_view tag = match;
    if (tag.starts_with("W/"))
        tag.remove_prefix(2);
    std::int64_t version = -1;
    if (tag.size() > 2 && tag.front() == '"' && tag.back() == '"') {
        tag = tag.substr(1, tag.size() - 2);
        const auto [end, problem] = std::from_chars(tag.data(), tag.data() + tag.size(), version);
        if (problem != std::errc{} || end != tag.data() + tag.size())
            version = -1;
    }
    if (version < 0)
        return fhir::fail(ErrorKind::value_invalid,
                          "If-Match holds one ETag as it was sent, such as W/\"3\".", "http.If-Match");
    return version;
}

Result<policy::PolicyChange> read_change(const PolicyDesk& desk, const Request& request, const DeskPath& path)
{
    policy::PolicyChange change;
    auto by = desk.operator_of(request);
    if (!by)
        return std::unexpected(by.error());
    const auto follows = version_changed(request);
    if (!follows)
        return std::unexpected(follows.error());
    auto reason = fhir::rest::percent_decode(request.headers.get("X-Change-Reason"), false);
    if (!reason)
        return fhir::fail(ErrorKind::value_invalid, "X-Change-Reason is percent-encoded UTF-8.",
                          "http.X-Change-Reason");
    change.author = std::move(*by);
    change.reason = std::move(*reason);
    change.follows = *follows;
    change.remove = request.method == "DELETE";
    change.table = {std::string(path.kind()), path.key, request.body};
    if (!change.remove && !request.headers.get("Content-Type").starts_with("application/json"))
        return fhir::fail(ErrorKind::unsupported_media_type, "The entry is sent as application/json.");
    return change;
}

Awaitable<Response> change_at(const PolicyDesk& desk, Request request, DeskPath path)
{
    auto change = read_change(desk, request, path);
    if (!change)
        co_return desk_refusal(desk, change.error());
    const bool creates = !change->follows;
    auto done = co_await desk.administration->change(std::move(*change));
    if (!done)
        co_return desk_refusal(desk, done.error());
    if (!done->removed)
        co_return shown(*done, creates ? 201 : 200);
    Response removed;
    removed.status = 204;
    co_return removed;
}

/// Names one entry, which can be changed.
bool names_entry(const DeskPath& path)
{
    return !path.key.empty() && !path.history && !path.kind().empty();
}

Response not_allowed(const PolicyDesk& desk, const DeskPath& path)
{
    auto refused = desk_refusal(desk, fhir::Error(ErrorKind::method_not_allowed));
    refused.headers.set("Allow", names_entry(path) ? "GET, HEAD, PUT, DELETE" : "GET, HEAD");
    return refused;
}

} // namespace

bool is_for_policy_desk(std::string_view path)
{
    return path.starts_with(desk_path);
}

Awaitable<Response> at_policy_desk(const PolicyDesk& desk, Request request)
{
    auto path = parse_path(request.path());
    if (!path)
        co_return desk_refusal(desk,
                               fhir::Error(ErrorKind::not_found,
                                           "There are /policy/agreements, /policy/areas, /policy/valves and "
                                           "/policy/practices."));
    if (request.method == "GET" || request.method == "HEAD") {
        auto answer = co_await read_at(desk, std::move(*path));
        co_return answer;
    }
    if (!names_entry(*path) || (request.method != "PUT" && request.method != "DELETE"))
        co_return not_allowed(desk, *path);
    auto answer = co_await change_at(desk, std::move(request), std::move(*path));
    co_return answer;
}

} // namespace gateway::faces
