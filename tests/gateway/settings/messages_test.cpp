// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/settings/settings_fixture.hpp"

namespace tests::message_settings
{

using std::chrono::minutes;

class MessageSettingsFile : public SettingsTest
{
protected:
    gateway::settings::Loaded with_sections(const std::string& text) const
    {
        return with("[log]", text + "\n[log]");
    }
};

TEST_F(MessageSettingsFile, NothingIsSentUnlessItIsSaidSo)
{
    const auto plain = load(sample("apptgw.toml"));
    EXPECT_FALSE(plain.settings.messages.email.on());
    EXPECT_FALSE(plain.settings.messages.sms.on());
    EXPECT_EQ(plain.settings.messages.quiet.from, minutes(21 * 60));
    EXPECT_EQ(plain.settings.messages.quiet.until, minutes(8 * 60));
    const auto server =
        with_sections("[email]\nurl = \"smtps://mail.example.org:465\"\nfrom = \"a@example.org\"");
    EXPECT_EQ(problems(server), "");
    EXPECT_FALSE(server.settings.messages.email.on()) << "to whom?";
}

TEST_F(MessageSettingsFile, ChannelsAreReadWithTheirSecrets)
{
    write("mail.password", "very secret\n");
    write("sms.secret", "0123456789abcdef\n");
    for (const char* name : {"mail.password", "sms.secret"})
        std::filesystem::permissions(directory_ / name, std::filesystem::perms::owner_read);
    const auto loaded = with_sections(
        "[messages]\nquiet_from = \"20:30\"\n[email]\nurl = \"smtp://mail.example.org:587\"\nuser = \"u\"\n"
        "password_file = \"mail.password\"\nfrom = \"no-reply@example.org\"\nto_patients = true\n"
        "[sms]\nurl = \"https://sms.example.org/send\"\nsecret_file = \"sms.secret\"");
    EXPECT_EQ(problems(loaded), "");
    const auto& messages = loaded.settings.messages;
    EXPECT_TRUE(messages.email.on());
    EXPECT_TRUE(messages.sms.on());
    EXPECT_EQ(messages.email.server.password, "very secret");
    EXPECT_EQ(messages.sms.secret, "0123456789abcdef");
    EXPECT_EQ(messages.quiet.from, minutes(20 * 60 + 30));
}

TEST_F(MessageSettingsFile, WhatIsMissingOrWrongIsNamed)
{
    const std::pair<const char*, const char*> rows[] = {
        {"[messages]\nquiet_from = \"25:00\"", "are times such as \"21:00\""},
        {"[email]\nurl = \"http://mail.example.org\"\nfrom = \"a@example.org\"", "`url` of [email] is"},
        {"[email]\nurl = \"smtp://u:p@mail.example.org\"\nfrom = \"a@example.org\"", "without a user"},
        {"[email]\nurl = \"smtps://mail.example.org\"", "`from` of [email] is missing"},
        {"[email]\nurl = \"smtps://mail.example.org\"\nfrom = \"a@example.org\"\nuser = \"u\"",
         "go together"},
        {"[email]\nto_teams = true", "`url` of [email] is missing"},
        {"[sms]\nurl = \"https://sms.example.org/\"", "`secret_file` of [sms] is missing"},
        {"[sms]\nurl = \"http://sms.example.org/\"", "is not an https URL"},
        {"[email]\nto_patient = true", "Did you mean `to_patients`?"},
    };
    for (const auto& [text, expected] : rows) {
        const std::string found = problems(with_sections(text));
        EXPECT_NE(found.find(expected), std::string::npos) << text << "\n" << found;
    }
}

} // namespace tests::message_settings
