// SPDX-License-Identifier: Apache-2.0
#include "gateway/messages/quiet_hours.hpp"

#include "fhir/model/uk_time.hpp"

namespace gateway::messages
{

namespace
{

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

std::chrono::minutes wall_clock(fhir::Instant moment)
{
    const auto local = fhir::to_uk_local(moment);
    return std::chrono::floor<std::chrono::minutes>(local - std::chrono::floor<std::chrono::days>(local));
}

bool is_quiet(const QuietHours& quiet, std::chrono::minutes time)
{
    if (quiet.from <= quiet.until)
        return quiet.from <= time && time < quiet.until;
    return time >= quiet.from || time < quiet.until;
}

} // namespace

std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text)
{
    if (text.size() != 5 || text[2] != ':' || !is_digit(text[0]) || !is_digit(text[1]) ||
        !is_digit(text[3]) || !is_digit(text[4]))
        return std::nullopt;
    const int hours = 10 * (text[0] - '0') + (text[1] - '0'),
              minutes = 10 * (text[3] - '0') + (text[4] - '0');
    if (hours > 23 || minutes > 59)
        return std::nullopt;
    return std::chrono::minutes(60 * hours + minutes);
}

std::optional<fhir::Instant> quiet_until(const QuietHours& quiet, fhir::Instant now)
{
    const auto time = wall_clock(now);
    if (!is_quiet(quiet, time))
        return std::nullopt;
    auto day = std::chrono::floor<std::chrono::days>(fhir::to_uk_local(now));
    if (time >= quiet.until)
        day += std::chrono::days(1);
    return fhir::from_uk_local(day + quiet.until).latest;
}

} // namespace gateway::messages
