// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/instant.hpp"
#include "fhir/model/uk_time.hpp"

#include <cstdint>
#include <cstdlib>

using namespace fhir;

namespace
{

void require(bool holds)
{
    if (!holds)
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto instant = parse_instant(text)) {
        require(parse_instant(to_utc_text(*instant)) == instant);
        require(parse_instant(to_uk_text(*instant)) == instant);
        const auto local = from_uk_local(to_uk_local(*instant));
        const auto second = std::chrono::floor<std::chrono::seconds>(*instant);
        require(local.earliest == second || local.latest == second);
    }
    if (const auto value = parse_date_time(text))
        require(parse_date_time(to_text(*value)) == value);
    if (const auto date = parse_date(text))
        require(to_text(*date) == text);
    if (const auto local = parse_local_time(text))
        require(parse_local_time(to_text(*local)) == local);
    if (const auto moment = parse_http_date(text))
        require(to_http_date(*moment) == text);
    return 0;
}
