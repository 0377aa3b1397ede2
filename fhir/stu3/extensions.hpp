// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/datatypes.hpp"

#include <optional>
#include <string_view>
#include <vector>

/// Extensions of GP Connect and UK Core that say the same.
namespace fhir::stu3
{

/// A GP Connect extension becomes UK Core's, its value too; any other stays as it is.
void to_r4(Extension& extension);
/// Nothing when STU3 says it the same way.
std::optional<Extension> to_stu3(const Extension& extension);

/// Takes the first extension of that URL whose value is a V out of the list.
template <class V>
std::optional<V> take_value(std::vector<Extension>& extensions, std::string_view url)
{
    for (auto each = extensions.begin(); each != extensions.end(); ++each)
        if (each->url == url)
            if (auto* value = std::get_if<V>(&each->value)) {
                std::optional<V> taken(std::move(*value));
                extensions.erase(each);
                return taken;
            }
    return std::nullopt;
}

template <class V>
Extension extension_of(std::string_view url, V value)
{
    Extension made;
    made.url = url;
    made.value = std::move(value);
    return made;
}

} // namespace fhir::stu3
