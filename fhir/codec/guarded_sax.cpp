// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/guarded_sax.hpp"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>

namespace fhir::codec
{

namespace
{

// Iterative: RapidJSON's default parser recurses and dies of 100,000 brackets. Encoding is not checked
// without the flag.
constexpr unsigned flags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag |
                           rapidjson::kParseNumbersAsStringsFlag;

/// Tab, line feed and carriage return are text; every other control character could harm logs, SQL or XML.
bool has_control_character(std::string_view text)
{
    return std::ranges::any_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7f;
    });
}

/// RapidJSON's view of a handler: counts depth and refuses control characters before anything else sees them.
class Guard
{
public:
    explicit Guard(GuardedHandler& handler) : handler_(handler) {}

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
        return handler_.end_object();
    }
    bool EndArray(Size)
    {
        --depth_;
        return handler_.end_array();
    }
    // Never called with numbers as strings, but the reader is compiled against them.
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(std::int64_t) { return false; }
    bool Uint64(std::uint64_t) { return false; }
    bool Double(double) { return false; }

private:
    bool deeper()
    {
        if (++depth_ <= handler_.max_depth())
            return true;
        return handler_.refuse(ErrorKind::too_deep, "The JSON is nested more than " +
                                                        std::to_string(handler_.max_depth()) +
                                                        " levels deep");
    }
    bool clean(std::string_view text)
    {
        if (!has_control_character(text))
            return true;
        return handler_.refuse(ErrorKind::malformed, "The JSON holds a control character in a text");
    }

    GuardedHandler& handler_;
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
    case rapidjson::kParseErrorStringInvalidEncoding:
        return "The text is not UTF-8";
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

std::optional<Error> read_guarded(std::string_view text, std::size_t max_bytes, GuardedHandler& handler)
{
    if (text.size() > max_bytes)
        return Error(ErrorKind::body_too_large,
                     "The JSON is larger than " + std::to_string(max_bytes) + " bytes.");
    // The reader takes a NUL for the end of the text and would ignore whatever stands behind it.
    if (const auto nul = text.find('\0'); nul != text.npos)
        return at_byte(ErrorKind::malformed, "The JSON holds a NUL byte", nul);

    rapidjson::MemoryStream stream(text.data(), text.size());
    rapidjson::Reader reader;
    Guard guard(handler);
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
