// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/guarded_sax.hpp"

#include "fhir/model/utf8.hpp"

// Strings are looked through sixteen bytes at a time.
#ifdef __SSE2__
#define RAPIDJSON_SSE2
#endif
#include <rapidjson/reader.h>

#include <algorithm>

namespace fhir::codec
{

namespace
{

// Iterative: RapidJSON's default parser recurses and dies of 100,000 brackets. The encoding is checked
// before, in one go.
constexpr unsigned flags =
    rapidjson::kParseIterativeFlag | rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag;

/// Tab, line feed and carriage return are text; every other control character could harm logs, SQL or XML.
bool is_control(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7f;
}

/// Looks at every byte without leaving early, which takes many at a time.
bool has_control_character(std::string_view text)
{
    unsigned found = 0;
    for (const char c : text)
        found |= static_cast<unsigned>(is_control(c));
    return found != 0;
}

/// RapidJSON's view of a handler: counts depth and refuses control characters before anything else sees them.
/// `escapes`: the text holds escapes, which can stand for what no plain text could hold.
class Guard
{
public:
    Guard(GuardedHandler& handler, rapidjson::InsituStringStream& stream, bool escapes)
        : handler_(handler), stream_(stream), escapes_(escapes)
    {}

    using Ch = char;
    using Size = rapidjson::SizeType;
    bool Null() { return handler_.null(); }
    bool Bool(bool value) { return handler_.boolean(value); }
    bool RawNumber(const char* text, Size size, bool) { return handler_.number({text, size}); }
    bool String(const char* text, Size size, bool)
    {
        return clean({text, size}) && handler_.string({text, size});
    }
    bool Key(const char* text, Size size, bool) { return clean({text, size}) && handler_.key({text, size}); }
    bool StartObject() { return deeper() && handler_.start_object(); }
    bool StartArray() { return deeper() && handler_.start_array(); }
    bool EndObject(Size)
    {
        --depth_;
        note_place();
        return handler_.end_object();
    }
    bool EndArray(Size)
    {
        --depth_;
        note_place();
        return handler_.end_array();
    }
    // Never called with numbers as strings, but the reader is compiled against them.
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(std::int64_t) { return false; }
    bool Uint64(std::uint64_t) { return false; }
    bool Double(double) { return false; }

private:
    void note_place() { handler_.at(stream_.Tell()); }
    bool deeper()
    {
        note_place();
        if (++depth_ <= handler_.max_depth())
            return true;
        return handler_.refuse(ErrorKind::too_deep, "The JSON is nested more than " +
                                                        std::to_string(handler_.max_depth()) +
                                                        " levels deep");
    }
    bool clean(std::string_view text)
    {
        if (!escapes_)
            return true;
        if (has_control_character(text))
            return handler_.refuse(ErrorKind::malformed, "The JSON holds a control character in a text");
        return is_utf8(text) || handler_.refuse(ErrorKind::malformed, "The JSON escapes half a character");
    }

    GuardedHandler& handler_;
    rapidjson::InsituStringStream& stream_;
    bool escapes_;
    std::size_t depth_ = 0;
};

Error at_byte(ErrorKind kind, std::string sentence, std::size_t offset)
{
    return Error(kind, std::move(sentence) + ", at byte " + std::to_string(offset) + ".");
}

std::string reason(rapidjson::ParseErrorCode code)
{
    switch (code) {
    case rapidjson::kParseErrorDocumentEmpty:
        return "The JSON is empty";
    case rapidjson::kParseErrorDocumentRootNotSingular:
        return "Something follows the end of the JSON";
    case rapidjson::kParseErrorObjectMissName:
        return "The JSON lacks a member name in double quotes";
    case rapidjson::kParseErrorObjectMissColon:
        return "The JSON lacks a colon after a member name";
    case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket:
        return "The JSON lacks a comma or closing brace";
    case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
        return "The JSON lacks a comma or closing bracket";
    case rapidjson::kParseErrorStringMissQuotationMark:
        return "The JSON holds a text without its closing quote";
    default:
        return "The text is not JSON";
    }
}

} // namespace

Error too_many_bytes(std::size_t max_bytes)
{
    return Error(ErrorKind::body_too_large,
                 "The JSON is larger than " + std::to_string(max_bytes) + " bytes.");
}

std::optional<Error> read_guarded(std::span<char> block, GuardedHandler& handler)
{
    const std::string_view text(block.data(), block.size());
    // The reader takes a NUL for the end of the text and would ignore whatever stands behind it.
    if (const auto nul = text.find('\0'); nul != text.npos)
        return at_byte(ErrorKind::malformed, "The JSON holds a NUL byte", nul);
    if (const auto good = utf8_prefix(text); good != text.size())
        return at_byte(ErrorKind::malformed, "The text is not UTF-8", good);
    // RapidJSON 1.1.0 overlooks 0x1a to 0x1f where it reads sixteen bytes at a time.
    if (has_control_character(text))
        return at_byte(ErrorKind::malformed, "The JSON holds a control character in a text",
                       static_cast<std::size_t>(std::ranges::find_if(text, is_control) - text.begin()));

    const bool escapes = text.find('\\') != text.npos;
    rapidjson::InsituStringStream stream(block.data());
    Guard guard(handler, stream, escapes);
    rapidjson::Reader reader;
    const auto result = reader.Parse<flags>(stream, guard);
    if (!result.IsError())
        return std::nullopt;
    if (!handler.refusal())
        return at_byte(ErrorKind::malformed, reason(result.Code()), result.Offset());
    if (!handler.says_offset())
        return handler.refusal();
    return at_byte(handler.refusal()->kind(), handler.refusal()->sentence(), stream.Tell());
}

} // namespace fhir::codec
