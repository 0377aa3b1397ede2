// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json.hpp"

namespace fhir::codec
{

namespace
{

bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Re-indents JSON text character by character; strings are copied untouched.
class Indenter
{
public:
    std::string run(std::string_view json)
    {
        for (char c : json) {
            if (in_string_)
                string_character(c);
            else if (!is_blank(c))
                structure(c);
        }
        return std::move(out_);
    }

private:
    void string_character(char c)
    {
        out_.push_back(c);
        if (!escaped_ && c == '"')
            in_string_ = false;
        escaped_ = !escaped_ && c == '\\';
    }
    void structure(char c)
    {
        const bool closes = c == '}' || c == ']';
        if (closes && depth_ > 0)
            --depth_;
        // The line after an opening bracket is begun only when something stands in it.
        if (just_opened_ != closes)
            new_line();
        just_opened_ = c == '{' || c == '[';
        depth_ += just_opened_ ? 1 : 0;
        in_string_ = c == '"';
        out_.push_back(c);
        if (c == ':')
            out_.push_back(' ');
        if (c == ',')
            new_line();
    }
    void new_line() { out_.append("\n").append(depth_ * 2, ' '); }

    std::string out_;
    std::size_t depth_ = 0;
    bool in_string_ = false;
    bool escaped_ = false;
    bool just_opened_ = false;
};

} // namespace

std::string pretty(std::string_view json)
{
    return Indenter().run(json);
}

} // namespace fhir::codec
