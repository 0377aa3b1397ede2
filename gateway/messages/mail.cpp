// SPDX-License-Identifier: Apache-2.0
#include "gateway/messages/mail.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace gateway::messages
{

namespace
{

constexpr std::string_view crlf = "\r\n";
/// Bytes of one encoded word, and of a line of text: with what stands around them no line is longer than 76.
constexpr std::size_t word_bytes = 39, line_bytes = 57;

std::string base64(std::string_view bytes)
{
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int length =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(length));
    return out;
}

bool is_plain(char c)
{
    return c >= 0x20 && c < 0x7F;
}

std::string printable_part(std::string_view text)
{
    std::string out;
    for (const char c : text)
        if (is_plain(c) || static_cast<unsigned char>(c) >= 0x80)
            out += c;
    return out;
}

/// Where to end, so that no character of UTF-8 is in two words.
std::size_t whole_characters(std::string_view text, std::size_t most)
{
    std::size_t end = std::min(text.size(), most);
    while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    return end > 0 ? end : std::min(text.size(), most);
}

void add_header(std::string& out, std::string_view name, std::string_view value)
{
    ((((out += name) += ": ") += value) += crlf);
}

std::string quoted(std::string_view name)
{
    std::string out = "\"";
    for (const char c : name) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    return out + "\"";
}

std::string mailbox(const std::string& name, const std::string& address)
{
    const std::string shown = printable_part(name);
    if (shown.empty())
        return address;
    const bool plain = std::ranges::all_of(shown, is_plain) && shown.size() < word_bytes;
    return (plain ? quoted(shown) : encoded_word(shown)) + "\r\n <" + address + ">";
}

} // namespace

std::string encoded_word(std::string_view text)
{
    const std::string shown = printable_part(text);
    if (std::ranges::all_of(shown, is_plain) && shown.size() <= 65)
        return shown;
    std::string out;
    for (std::string_view rest = shown; !rest.empty();) {
        const std::size_t taken = whole_characters(rest, word_bytes);
        out += (out.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?") + base64(rest.substr(0, taken)) + "?=";
        rest.remove_prefix(taken);
    }
    return out;
}

std::string to_mime(const Mail& mail)
{
    std::string out;
    std::string date = fhir::to_http_date(mail.at);
    add_header(out, "Date", date.replace(date.find("GMT"), 3, "+0000"));
    add_header(out, "From", mailbox(mail.from_name, mail.from));
    add_header(out, "To", mail.to);
    add_header(out, "Subject", encoded_word(mail.subject));
    add_header(out, "Message-ID", "<" + mail.id + ">");
    add_header(out, "Auto-Submitted", "auto-generated"); // RFC 3834: nobody's absence answers it
    add_header(out, "MIME-Version", "1.0");
    add_header(out, "Content-Type", "text/plain; charset=utf-8");
    add_header(out, "Content-Transfer-Encoding", "base64");
    out += crlf;
    std::string text;
    for (const char c : mail.text)
        c == '\n' ? text += crlf : text += c;
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t taken = std::min(rest.size(), line_bytes);
        (out += base64(rest.substr(0, taken))) += crlf;
        rest.remove_prefix(taken);
    }
    return out;
}

} // namespace gateway::messages
