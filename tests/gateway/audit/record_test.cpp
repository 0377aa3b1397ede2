// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/chain.hpp"
#include "gateway/audit/record.hpp"
#include "gateway/identity/crypto.hpp"

#include <gtest/gtest.h>

#include <random>

namespace tests
{
namespace
{

using namespace gateway::audit;

std::string any_text(std::mt19937& random)
{
    std::string text(random() % 12, '\0');
    for (char& c : text)
        c = static_cast<char>(random() % 3 == 0 ? random() % 256 : "\t\n%=\\/0123A"[random() % 11]);
    return text;
}

Entry any_entry(std::mt19937& random)
{
    Entry entry;
    entry.chain = "node-" + std::to_string(random() % 100);
    entry.sequence = static_cast<std::int64_t>(random() % 1000000 + 1);
    AuditRecord& record = entry.record;
    record.at = fhir::Instant(std::chrono::milliseconds(random()));
    record.event = static_cast<Event>(random() % 7);
    record.outcome = static_cast<Outcome>(random() % 4);
    for (std::string* text :
         {&record.via, &record.action, &record.reason, &record.agent, &record.client, &record.user,
          &record.type, &record.id, &record.version, &record.practice, &record.request})
        *text = any_text(random);
    record.status = random() % 600;
    record.practices = static_cast<std::int64_t>(random() % 50);
    record.override_used = random() % 2 == 0;
    if (random() % 2 == 0)
        record.patient_hash = gateway::identity::sha256(any_text(random));
    return entry;
}

TEST(AuditRecord, ReadsBackAsItWasWhateverItsTextsHold)
{
    std::mt19937 random(1);
    for (int i = 0; i < 20000; ++i) {
        const Entry entry = any_entry(random);
        const std::string line = canonical(entry);
        ASSERT_EQ(line.find('\n'), std::string::npos);
        ASSERT_EQ(parse_canonical(line), entry) << line;
    }
}

TEST(AuditRecord, HasTheFormThatTheReadmeShows)
{
    Entry entry;
    entry.chain = "node-a";
    entry.sequence = 17;
    entry.record.at = *fhir::parse_instant("2026-03-09T10:15:41.220Z");
    entry.record.event = Event::write;
    entry.record.via = "fhir";
    entry.record.action = "POST [base]/Appointment";
    entry.record.status = 201;
    entry.record.agent = "ZZ901";
    entry.record.client = "100%\tsure";
    EXPECT_EQ(canonical(entry),
              "1\tchain=node-a\tseq=17\tat=2026-03-09T10:15:41.220Z\tevent=write\toutcome=ok\tvia=fhir"
              "\taction=POST [base]/Appointment\tstatus=201\tagent=ZZ901\tclient=100%25%09sure");
}

TEST(AuditRecord, IsReadInItsOneFormOnly)
{
    Entry entry;
    entry.chain = "a";
    entry.sequence = 1;
    const std::string good = canonical(entry);
    ASSERT_TRUE(parse_canonical(good));
    for (const std::string& other :
         {good + "\t", good + "\tx=y", good + "\tvia=", good + "\tvia=%41", "\t" + good, good + "\n",
          "2" + good.substr(1), good + "\tstatus=007", good + "\tstatus=-1", good + "\tpatient=00",
          std::string("1"), std::string()})
        EXPECT_FALSE(parse_canonical(other)) << other;
}

/// What anybody can compute: printf '%064d' 0 | xxd -r -p | cat - line | sha256sum
TEST(AuditRecord, IsLinkedBySha256OverTheHashBeforeAndItsBytes)
{
    EXPECT_EQ(gateway::identity::to_hex(link_hash(std::string(32, '\0'), "abc")),
              gateway::identity::to_hex(gateway::identity::sha256(std::string(32, '\0') + "abc")));
}

} // namespace
} // namespace tests
