// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/ods_code.hpp"

namespace fhir
{

std::optional<OdsCode> OdsCode::parse(std::string_view text)
{
    if (text.empty() || text.size() > 10)
        return std::nullopt;
    std::string folded(text);
    for (char& c : folded) {
        if (c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
        if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9'))
            return std::nullopt;
    }
    return OdsCode(std::move(folded));
}

} // namespace fhir
