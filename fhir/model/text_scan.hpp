// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

/// Reading and writing of fixed-width date and time text without allocation. For fhir's own files.
namespace fhir
{

class TextScan
{
public:
    explicit TextScan(std::string_view text) : rest_(text) {}

    bool at_end() const { return rest_.empty(); }
    bool accept(char c)
    {
        if (rest_.empty() || rest_.front() != c)
            return false;
        rest_.remove_prefix(1);
        return true;
    }
    /// Exactly `width` digits.
    std::optional<int> number(std::size_t width)
    {
        if (rest_.size() < width)
            return std::nullopt;
        int value = 0;
        for (char c : rest_.substr(0, width)) {
            if (c < '0' || c > '9')
                return std::nullopt;
            value = value * 10 + (c - '0');
        }
        rest_.remove_prefix(width);
        return value;
    }
    /// One or more digits after a decimal point, cut to thousandths.
    std::optional<int> fraction_of_1000()
    {
        int value = 0;
        std::size_t digits = 0;
        for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; ++digits) {
            if (digits < 3)
                value = value * 10 + (rest_.front() - '0');
            rest_.remove_prefix(1);
        }
        if (digits == 0)
            return std::nullopt;
        return digits == 1 ? value * 100 : digits == 2 ? value * 10 : value;
    }

private:
    std::string_view rest_;
};

/// A small buffer that holds any date or time text, and a code system of HL7.
class TextFill
{
public:
    void put(char c) { text_[size_++] = c; }
    void number(unsigned value, std::size_t width)
    {
        for (std::size_t i = width; i-- > 0; value /= 10)
            text_[size_ + i] = static_cast<char>('0' + value % 10);
        size_ += width;
    }
    /// The whole text of a number.
    std::string_view integer(int value)
    {
        size_ = 0;
        if (value < 0)
            put('-');
        const unsigned size = value < 0 ? 0u - static_cast<unsigned>(value) : static_cast<unsigned>(value);
        std::size_t width = 1;
        for (unsigned rest = size; rest >= 10; rest /= 10)
            ++width;
        number(size, width);
        return view();
    }
    /// Together at most `room` characters.
    TextFill& put(std::string_view text)
    {
        size_ = static_cast<std::size_t>(std::ranges::copy(text, text_.begin() + size_).out - text_.begin());
        return *this;
    }
    std::string_view view() const { return {text_.data(), size_}; }

    static constexpr std::size_t room = 96;

private:
    std::array<char, room> text_;
    std::size_t size_ = 0;
};

struct ClockReading
{
    std::chrono::milliseconds since_midnight;
    bool has_fraction;
};
enum class ClockForm
{
    seconds_required,
    seconds_optional
};

std::optional<Date> scan_date(TextScan& scan);
/// `HH:MM:SS` with an optional fraction.
std::optional<ClockReading> scan_clock(TextScan& scan, ClockForm form);

/// What to_uk_text and to_text give, written into `out`; the view lives as long as `out`.
std::string_view uk_text(Instant moment, TextFill& out);
std::string_view text_of(const DateTime& value, TextFill& out);
std::string_view date_text(Date date, TextFill& out);

} // namespace fhir
