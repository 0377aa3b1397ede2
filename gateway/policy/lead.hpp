// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace gateway::policy
{

/// How long before a slot begins something is so. `90min` and `48h` are lengths of time; `2d` is the
/// beginning of the UK day two days before, `1d 08:00` eight o'clock UK time on the day before. A time of day
/// that the clock change skips is the moment of the change; one that occurs twice is its first occurrence.
class Lead
{
public:
    /// At most 400 days; nothing when it is written otherwise.
    static std::optional<Lead> parse(std::string_view text);

    fhir::Instant before(fhir::Instant start) const;
    /// The first start of which that is later than `now`: what begins sooner has it at `now` or before.
    fhir::Instant first_start_behind(fhir::Instant now) const;
    const std::string& text() const { return text_; }
    bool operator==(const Lead& other) const { return text_ == other.text_; }

private:
    Lead() = default;

    std::string text_;
    std::chrono::minutes length_{0};
    std::optional<std::chrono::days> days_; ///< set: `length_` is the time of day
};

} // namespace gateway::policy
