// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/ids.hpp"

#include "fhir/model/id.hpp"
#include "fhir/model/nhs_number.hpp"

#include <algorithm>

namespace adapters::fhir_r4
{

namespace
{

constexpr std::size_t longest_target = 8192;

bool is_type_name(std::string_view text)
{
    return !text.empty() && text.front() >= 'A' && text.front() <= 'Z' &&
           std::ranges::all_of(text, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
}

/// Visible ASCII without what ends or splits a request line, and no way up out of the base path, encoded or
/// not.
bool is_safe_target(std::string_view target)
{
    if (target.size() > longest_target ||
        !std::ranges::all_of(target, [](char c) { return c > 0x20 && c < 0x7f && c != '#' && c != '\\'; }))
        return false;
    const auto path = target.substr(0, target.find('?'));
    std::string folded(path);
    std::ranges::transform(folded, folded.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return !folded.starts_with('/') && folded.find("..") == std::string::npos &&
           folded.find("//") == std::string::npos && folded.find("%2") == std::string::npos &&
           folded.find(':') == std::string::npos;
}

void write_value(const Node& node, const Ids& ids, std::string& out);

void write_members(const Node& object, const Ids& ids, bool top, std::string& out)
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
            fhir::codec::append_json_string(out, ids.id(member.text()));
        else if (member.name() == "reference" && member.is_string())
            fhir::codec::append_json_string(out, ids.translated(member.text()));
        else
            write_value(member, ids, out);
    }
    out += '}';
}

/// As deep as the document, whose depth is limited.
void write_value(const Node& node, const Ids& ids, std::string& out)
{
    if (node.is_object())
        return write_members(node, ids, false, out);
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
        write_value(item, ids, out);
    }
    out += ']';
}

} // namespace

Ids::Ids(const fhir::OdsCode& ods, std::string_view identifier_base, std::string_view service_root)
    : ods_(ods.text()), root_(service_root), slot_system_(identifier_base), booking_system_(identifier_base)
{
    if (!root_.ends_with('/'))
        root_ += '/';
    slot_system_ += "/id/provider-slot/" + ods_;
    booking_system_ += "/id/booking";
}

std::string Ids::id(std::string_view local) const
{
    if (fhir::NhsNumber::parse(local))
        return ods_ + "." +
               fhir::local_id("patient of " + ods_ + " with the national number " + std::string(local));
    return ods_ + "." + fhir::local_id(local);
}

std::string Ids::reference(std::string_view type, std::string_view local) const
{
    return std::string(type) + "/" + id(local);
}

std::optional<LocalReference> Ids::local(std::string_view reference) const
{
    if (reference.starts_with(root_))
        reference.remove_prefix(root_.size());
    if (const auto history = reference.find("/_history/"); history != std::string_view::npos)
        reference = reference.substr(0, history);
    const auto slash = reference.find('/');
    if (slash == std::string_view::npos || !is_type_name(reference.substr(0, slash)) ||
        !fhir::is_id(reference.substr(slash + 1)))
        return std::nullopt;
    return LocalReference{std::string(reference.substr(0, slash)), std::string(reference.substr(slash + 1))};
}

std::string Ids::translated(std::string_view reference) const
{
    const auto here = local(reference);
    return here ? this->reference(here->type, here->id) : std::string(reference);
}

std::optional<std::string> Ids::target_of(std::string_view link) const
{
    const std::string_view root = root_;
    if (link.starts_with(root))
        link.remove_prefix(root.size());
    else if (link.starts_with(root.substr(0, root.size() - 1)) &&
             link.substr(root.size() - 1).starts_with('?'))
        link.remove_prefix(root.size() - 1);
    if (link.empty() || !is_safe_target(link))
        return std::nullopt;
    return std::string(link);
}

std::string localised(const Node& resource, const Ids& ids)
{
    std::string out;
    out.reserve(resource.source().size() + 64);
    write_members(resource, ids, true, out);
    return out;
}

} // namespace adapters::fhir_r4
