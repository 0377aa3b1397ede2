// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/spine_headers.hpp"

#include "gateway/faces/media_range.hpp"

#include <algorithm>
#include <array>

namespace gateway::faces::gpconnect
{

namespace
{

constexpr std::size_t longest = 255;

struct Row
{
    std::string_view name;
    std::string SpineHeaders::* member;
};
constexpr std::array rows{
    Row{"Ssp-TraceID", &SpineHeaders::trace_id},
    Row{"Ssp-From", &SpineHeaders::from},
    Row{"Ssp-To", &SpineHeaders::to},
    Row{"Ssp-InteractionID", &SpineHeaders::interaction_id},
};

bool printable(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

} // namespace

Checked<SpineHeaders> read_spine_headers(const fhir::rest::Headers& headers, std::string_view practice_asid)
{
    SpineHeaders read;
    for (const Row& row : rows) {
        const auto value = trim(headers.get(row.name));
        if (value.empty() || headers.count(row.name) != 1)
            return bad_request("Header " + std::string(row.name) + " must be sent once, and not be blank");
        if (value.size() > longest || !printable(value))
            return bad_request("Header " + std::string(row.name) + " is not an identifier");
        read.*row.member = value;
    }
    if (!practice_asid.empty() && read.to != practice_asid)
        return bad_request("Header Ssp-To is not the ASID of the practice in the path");
    return read;
}

} // namespace gateway::faces::gpconnect
