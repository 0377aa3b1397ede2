// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/urls.hpp"

#include "fhir/model/id.hpp"
#include "fhir/model/named_uuid.hpp"

#include <charconv>

namespace adapters::bars
{

std::string url_in(const std::string& thread, std::string_view part)
{
    return "urn:uuid:" + fhir::named_uuid(thread + " " + std::string(part));
}

std::optional<fhir::Instant> moment_of(std::string_view thread)
{
    if (!fhir::is_uuid(thread) || thread[14] != '7')
        return std::nullopt;
    const std::string digits = std::string(thread.substr(0, 8)) + std::string(thread.substr(9, 4));
    std::int64_t milliseconds = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), milliseconds, 16);
    return fhir::Instant(std::chrono::milliseconds(milliseconds));
}

} // namespace adapters::bars
