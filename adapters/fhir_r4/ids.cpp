// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/ids.hpp"

#include <algorithm>

namespace adapters::fhir_r4
{

namespace
{

constexpr std::size_t longest_target = 8192;

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

} // namespace

Ids::Ids(const fhir::OdsCode& ods, std::string_view identifier_base, std::string_view service_root)
    : LocalNames(ods, identifier_base), root_(service_root)
{
    if (!root_.ends_with('/'))
        root_ += '/';
}

std::optional<LocalReference> Ids::local(std::string_view reference) const
{
    if (reference.starts_with(root_))
        reference.remove_prefix(root_.size());
    return r4::relative_reference(reference);
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

} // namespace adapters::fhir_r4
