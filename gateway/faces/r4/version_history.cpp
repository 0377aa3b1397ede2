// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/r4/version_history.hpp"

#include "adapters/clock.hpp"
#include "fhir/codec/json.hpp"
#include "fhir/model/bundle.hpp"
#include "gateway/faces/r4/answers.hpp"
#include "gateway/faces/r4/searchset.hpp"
#include "gateway/faces/r4_face.hpp"

#include <algorithm>
#include <charconv>

namespace gateway::faces::r4
{

namespace
{

using Versions = std::vector<KeptVersion>;

fhir::Error bad_value(const std::string& name, std::string sentence)
{
    return fhir::Error(fhir::ErrorKind::value_invalid, std::move(sentence), "http." + name);
}

fhir::Result<void> read_moment(const fhir::search::RawParameter& parameter,
                               std::optional<fhir::Instant>& into)
{
    const auto moment = fhir::parse_date_time(parameter.value);
    if (!moment)
        return std::unexpected(bad_value(
            parameter.name, parameter.name + " must be a date or a moment, such as 2026-11-23T09:00:00Z."));
    into = moment->at;
    return {};
}

fhir::Result<void> read_count(const fhir::search::RawParameter& parameter, std::size_t& count)
{
    const std::string& text = parameter.value;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (problem != std::errc{} || end != text.data() + text.size())
        return std::unexpected(bad_value(parameter.name, "_count must be a whole number."));
    return {};
}

/// `versions` is newest first.
Versions narrowed(Versions versions, const HistoryQuery& query)
{
    if (query.since)
        std::erase_if(versions,
                      [&](const KeptVersion& version) { return version.last_updated < *query.since; });
    if (query.at) {
        std::erase_if(versions, [&](const KeptVersion& version) { return version.last_updated > *query.at; });
        versions.resize(std::min<std::size_t>(versions.size(), 1));
    }
    return versions;
}

/// The same history from another version on.
std::string page_url(const Context& context, std::string_view type, std::size_t offset)
{
    auto parameters = context.parameters;
    std::erase_if(parameters, [](const auto& parameter) {
        return parameter.name != "_count" && parameter.name != "_since" && parameter.name != "_at";
    });
    if (offset > 0)
        parameters.push_back({"_offset", std::to_string(offset)});
    const std::string query = fhir::search::to_query(parameters);
    return context.url(std::string(type) + "/" + context.destination.id + "/_history") +
           (query.empty() ? "" : "?" + query);
}

void add_link(fhir::Bundle& bundle, std::string relation, std::string url)
{
    bundle.link.emplace_back();
    bundle.link.back().relation = std::move(relation);
    bundle.link.back().url = std::move(url);
}

fhir::BundleEntry entry_of(const Context& context, std::string_view type, const KeptVersion& stored)
{
    const std::string path = std::string(type) + "/" + context.destination.id;
    fhir::BundleEntry entry;
    entry.full_url = context.url(path);
    entry.resource = stored.resource;
    entry.request.emplace();
    entry.request->method = stored.version == 1 ? fhir::HttpVerb::post : fhir::HttpVerb::put;
    entry.request->url = stored.version == 1 ? std::string(type) : path;
    entry.response.emplace();
    entry.response->status = stored.version == 1 ? "201 Created" : "200 OK";
    entry.response->etag = etag(std::to_string(stored.version));
    entry.response->last_modified = stored.last_updated;
    return entry;
}

} // namespace

fhir::Result<HistoryQuery> history_query(const Context& context)
{
    auto parameters = context.parameters;
    const auto offset = take_offset(parameters);
    if (!offset)
        return std::unexpected(offset.error());
    HistoryQuery query;
    query.offset = *offset;
    for (const auto& parameter : parameters) {
        fhir::Result<void> read;
        if (parameter.name == "_count")
            read = read_count(parameter, query.count);
        else if (parameter.name == "_since")
            read = read_moment(parameter, query.since);
        else if (parameter.name == "_at")
            read = read_moment(parameter, query.at);
        else if (context.prefer.handling == fhir::search::Handling::strict)
            read = fhir::fail(fhir::ErrorKind::unknown_parameter, "A history takes _count, _since and _at.",
                              "http." + parameter.name);
        if (!read)
            return std::unexpected(read.error());
    }
    return query;
}

std::optional<std::int64_t> version_number(std::string_view text)
{
    std::int64_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc{} || end != text.data() + text.size() || number < 1)
        return std::nullopt;
    return number;
}

Answer history_answer(const Context& context, const R4Services& services, std::string_view type,
                      HistoryQuery query, Versions versions)
{
    const Versions kept = narrowed(std::move(versions), query);
    query.offset = std::min(query.offset, kept.size());
    fhir::Bundle bundle;
    bundle.id = adapters::new_uuid(services.clock, services.random);
    bundle.type = fhir::BundleType::history;
    bundle.timestamp = services.clock.now();
    bundle.total = fhir::UnsignedInt{static_cast<std::int32_t>(kept.size())};
    add_link(bundle, "self", page_url(context, type, query.offset));
    const std::size_t end = query.offset + std::min(query.count, kept.size() - query.offset);
    if (query.count > 0 && end < kept.size())
        add_link(bundle, "next", page_url(context, type, end));
    for (std::size_t i = query.offset; i < end; ++i)
        bundle.entry.push_back(entry_of(context, type, kept[i]));
    Answer answer;
    fhir::codec::write(bundle, answer.body);
    return answer;
}

} // namespace gateway::faces::r4
