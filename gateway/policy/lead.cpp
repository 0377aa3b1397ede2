// SPDX-License-Identifier: Apache-2.0
#include "gateway/policy/lead.hpp"

#include "fhir/model/uk_time.hpp"

#include <charconv>

namespace gateway::policy
{

namespace
{

struct Number
{
    int value;
    std::string_view rest;
};

std::optional<Number> leading_number(std::string_view text)
{
    Number number{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number.value);
    if (failure != std::errc() || text.front() == '-')
        return std::nullopt;
    number.rest = text.substr(static_cast<std::size_t>(end - text.data()));
    return number;
}

std::optional<std::chrono::minutes> time_of_day(std::string_view text)
{
    if (text.size() != 5 || text[2] != ':')
        return std::nullopt;
    const auto hours = leading_number(text.substr(0, 2)), minutes = leading_number(text.substr(3));
    if (!hours || !minutes || !hours->rest.empty() || !minutes->rest.empty() || hours->value > 23 ||
        minutes->value > 59)
        return std::nullopt;
    return std::chrono::hours(hours->value) + std::chrono::minutes(minutes->value);
}

} // namespace

std::optional<Lead> Lead::parse(std::string_view text)
{
    constexpr int most_days = 400;
    Lead lead;
    lead.text_ = text;
    const auto number = text.empty() ? std::nullopt : leading_number(text);
    if (!number)
        return std::nullopt;
    if (number->rest == "min" && number->value <= most_days * 24 * 60)
        lead.length_ = std::chrono::minutes(number->value);
    else if (number->rest == "h" && number->value <= most_days * 24)
        lead.length_ = std::chrono::hours(number->value);
    else if (number->rest.starts_with('d') && number->value <= most_days)
        lead.days_ = std::chrono::days(number->value);
    else
        return std::nullopt;
    if (lead.days_ && number->rest != "d") {
        const auto time = number->rest.starts_with("d ") ? time_of_day(number->rest.substr(2)) : std::nullopt;
        if (!time)
            return std::nullopt;
        lead.length_ = *time;
    }
    return lead;
}

fhir::Instant Lead::before(fhir::Instant start) const
{
    if (!days_)
        return start - length_;
    const auto day = std::chrono::floor<std::chrono::days>(fhir::to_uk_local(start)) - *days_;
    return fhir::from_uk_local(day + length_).earliest;
}

fhir::Instant Lead::first_start_behind(fhir::Instant now) const
{
    if (!days_)
        return now + length_ + fhir::Instant::duration(1);
    // The same for all starts of a day, and one day later for those of the next.
    const auto today = std::chrono::floor<std::chrono::days>(fhir::to_uk_local(now));
    const bool still_today = now < fhir::from_uk_local(today + length_).earliest;
    const auto first = today + *days_ + std::chrono::days(still_today ? 0 : 1);
    return fhir::from_uk_local(first).earliest;
}

} // namespace gateway::policy
