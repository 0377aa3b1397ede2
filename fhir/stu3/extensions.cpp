// SPDX-License-Identifier: Apache-2.0
#include "fhir/stu3/extensions.hpp"

#include "fhir/stu3/names.hpp"

#include <algorithm>
#include <array>

namespace fhir::stu3
{

namespace
{

/// The same value under another URL.
struct SameValue
{
    std::string_view r4, stu3;
};

constexpr std::array<SameValue, 4> same_values{{
    {names::ukcore_booking_organisation, names::booking_organisation},
    {names::ukcore_verification, names::nhs_number_verification},
    {names::ukcore_main_location, names::main_location},
    {names::ukcore_death_notification, names::death_notification},
}};

/// The channel as a plain code; nothing when there is none.
std::optional<Code> channel_of(const Extension& extension)
{
    if (const auto* code = std::get_if<Code>(&extension.value))
        return *code;
    const auto* held = std::get_if<CodeableConcept>(&extension.value);
    return held && !held->coding.empty() ? held->coding.front().code : std::nullopt;
}

void channel_to_r4(Extension& extension)
{
    if (const auto code = channel_of(extension)) {
        extension.url = names::ukcore_delivery_channel;
        extension.value = concept_of(names::ukcore_delivery_channel_system, code->text, code->text);
        extension.value_name.clear();
    }
}

} // namespace

void to_r4(Extension& extension)
{
    if (extension.url == names::delivery_channel || extension.url == names::delivery_channel_old)
        return channel_to_r4(extension);
    const auto same = std::ranges::find(same_values, extension.url, &SameValue::stu3);
    if (same != same_values.end())
        extension.url = same->r4;
}

std::optional<Extension> to_stu3(const Extension& extension)
{
    if (extension.url == names::ukcore_delivery_channel) {
        auto code = channel_of(extension);
        return code ? std::optional(extension_of(names::delivery_channel, std::move(*code))) : std::nullopt;
    }
    const auto same = std::ranges::find(same_values, extension.url, &SameValue::r4);
    if (same == same_values.end())
        return std::nullopt;
    Extension changed = extension;
    changed.url = same->stu3;
    return changed;
}

} // namespace fhir::stu3
