// SPDX-License-Identifier: Apache-2.0
#include "gateway/messages/mail.hpp"

#include "fhir/model/base64url.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tests::mail_cases
{
namespace
{

using namespace gateway::messages;

Mail mail()
{
    Mail mail;
    mail.from = "no-reply@gateway.example.net";
    mail.from_name = "Northmoor appointments";
    mail.to = "somebody@example.org";
    mail.subject = "Your appointment on Tuesday 24 November 2026";
    mail.text = "Your appointment is booked.\n\nPlace: Larkhill Surgery\n";
    mail.id = "email-patients-17@gateway.example.net";
    mail.at = *fhir::parse_instant("2026-11-23T08:00:00Z");
    return mail;
}

std::string body_of(const std::string& mime)
{
    std::string packed = mime.substr(mime.find("\r\n\r\n") + 4);
    std::erase_if(packed, [](char c) { return c == '\r' || c == '\n' || c == '='; });
    std::ranges::replace(packed, '+', '-');
    std::ranges::replace(packed, '/', '_');
    return fhir::base64url_decode(packed).value_or("not base64");
}

TEST(Mails, HaveTheHeadersThatAMachinesMailHas)
{
    const std::string mime = to_mime(mail());
    for (const char* header :
         {"Date: Mon, 23 Nov 2026 08:00:00 +0000\r\n",
          "From: \"Northmoor appointments\"\r\n <no-reply@gateway.example.net>\r\n",
          "To: somebody@example.org\r\n", "Subject: Your appointment on Tuesday 24 November 2026\r\n",
          "Message-ID: <email-patients-17@gateway.example.net>\r\n", "Auto-Submitted: auto-generated\r\n"})
        EXPECT_NE(mime.find(header), std::string::npos) << header << mime;
    EXPECT_EQ(body_of(mime), "Your appointment is booked.\r\n\r\nPlace: Larkhill Surgery\r\n");
}

TEST(Mails, AreTheSameHoweverOftenTheyAreSent)
{
    EXPECT_EQ(to_mime(mail()), to_mime(mail()));
}

TEST(Mails, NoTextBecomesAHeader)
{
    Mail odd = mail();
    odd.subject = "one\r\nBcc: other@example.org";
    odd.from_name = "x\"\r\nBcc: other@example.org";
    const std::string mime = to_mime(odd);
    EXPECT_EQ(mime.find("\nBcc"), std::string::npos) << mime;
}

TEST(Mails, OtherLettersAreEncodedInWordsOfWholeCharacters)
{
    EXPECT_EQ(encoded_word("Larkhill"), "Larkhill");
    const std::string words =
        encoded_word(std::string(20, 'x') + "é" + std::string(20, 'y') + "€€€€€€€€€€€€");
    EXPECT_TRUE(words.starts_with("=?UTF-8?B?"));
    std::string plain;
    for (std::size_t at = 0; (at = words.find("=?UTF-8?B?", at)) != std::string::npos;) {
        const auto end = words.find("?=", at + 10);
        EXPECT_LE(end + 2 - at, 75U);
        std::string packed = words.substr(at + 10, end - at - 10);
        std::erase(packed, '=');
        std::ranges::replace(packed, '+', '-');
        std::ranges::replace(packed, '/', '_');
        const auto part = fhir::base64url_decode(packed);
        ASSERT_TRUE(part) << packed;
        EXPECT_NE(static_cast<unsigned char>(part->front()) & 0xC0U, 0x80U);
        plain += *part;
        at = end;
    }
    EXPECT_EQ(plain, std::string(20, 'x') + "é" + std::string(20, 'y') + "€€€€€€€€€€€€");
}

TEST(Mails, NoLineIsTooLong)
{
    Mail long_one = mail();
    long_one.subject = std::string(300, 'x');
    long_one.from_name = std::string(300, 'n');
    long_one.text = std::string(5000, 't');
    const std::string mime = to_mime(long_one);
    for (std::size_t at = 0; at < mime.size();) {
        const auto end = mime.find("\r\n", at);
        ASSERT_NE(end, std::string::npos);
        EXPECT_LE(end - at, 78U) << mime.substr(at, end - at);
        at = end + 2;
    }
    EXPECT_EQ(body_of(mime), std::string(5000, 't'));
}

} // namespace
} // namespace tests::mail_cases
