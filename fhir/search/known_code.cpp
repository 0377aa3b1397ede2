// SPDX-License-Identifier: Apache-2.0
#include "fhir/search/known_code.hpp"

#include "fhir/search/suggestion.hpp"

#include <algorithm>
#include <string>

namespace fhir::search
{

namespace
{

Error unknown_code(const std::string& code, std::span<const std::string_view> known,
                   std::string_view parameter)
{
    const std::string name(parameter);
    Error error(ErrorKind::value_invalid, printable(code) + " is not a " + name + ".", path_of(name));
    std::string all;
    for (const std::string_view one : known)
        all += (all.empty() ? "" : ", ") + std::string(one);
    const std::string_view nearest = nearest_name(code, {known.begin(), known.end()});
    const std::string guess = nearest.empty() ? "" : "Did you mean " + std::string(nearest) + "? ";
    return error.advise(guess + "Send one of " + all + ".");
}

} // namespace

Result<void> check_codes(const std::vector<std::vector<TokenValue>>& values,
                         std::span<const std::string_view> known, std::string_view parameter)
{
    for (const auto& alternatives : values)
        for (const TokenValue& value : alternatives)
            if (value.code && std::ranges::find(known, *value.code) == known.end())
                return std::unexpected(unknown_code(*value.code, known, parameter));
    return {};
}

} // namespace fhir::search
