// SPDX-License-Identifier: Apache-2.0
#include "gateway/settings/agreed.hpp"
#include "tests/gateway/settings/settings_fixture.hpp"

using PracticesFile = tests::SettingsTest;

namespace
{

const std::string practice =
    "[[practice]]\nods = \"A90009\"\nname = \"N\"\nsystem = \"plain\"\nbase_url = \"https://x.example/\"\n";
const std::string demanding = "[[practice]]\nods = \"A90009\"\nname = \"N\"\nsystem = "
                              "\"demanding\"\nbase_url = \"https://x.example/\"\n";
const std::string consumer = "[[gpconnect_consumer]]\ncertificate_sha256 = \"" + std::string(64, 'A') +
                             "\"\nasid = \"900000000921\"\nods = \"Y90001\"\nname = \"C\"\n";
const std::string service = "[[service]]\nid = \"1\"\nname = \"S\"\npractices = [\"A90077\"]\n";
const std::string client =
    "[[client]]\nclient_id = \"c\"\nods = \"Y90001\"\nname = \"C\"\nscope = \"system/Slot.rs\"\n";

} // namespace

TEST_F(PracticesFile, AnOdsCodeWithoutQuotesIsRefused)
{
    const std::string text = problems(with_practices("[[practice]]\nods = 90001\n"));
    EXPECT_NE(text.find("practices.toml:2:1: `ods` of [practice]: `90001` is not an ODS code in quotes such "
                        "as \"A90001\"."),
              std::string::npos)
        << text;
}

TEST_F(PracticesFile, TypesOfOrganisationAreThoseOfClientsAndConsumers)
{
    const std::string urgent = "organisation_type = \"urgent-care\"\n";
    const auto loaded = with_practices(client + urgent + consumer + "organisation_type = \"gp-practice\"\n" +
                                       "[[client]]\nclient_id = \"d\"\nods = \"Y90002\"\nname = \"D\"\n" +
                                       "scope = \"system/Slot.rs\"\n");
    const auto types = gateway::settings::organisation_types(loaded.settings);
    ASSERT_EQ(types.size(), 1U);
    EXPECT_EQ(types.begin()->second, (std::vector<std::string>{"urgent-care", "gp-practice"}));
}

TEST_F(PracticesFile, MistakesAreFound)
{
    const struct
    {
        std::string text;
        const char* expected;
    } rows[] = {
        {practice + practice, "Practice A90009 is listed twice."},
        {client + client, "Client `c` is listed twice."},
        {practice + "certificate_file = \"tls/server.pem\"\n", "certificate_file and key_file go together."},
        {practice + "urll = \"x\"\n", "There is no setting `urll`"},
        {practice + "deliver_tasks = true\n", "this system takes no tasks"},
        {"[[practise]]\n", "Did you mean [[practice]]?"},
        {"[practice]\n",
         "[[practice]], [[federation]], [[area]], [[agreement]], [[valve]], [[service]], "
         "[[slot_type]], [[escalation]], [[message]], [[team_address]], [[client]], [[issuer]] and "
         "[[gpconnect_consumer]] are expected here"},
        {"[[message]]\nabout = \"booked\"\ntext = \"On {dat}\"\n",
         "practices.toml:3:1: `text` of [message]: There is no placeholder {dat} here. Did you mean {date}?"},
        {"[[message]]\nabout = \"booked\"\nsubject = \"{reason}\"\ntext = \"x\"\n",
         "`subject` of [message]: There is no placeholder {reason} here."},
        {"[[message]]\nabout = \"task-overdue\"\nmedium = \"sms\"\ntext = \"x\"\n",
         "Teams are told by e-mail"},
        {"[[message]]\nabout = \"bookd\"\ntext = \"x\"\n", "`about` of [message]"},
        {"[[team_address]]\nods = \"Y90001\"\nemail = \"nobody\"\n",
         "`email` of [team_address] is no address"},
        {"[[gpconnect_consumr]]\n", "Did you mean [[gpconnect_consumer]]?"},
        {consumer + consumer, "ASID 900000000921 is listed twice for one certificate."},
        {"[[gpconnect_consumer]]\nasid = \"1\"\nods = \"Y90001\"\nname = \"C\"\n",
         "`certificate_sha256` of [gpconnect_consumer] is missing"},
        {"[[federation]]\nname = \"F\"\npractices = [\"A90077\"]\nconsumers = []\n",
         "Federation `F` names practice A90077, which is not in the practices file."},
        {"[[federation]]\nname = \"F\"\npractices = [\"!\"]\nconsumers = []\n",
         "in the list is not an ODS code"},
        {service + service, "Service `1` is listed twice."},
        {service, "Service `1` names practice A90077, which is not in the practices file."},
        {"[[service]]\nid = \"1\"\nname = \"S\"\npractices = []\n", "names no practice"},
        {"[[service]]\nid = \"1\"\nname = \"S\"\n", "`practices` of [service] is missing"},
        {client + "jwks_file = \"tls/server.pem\"\njwks_url = \"https://x.example/k\"\n",
         "Give jwks_file or jwks_url, not both."},
        {client + "certificate_sha256 = \"zz\"\n", "is not 64 hexadecimal digits"},
        {client + "notify_hosts = [\"hub.example.org:*\"]\n",
         "`notify_hosts` of client `c` holds `hub.example.org:*`"},
        {client + "notify_hosts = [\"https://hub.example.org\"]\n", "a host looks like \"hub.example.org\""},
        {"[[client]]\nclient_id = \"c\"\nods = \"Y90001\"\nname = \"C\"\nscope = \"everything\"\n",
         "holds no scope"},
        {"[[issuer]]\nissuer = \"https://i.example\"\naudience = \"a\"\n",
         "Give jwks_file or jwks_url, one of them."},
        {"[[practice]]\nods = \"A90009\"\nname = \"N\"\nsystem = \"unheard\"\nbase_url = "
         "\"https://x.example/\"\n",
         "There is no supplier system `unheard`."},
    };
    for (const auto& row : rows) {
        const std::string text = problems(with_practices(row.text));
        EXPECT_NE(text.find(row.expected), std::string::npos) << row.text << "\n" << text;
    }
}

TEST_F(PracticesFile, ConsumersOfGpConnectAreBoundToTheirCertificates)
{
    const auto loaded = with_practices(practice + "asid = \"900000009009\"\n" + consumer);
    EXPECT_EQ(problems(loaded), "");
    EXPECT_EQ(loaded.settings.practices.at(0).asid, "900000009009");
    const auto& bound = loaded.settings.gpconnect.consumers.at(0);
    EXPECT_EQ(bound.certificate_sha256, std::string(64, 'a'));
    EXPECT_EQ(bound.asid + " " + bound.ods.text(), "900000000921 Y90001");
}

TEST_F(PracticesFile, SupplierSettingsAreCheckedAgainstTheSystem)
{
    const std::string text =
        problems(with_practices(demanding + "[practice.settings]\napplication_kez = \"k\"\n" + client));
    EXPECT_NE(
        text.find(
            "There is no setting `application_kez` in [practice.settings]. Did you mean `application_key`?"),
        std::string::npos)
        << text;
    EXPECT_NE(text.find("`application_key` of [practice.settings] is missing"), std::string::npos) << text;
    EXPECT_NE(text.find("`search_identity_file` is missing"), std::string::npos) << text;
}

TEST_F(PracticesFile, SupplierSettingsAndSearchIdentityReachThePractice)
{
    const auto loaded = with_practices(
        demanding +
        "search_identity_file = \"search.secret\"\n[practice.settings]\napplication_key = \"k\"\n");
    EXPECT_EQ(problems(loaded), "");
    ASSERT_EQ(loaded.settings.practices.size(), 1U);
    EXPECT_EQ(loaded.settings.practices[0].config.settings.at("application_key"), "k");
    ASSERT_TRUE(loaded.settings.practices[0].search_identity);
    EXPECT_EQ(loaded.settings.practices[0].search_identity->credential, "link-credential");
}

TEST_F(PracticesFile, ASecretOfASupplierIsNamedByItsFileOnly)
{
    const std::string known =
        demanding +
        "search_identity_file = \"search.secret\"\n[practice.settings]\napplication_key = \"k\"\n";
    const auto named = with_practices(known + "pass_phrase_file = \"search.secret\"\n");
    EXPECT_EQ(problems(named), "");
    EXPECT_EQ(named.settings.practices.at(0).config.settings.at("pass_phrase"), "link-credential");
    const std::string text = problems(with_practices(known + "pass_phrase = \"open sesame\"\n"));
    EXPECT_NE(text.find("name that here as `pass_phrase_file`"), std::string::npos) << text;
    EXPECT_EQ(text.find("open sesame"), std::string::npos) << text;
}

TEST_F(PracticesFile, AFileOfASupplierIsLookedForBesideThePracticesFile)
{
    const std::string known =
        demanding +
        "search_identity_file = \"search.secret\"\n[practice.settings]\napplication_key = \"k\"\n";
    const auto named = with_practices(known + "trusted_file = \"tls/provider-ca.pem\"\n");
    const auto whole =
        with_practices(known + "trusted_file = \"" +
                       named.settings.practices.at(0).config.settings.at("trusted_file") + "\"\n");
    EXPECT_EQ(problems(named), "");
    EXPECT_EQ(problems(whole), "");
    EXPECT_TRUE(named.settings.practices.at(0).config.settings.at("trusted_file").starts_with('/'));
    EXPECT_NE(problems(with_practices(known + "trusted_file = \"tls/nowhere.pem\"\n")).find("nowhere.pem"),
              std::string::npos);
}

TEST_F(PracticesFile, SettingsBelongToThePracticeAboveThem)
{
    const auto loaded =
        with_practices(practice + demanding.substr(0, 0) + "[practice.settings]\nx = \"1\"\n");
    EXPECT_NE(problems(loaded).find("There is no setting `x` in [practice.settings]."), std::string::npos);
}

TEST_F(PracticesFile, AServiceHasItsSessionsAndUseCases)
{
    const auto loaded =
        with_practices(practice + "[[service]]\nid = \"9999000101\"\nname = \"S\"\npractices = "
                                  "[\"A90009\"]\nsessions = [\"GP*\"]\n");
    EXPECT_EQ(problems(loaded).find("[service]"), std::string::npos) << problems(loaded);
    ASSERT_EQ(loaded.settings.services.size(), 1u);
    const auto& read = loaded.settings.services.front();
    EXPECT_TRUE(read.takes("a7t1"));
    EXPECT_TRUE(read.sessions.match("GP late"));
    EXPECT_TRUE(read.bookings);
}

TEST_F(PracticesFile, ProxyCertificatesAreDigests)
{
    const auto loaded = with("[log]", "[bars]\nproxy_certificates = [\"zz\"]\n[log]");
    EXPECT_NE(problems(loaded).find("something else than SHA-256"), std::string::npos) << problems(loaded);
    const std::string digest(64, 'A');
    const auto good = with("[log]", "[bars]\nproxy_certificates = [\"" + digest + "\"]\n[log]");
    ASSERT_EQ(good.settings.bars.proxy_certificates.size(), 1u) << problems(good);
    EXPECT_EQ(good.settings.bars.proxy_certificates.front(), std::string(64, 'a'));
}

TEST_F(PracticesFile, EscalationIsALadderOfTeams)
{
    const auto loaded = with_practices(practice + "[[escalation]]\nafter = \"2h\"\nteam = \"Managers\"\n"
                                                  "[[escalation]]\nkind = \"rebook-required\"\n"
                                                  "after = \"30min\"\nto = \"requester\"\nteam = \"Desk\"\n");
    EXPECT_EQ(problems(loaded), "");
    const auto& ladder = loaded.settings.workflow.ladder;
    ASSERT_EQ(ladder.size(), 2U);
    EXPECT_EQ(ladder[0].to + " " + ladder[0].team, "owner Managers");
    EXPECT_EQ(ladder[1].kind + " " + ladder[1].to, "rebook-required requester");
    EXPECT_EQ(ladder[1].after, std::chrono::minutes(30));
    const std::string after = "[[escalation]]\nafter = \"2h\"\n";
    const std::pair<std::string, const char*> rows[] = {
        {after, "`team` of [escalation] is missing"},
        {after + "team = \"\"\n", "names no team"},
        {after + "team = \"T\"\nto = \"nobody!\"\n", "neither owner nor requester nor an ODS code"},
        {after + "team = \"T\"\nkind = \"chat\"\n", "is not one of "},
        {"[[escalation]]\nteam = \"T\"\n", "`after` of [escalation] is missing"},
    };
    for (const auto& [text, expected] : rows) {
        const std::string found = problems(with_practices(text));
        EXPECT_NE(found.find(expected), std::string::npos) << text << "\n" << found;
    }
}

TEST_F(PracticesFile, SlotTypesSayWhatNamesMean)
{
    const auto loaded =
        with_practices(practice + "[[slot_type]]\nnames = [\"Tel*\"]\npractices = [\"A90009\"]\n"
                                  "category = \"clinical-triage\"\nchannel = \"Telephone\"\n");
    ASSERT_EQ(loaded.settings.slot_types.size(), 1U);
    const auto& type = loaded.settings.slot_types.front();
    EXPECT_TRUE(type.patterns.match("TEL GP"));
    EXPECT_EQ(type.category, "clinical-triage");
    EXPECT_EQ(type.channel, "Telephone");
    const std::string names = "[[slot_type]]\nnames = [\"Tel*\"]\n";
    const std::pair<std::string, const char*> rows[] = {
        {names, "says nothing of these slots"},
        {names + "category = \"triage\"\n", "is not one of "},
        {names + "chanel = \"Video\"\n", "Did you mean `channel`?"},
        {names + "role = \"R0260\"\npractices = [\"A90077\"]\n", "names practice A90077"},
        {"[[slot_type]]\nrole = \"R0260\"\n", "`names` of [slot_type] is missing"},
    };
    for (const auto& [text, expected] : rows) {
        const std::string found = problems(with_practices(text));
        EXPECT_NE(found.find(expected), std::string::npos) << text << "\n" << found;
    }
}

TEST_F(PracticesFile, AgreementsAreReadWithAllTheirTerms)
{
    const auto loaded = with_practices(
        practice + "[[area]]\nods = \"U00001\"\nname = \"PCN\"\nkind = \"pcn\"\nmembers = [\"A90009\"]\n"
                   "[[agreement]]\nid = \"evening\"\ntitle = \"Evening slots\"\npractices = [\"U00001\"]\n"
                   "consumers = [\"Y90001\"]\ntypes = [\"urgent-care\"]\nsessions = [\"GP*\"]\nslots_per_day "
                   "= 3\nembargo = \"1d 08:00\"\n"
                   "latest = \"30min\"\nuntil = \"2027-03-31\"\n"
                   "[[valve]]\npractice = \"A90009\"\nstate = \"limited\"\nper_hour = 4\n"
                   "until = \"2026-12-01T18:00:00+00:00\"\nreason = \"Flood\"\n");
    EXPECT_EQ(problems(loaded), "");
    const auto& agreement = loaded.settings.agreements.at(0);
    EXPECT_EQ(agreement.id, "evening");
    EXPECT_EQ(agreement.uses, (std::vector{gateway::policy::Use::search, gateway::policy::Use::book}));
    EXPECT_EQ(agreement.types, std::vector<std::string>{"urgent-care"});
    EXPECT_TRUE(agreement.sessions.match("GP routine"));
    EXPECT_EQ(agreement.quota.per_day, 3U);
    EXPECT_FALSE(agreement.quota.per_session);
    EXPECT_EQ(agreement.embargo->text(), "1d 08:00");
    EXPECT_EQ(agreement.until, fhir::parse_date("2027-03-31"));
    const auto& valve = loaded.settings.valves.at(0);
    EXPECT_EQ(valve.state, gateway::policy::Valve::State::limited);
    EXPECT_EQ(valve.per_hour, 4U);
    EXPECT_EQ(valve.until, fhir::parse_instant("2026-12-01T18:00:00Z"));
}

TEST_F(PracticesFile, MistakesInAgreementsAreFound)
{
    const std::string agreement = "[[agreement]]\ntitle = \"T\"\nconsumers = [\"Y90001\"]\n";
    const std::string area = "[[area]]\nname = \"N\"\nkind = \"pcn\"\n";
    const struct
    {
        std::string text;
        const char* expected;
    } rows[] = {
        {agreement + "id = \"a\"\npractices = [\"A90077\"]\n",
         "names A90077, which is neither a practice nor an area of the practices file."},
        {agreement + "id = \"A b\"\npractices = []\n", "is small letters, digits and hyphens"},
        {agreement + "id = \"a\"\npractices = []\n" + agreement + "id = \"a\"\npractices = []\n",
         "Agreement `a` is listed twice."},
        {agreement + "id = \"a\"\npractices = []\nallows = [\"books\"]\n",
         "knows search, book and task, not `books`"},
        {agreement + "id = \"a\"\npractices = []\nembargo = \"tomorrow\"\n",
         "is not how long before the slot begins"},
        {agreement + "id = \"a\"\npractices = []\nuntil = \"31/03/2027\"\n", "is not a date in quotes"},
        {agreement + "id = \"a\"\npractices = []\nfrom = \"2027-03-31\"\nuntil = \"2027-03-30\"\n",
         "Agreement `a` ends before it begins."},
        {agreement + "id = \"a\"\npractices = []\nslots_per_dy = 3\n", "Did you mean `slots_per_day`?"},
        {area + "ods = \"U1\"\npart_of = \"Q1\"\n", "Area U1 is part of Q1, which is not an area"},
        {area + "ods = \"U1\"\npart_of = \"U1\"\n", "Area U1 is part of itself."},
        {area + "ods = \"U1\"\n" + area + "ods = \"U1\"\n", "Area U1 is listed twice."},
        {"[[valve]]\npractice = \"A90077\"\nstate = \"paused\"\n", "The valve names practice A90077"},
        {"[[valve]]\npractice = \"A90077\"\nstate = \"shut\"\n", "is not one of open|limited|paused"},
        {"[[valve]]\npractice = \"A90077\"\nstate = \"paused\"\nuntil = \"18:00\"\n",
         "is not a moment with its offset"},
        {"[[agrement]]\n", "Did you mean [[agreement]]?"},
    };
    for (const auto& row : rows) {
        const std::string text = problems(with_practices(row.text));
        EXPECT_NE(text.find(row.expected), std::string::npos) << row.text << "\n" << text;
    }
}
