// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/utf8.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace fhir::codec
{

/// Reads JSON as systems mostly write it, in one pass and without asking a table for each byte. Knows nothing
/// of exponents, of long numbers and of escapes by number, and gives up on whatever is not sound;
/// read_guarded then decides what it is. What this accepts read_guarded accepts, too, with the same events.
template <class Handler>
class PlainReader
{
public:
    /// Both as read_guarded takes them; the events are not called through the base class.
    PlainReader(std::span<char> block, Handler& handler)
        : begin_(block.data()), at_(begin_), end_(begin_ + block.size()), handler_(handler),
          max_depth_(std::min(handler.max_depth(), closers_.size()))
    {}

    /// False when it gave up; some events have been given then, and texts been decoded.
    bool read()
    {
        for (bool more = true; more;) {
            skip_blanks();
            const char first = *at_;
            if (first == '{' || first == '[') {
                if (!open(first))
                    return false;
                skip_blanks();
                if (*at_ != closers_[depth_ - 1]) {
                    if (first == '{' && !name())
                        return false;
                    continue;
                }
            } else if (!scalar(first)) {
                return false;
            }
            if (!go_on(more))
                return false;
        }
        return ascii_ || is_utf8({begin_, end_});
    }

private:
    /// Behind a value: closes what ends there, up to the next value or the end of all.
    bool go_on(bool& more)
    {
        for (;; ++at_, --depth_) {
            skip_blanks();
            if (depth_ == 0) {
                more = false;
                return at_ == end_;
            }
            const char closer = closers_[depth_ - 1];
            if (*at_ == ',') {
                ++at_;
                skip_blanks();
                return closer == ']' || name();
            }
            if (*at_ != closer)
                return false;
            handler_.at(offset());
            if (!(closer == '}' ? handler_.end_object() : handler_.end_array()))
                return false;
        }
    }

    bool open(char bracket)
    {
        if (depth_ == max_depth_)
            return false;
        closers_[depth_++] = bracket == '{' ? '}' : ']';
        handler_.at(offset());
        ++at_;
        return bracket == '{' ? handler_.start_object() : handler_.start_array();
    }

    bool name()
    {
        std::string_view text;
        if (*at_ != '"' || !string(text))
            return false;
        skip_blanks();
        return *at_++ == ':' && handler_.key(text);
    }

    bool scalar(char first)
    {
        std::string_view text;
        switch (first) {
        case '"':
            return string(text) && handler_.string(text);
        case 't':
            return literal("true") && handler_.boolean(true);
        case 'f':
            return literal("false") && handler_.boolean(false);
        case 'n':
            return literal("null") && handler_.null();
        default:
            return number(text) && handler_.number(text);
        }
    }

    bool literal(std::string_view word)
    {
        if (std::memcmp(at_, word.data(), word.size()) != 0)
            return false;
        at_ += word.size();
        return true;
    }

    bool number(std::string_view& text)
    {
        const char* const from = at_;
        at_ += *at_ == '-' ? 1 : 0;
        const char first = *at_;
        const auto whole = digits();
        if (whole == 0 || whole > most_digits || (first == '0' && whole > 1))
            return false;
        if (*at_ == '.') {
            ++at_;
            const auto fraction = digits();
            if (fraction == 0 || fraction > most_digits)
                return false;
        }
        text = {from, at_};
        return true;
    }

    std::size_t digits()
    {
        const char* const from = at_;
        while (*at_ >= '0' && *at_ <= '9')
            ++at_;
        return static_cast<std::size_t>(at_ - from);
    }

    /// Decoded over its own text.
    bool string(std::string_view& text)
    {
        char* const from = ++at_;
        skip_plain();
        char* to = at_;
        while (*at_ == '\\') {
            const char meant = escaped(at_[1]);
            if (meant == 0)
                return false;
            *to++ = meant;
            at_ += 2;
            char* const rest = at_;
            skip_plain();
            to = std::copy(rest, at_, to);
        }
        text = {from, to};
        return *at_++ == '"';
    }

    /// 0 when it is left to others.
    static char escaped(char letter)
    {
        switch (letter) {
        case '"':
        case '\\':
        case '/':
            return letter;
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        default:
            return 0;
        }
    }

    /// Up to a quote, a backslash or a control character, as one stands behind the text.
    void skip_plain()
    {
#ifdef __SSE2__
        for (;; at_ += sizeof(__m128i)) {
            const auto bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at_));
            const auto is = [&](char c) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)); };
            const auto control =
                _mm_cmpeq_epi8(_mm_max_epu8(bytes, _mm_set1_epi8(0x1f)), _mm_set1_epi8(0x1f));
            const auto stops = _mm_or_si128(_mm_or_si128(is('"'), is('\\')), _mm_or_si128(control, is(0x7f)));
            ascii_ = ascii_ && _mm_movemask_epi8(bytes) == 0;
            const auto mask = static_cast<unsigned>(_mm_movemask_epi8(stops));
            if (mask != 0) {
                at_ += std::countr_zero(mask);
                return;
            }
        }
#else
        for (;; ++at_) {
            const auto byte = static_cast<unsigned char>(*at_);
            if (byte == '"' || byte == '\\' || byte < 0x20 || byte == 0x7f)
                return;
            ascii_ = ascii_ && byte < 0x80;
        }
#endif
    }

    void skip_blanks()
    {
        while (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')
            ++at_;
    }

    std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }

    static constexpr std::size_t most_digits = 15;

    char* begin_;
    char* at_;
    char* end_; ///< zeros stand behind it, as many as are read at once
    Handler& handler_;
    std::array<char, 128> closers_; ///< of what is open
    std::size_t max_depth_;
    std::size_t depth_ = 0;
    bool ascii_ = true;
};

} // namespace fhir::codec
