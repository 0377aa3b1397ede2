// SPDX-License-Identifier: Apache-2.0
#include "adapters/r4/local_names.hpp"

#include "fhir/model/nhs_number.hpp"

#include <algorithm>

namespace adapters::r4
{

namespace
{

bool is_type_name(std::string_view text)
{
    return !text.empty() && text.front() >= 'A' && text.front() <= 'Z' &&
           std::ranges::all_of(text, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
}

void write_value(const Node& node, const LocalNames& names, std::string& out);

void write_members(const Node& object, const LocalNames& names, bool top, std::string& out)
{
    out += '{';
    bool first = true;
    for (const Node& member : object.children()) {
        if (top && (member.name() == "meta" || member.name() == "text"))
            continue;
        if (!first)
            out += ',';
        first = false;
        fhir::codec::append_json_string(out, member.name());
        out += ':';
        if (top && member.name() == "id" && member.is_string())
            fhir::codec::append_json_string(out, names.id(member.text()));
        else if (member.name() == "reference" && member.is_string())
            fhir::codec::append_json_string(out, names.translated(member.text()));
        else
            write_value(member, names, out);
    }
    out += '}';
}

/// As deep as the document, whose depth is limited.
void write_value(const Node& node, const LocalNames& names, std::string& out)
{
    if (node.is_object())
        return write_members(node, names, false, out);
    if (node.is_string())
        return fhir::codec::append_json_string(out, node.text());
    if (!node.is_array()) {
        out += node.is_null() ? std::string_view("null") : node.text();
        return;
    }
    out += '[';
    bool first = true;
    for (const Node& item : node.items()) {
        if (!first)
            out += ',';
        first = false;
        write_value(item, names, out);
    }
    out += ']';
}

} // namespace

std::optional<LocalReference> relative_reference(std::string_view reference)
{
    if (const auto history = reference.find("/_history/"); history != std::string_view::npos)
        reference = reference.substr(0, history);
    const auto slash = reference.find('/');
    if (slash == std::string_view::npos || !is_type_name(reference.substr(0, slash)) ||
        !fhir::is_id(reference.substr(slash + 1)))
        return std::nullopt;
    return LocalReference{std::string(reference.substr(0, slash)), std::string(reference.substr(slash + 1))};
}

LocalNames::LocalNames(const fhir::OdsCode& ods, std::string_view identifier_base)
    : ods_(ods.text()), slot_system_(identifier_base), booking_system_(identifier_base)
{
    slot_system_ += "/id/provider-slot/" + ods_;
    booking_system_ += "/id/booking";
}

std::string LocalNames::id(std::string_view local) const
{
    if (fhir::NhsNumber::parse(local))
        return ods_ + "." +
               fhir::local_id("patient of " + ods_ + " with the national number " + std::string(local));
    return ods_ + "." + fhir::local_id(local);
}

std::string LocalNames::reference(std::string_view type, std::string_view local) const
{
    return std::string(type) + "/" + id(local);
}

std::string LocalNames::translated(std::string_view reference) const
{
    const auto here = local(reference);
    return here ? this->reference(here->type, here->id) : std::string(reference);
}

std::string localised(const Node& resource, const LocalNames& names)
{
    std::string out;
    out.reserve(resource.source().size() + 64);
    write_members(resource, names, true, out);
    return out;
}

} // namespace adapters::r4
