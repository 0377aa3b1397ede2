// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/wire.hpp"

#include <array>

namespace adapters::vision
{

namespace
{

bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Whether a tag begins here, rather than a plain less-than sign.
bool is_tag(std::string_view rest)
{
    return rest.size() > 1 && (is_letter(rest[1]) || rest[1] == '/' || rest[1] == '!');
}

/// What the entity at the front stands for; nothing when it is none.
std::optional<std::pair<std::string_view, std::string_view>> entity_at(std::string_view rest)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 7> known = {{
        {"&amp;", "&"},
        {"&lt;", "<"},
        {"&gt;", ">"},
        {"&quot;", "\""},
        {"&apos;", "'"},
        {"&#39;", "'"},
        {"&nbsp;", " "},
    }};
    for (const auto& each : known)
        if (rest.starts_with(each.first))
            return each;
    return std::nullopt;
}

/// One blank between words.
class Words
{
public:
    void add(std::string_view text)
    {
        for (const char c : text) {
            const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
            if (!blank && gap_ && !text_.empty())
                text_ += ' ';
            if (!blank)
                text_ += c;
            gap_ = blank;
        }
    }
    std::string text() && { return std::move(text_); }

private:
    std::string text_;
    bool gap_ = false;
};

} // namespace

std::string without_markup(std::string_view html)
{
    Words words;
    while (!html.empty()) {
        std::size_t length = 1;
        if (html.front() == '<' && is_tag(html)) {
            length = std::min(html.find('>'), html.size() - 1) + 1;
            words.add(" ");
        } else if (const auto entity = entity_at(html)) {
            length = entity->first.size();
            words.add(entity->second);
        } else {
            words.add(html.substr(0, 1));
        }
        html.remove_prefix(length);
    }
    return std::move(words).text();
}

} // namespace adapters::vision
