// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/r4/searchset.hpp"

#include "fhir/codec/json.hpp"
#include "fhir/codec/json_value.hpp"
#include "fhir/model/nhs_number.hpp"
#include "fhir/outcome/operation_outcome.hpp"
#include "gateway/faces/media_range.hpp"
#include "gateway/search/bundle_outcome.hpp"

#include <algorithm>
#include <charconv>

namespace gateway::faces::r4
{

namespace
{

constexpr std::string_view offset_name = "_offset";

bool identifies_patient(std::string_view type, const fhir::search::RawParameter& parameter)
{
    if (type == "Patient" && !parameter.name.starts_with('_'))
        return true;
    const std::string value = lower(parameter.value);
    if (value.find("nhs-number") != std::string::npos)
        return true;
    return fhir::NhsNumber::parse(value.substr(value.rfind('|') + 1)).has_value();
}

void append_member(fhir::rest::OutBuffer& out, std::string_view name, std::string_view value)
{
    std::string text = ",\"" + std::string(name) + "\":";
    fhir::codec::append_json_string(text, value);
    out.append(text);
}

void append_link(fhir::rest::OutBuffer& out, std::string_view relation, std::string_view url)
{
    out.append("{\"relation\":\"");
    out.append(relation);
    out.append("\"");
    append_member(out, "url", url);
    out.append("}");
}

struct PageLinks
{
    std::string self;
    bool may_page = true;
};

PageLinks links_of(const Context& context, const Searchset& result)
{
    PageLinks links;
    std::vector<fhir::search::RawParameter> shown;
    for (const auto& parameter : result.used) {
        if (identifies_patient(result.type, parameter))
            links.may_page = false;
        else
            shown.push_back(parameter);
    }
    links.self = context.url(result.type);
    if (const auto query = fhir::search::to_query(shown); !query.empty())
        links.self += "?" + query;
    return links;
}

std::string with_offset(const std::string& url, std::size_t offset)
{
    const char joint = url.find('?') == std::string::npos ? '?' : '&';
    return url + joint + std::string(offset_name) + "=" + std::to_string(offset);
}

void append_links(fhir::rest::OutBuffer& out, const PageLinks& links, const Searchset& result,
                  std::size_t end)
{
    out.append(",\"link\":[");
    append_link(out, "self", result.offset == 0 ? links.self : with_offset(links.self, result.offset));
    const bool count_only = result.paging.summary == fhir::search::Paging::Summary::count;
    if (links.may_page && !count_only && result.others_follow()) {
        out.append(",");
        append_link(out, "next", with_offset(links.self, end));
    }
    out.append("]");
}

void append_entry(fhir::rest::OutBuffer& out, bool& first, std::string_view full_url, std::string_view json,
                  std::string_view mode)
{
    out.append(first ? "{" : ",{");
    first = false;
    std::string url = "\"fullUrl\":";
    fhir::codec::append_json_string(url, full_url);
    out.append(url + ",");
    out.append("\"resource\":");
    out.append(json);
    out.append(",\"search\":{\"mode\":\"");
    out.append(mode);
    out.append("\"}}");
}

void append_match(fhir::rest::OutBuffer& out, bool& first, const Context& context, const Entry& match)
{
    append_entry(out, first, context.url(match.reference), match.json, "match");
}

void append_entries(fhir::rest::OutBuffer& out, const Context& context, const Searchset& result,
                    std::size_t end)
{
    const bool count_only = result.paging.summary == fhir::search::Paging::Summary::count;
    if (count_only || (result.offset >= end && result.includes.empty() && result.notes.empty()))
        return;
    bool first = true;
    out.append(",\"entry\":[");
    for (std::size_t i = result.offset; i < end; ++i)
        append_match(out, first, context, result.matches[i - result.first_at_hand()]);
    for (const auto& include : result.includes)
        append_entry(out, first, context.url(include.reference), include.json, "include");
    if (!result.notes.empty())
        append_entry(
            out, first, search::outcome_full_url,
            fhir::codec::to_json(fhir::to_warning(result.notes, fhir::outcome_code_system(context.base_url))),
            "outcome");
    out.append("]");
}

} // namespace

std::size_t Searchset::page_size() const
{
    const bool single_page =
        std::ranges::any_of(used, [&](const auto& parameter) { return identifies_patient(type, parameter); });
    return single_page ? pages.most : pages.of(paging);
}

std::size_t Searchset::page_end() const
{
    const std::size_t end = first_at_hand() + matches.size();
    return std::min(end, std::max(offset, std::min(offset, end) + page_size()));
}

bool Searchset::others_follow() const
{
    return at_hand == AtHand::all ? page_end() < matches.size() : at_hand == AtHand::page_of_more;
}

std::optional<std::size_t> Searchset::total() const
{
    return at_hand == AtHand::all ? std::optional(matches.size()) : counted;
}

fhir::Result<std::size_t> take_offset(std::vector<fhir::search::RawParameter>& parameters)
{
    const auto found = std::ranges::find(parameters, offset_name, &fhir::search::RawParameter::name);
    if (found == parameters.end())
        return 0;
    std::size_t offset = 0;
    const std::string text = found->value;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), offset);
    parameters.erase(found);
    if (problem != std::errc{} || end != text.data() + text.size() || offset > 1'000'000)
        return fhir::fail(fhir::ErrorKind::value_invalid,
                          "This paging link was changed; follow links as they are given.", "http._offset");
    return offset;
}

fhir::Error note_of(const search::MissingPractice& missing)
{
    fhir::Error note(missing.error.kind(), missing.name + " (" + missing.ods.text() +
                                               ") is missing from this answer: " + missing.error.sentence());
    return note.advise(missing.error.advice(), missing.error.remedy());
}

Answer searchset_answer(const Context& context, Searchset result)
{
    const std::size_t end = result.page_end();
    Answer answer;
    auto& out = answer.body;
    out.append("{\"resourceType\":\"Bundle\"");
    append_member(out, "id", result.id);
    append_member(out, "type", "searchset");
    append_member(out, "timestamp", fhir::to_uk_text(result.made));
    const bool count_only = result.paging.summary == fhir::search::Paging::Summary::count;
    const auto total = result.total();
    if (total && (count_only || result.paging.total != fhir::search::Paging::Total::none))
        out.append(",\"total\":" + std::to_string(*total));
    append_links(out, links_of(context, result), result, end);
    append_entries(out, context, result, end);
    out.append("}");
    return answer;
}

} // namespace gateway::faces::r4
