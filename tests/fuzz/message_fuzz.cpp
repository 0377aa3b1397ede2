// SPDX-License-Identifier: Apache-2.0
#include "gateway/messages/address.hpp"
#include "gateway/messages/kinds.hpp"
#include "gateway/messages/mail.hpp"
#include "gateway/messages/template.hpp"

#include <cstdint>
#include <cstdlib>

using namespace gateway::messages;

namespace
{

/// No text of a mail becomes a header, and no line is longer than a mail's may be.
void check_mail(std::string_view text)
{
    Mail mail;
    mail.from = "no-reply@example.org";
    mail.to = "somebody@example.org";
    mail.from_name = mail.subject = mail.text = std::string(text);
    mail.id = "1@example.org";
    const std::string mime = to_mime(mail);
    for (std::size_t at = 0; at < mime.size();) {
        const auto end = mime.find("\r\n", at);
        if (end == std::string::npos || end - at > 998)
            std::abort();
        at = end + 2;
    }
    const auto head = mime.substr(0, mime.find("\r\n\r\n"));
    for (const char* name : {"\nBcc:", "\nCc:", "\nReply-To:"})
        if (head.find(name) != std::string::npos)
            std::abort();
}

} // namespace

/// What is taken for an address is nothing else, and a template that was checked has only known placeholders.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (is_email(text) && text.find_first_of(" <>\r\n,;\"()\\") != std::string_view::npos)
        std::abort();
    if (const auto number = mobile_number(text);
        number && (number->size() != 13 || !number->starts_with("+447")))
        std::abort();
    const auto known = row_of(About::booked).placeholders;
    if (check_template(text, known)) {
        Filling filling;
        for (const std::string_view name : known)
            filling.emplace_back(name, "x");
        if (filled(text, filling).find_first_of("{}") != std::string::npos)
            std::abort();
    }
    check_mail(text);
    return 0;
}
