// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/audit/audit_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace tests
{
namespace
{

using namespace gateway::audit;

std::vector<std::string> lines_of(const std::string& text)
{
    std::vector<std::string> lines;
    std::size_t begin = 0;
    for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
        lines.push_back(text.substr(begin, end - begin + 1));
    return lines;
}

std::string joined(const std::vector<std::string>& lines)
{
    std::string text;
    for (const auto& line : lines)
        text += line;
    return text;
}

/// 1,000 records, made once; each test spoils a copy.
class AuditExport : public testing::Test
{
protected:
    static constexpr int records = 1000;
    static constexpr std::size_t first_record = 2; ///< line of record 1, from 0

    static void SetUpTestSuite()
    {
        world_ = std::make_unique<AuditWorld>();
        for (int i = 1; i <= records; ++i)
            world_->record(i % 3 == 0 ? booked_note(i) : searched_note(i));
        world_->must(world_->trail->close());
        text_ = std::make_unique<std::string>(world_->exported());
    }
    static void TearDownTestSuite()
    {
        text_.reset();
        world_.reset();
    }

    static Finding finding(const std::string& text)
    {
        auto verified = world_->verified(text);
        if (verified)
            throw std::runtime_error("nothing was found wrong");
        return verified.error();
    }

    static inline std::unique_ptr<AuditWorld> world_;
    static inline std::unique_ptr<std::string> text_;
};

TEST_F(AuditExport, IsWholeAsItWasWritten)
{
    const auto verified = world_->verified(*text_);
    ASSERT_TRUE(verified) << verified.error().what;
    EXPECT_EQ(verified->records, records);
    ASSERT_EQ(verified->chains.size(), 1U);
    EXPECT_EQ(verified->chains[0].name, "node-a");
    EXPECT_EQ(verified->chains[0].first, 1);
    EXPECT_EQ(verified->chains[0].last, records);
    EXPECT_EQ(verified->chains[0].checkpoints, 1);
    EXPECT_EQ(verified->key, world_->key.id());
}

/// What stands before the changed lines is read once and not again for each.
class Step
{
public:
    explicit Step(const std::vector<VerifyingKey>& keys) : before_(keys) {}
    void past(const std::string& line) { ASSERT_TRUE(before_.feed(line)); }
    std::optional<Finding> finding(std::initializer_list<std::string_view> rest) const
    {
        ExportVerifier verifier = before_;
        for (const auto text : rest)
            if (!verifier.feed(text))
                break;
        const auto verified = verifier.finish();
        return verified ? std::nullopt : std::optional(verified.error());
    }

private:
    ExportVerifier before_;
};

/// Every byte; every bit of it in the lines that are not like the others.
TEST_F(AuditExport, NamesTheRecordWhicheverByteIsFlipped)
{
    Step step(world_->keys());
    const auto lines = lines_of(*text_);
    std::size_t end = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        end += lines[i].size();
        const bool is_record = i >= first_record && i < first_record + records;
        for (std::size_t at = 0; at < lines[i].size(); ++at) {
            std::string changed = lines[i];
            for (std::size_t bit = is_record ? at % 8 : 0; bit < 8; bit += is_record ? 8 : 1) {
                changed[at] = static_cast<char>(lines[i][at] ^ (1 << bit));
                const auto found = step.finding({changed, std::string_view(*text_).substr(end)});
                ASSERT_TRUE(found) << "line " << i << " byte " << at << " bit " << bit;
                if (is_record)
                    ASSERT_EQ(found->sequence, static_cast<std::int64_t>(i - first_record + 1))
                        << found->what;
            }
        }
        step.past(lines[i]);
    }
}

TEST_F(AuditExport, NamesTheFirstRecordThatWasDeletedOrSwappedWithTheNext)
{
    Step step(world_->keys());
    const auto lines = lines_of(*text_);
    std::size_t end = 0;
    for (std::size_t i = 0; i < first_record + records; ++i) {
        end += lines[i].size();
        const auto rest = std::string_view(*text_).substr(end);
        const auto record = static_cast<std::int64_t>(i - first_record + 1);
        if (i >= first_record) {
            const auto deleted = step.finding({rest});
            ASSERT_TRUE(deleted);
            ASSERT_EQ(deleted->sequence, record) << deleted->what;
            const auto swapped = step.finding({lines[i + 1], lines[i], rest.substr(lines[i + 1].size())});
            ASSERT_TRUE(swapped);
            ASSERT_EQ(swapped->sequence, record) << swapped->what;
        }
        step.past(lines[i]);
    }
}

TEST_F(AuditExport, NamesWhereARecordWasInserted)
{
    const auto lines = lines_of(*text_);
    for (std::size_t record = 1; record < records; record += 97) {
        auto changed = lines;
        changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(first_record + record),
                       lines[first_record + 4]);
        ASSERT_EQ(finding(joined(changed)).sequence, static_cast<std::int64_t>(record + 1));
    }
}

TEST_F(AuditExport, IsRefusedWhereverItBreaksOff)
{
    ExportVerifier verifier(world_->keys());
    for (std::size_t length = 0; length < text_->size(); ++length) {
        if (length % 7 == 0 || (*text_)[length] == '\n')
            ASSERT_FALSE(ExportVerifier(verifier).finish()) << length;
        ASSERT_TRUE(verifier.feed(std::string_view(*text_).substr(length, 1)));
    }
    EXPECT_TRUE(verifier.finish());
}

TEST_F(AuditExport, NamesTheFirstRecordThatIsMissingAtItsEnd)
{
    auto lines = lines_of(*text_);
    lines.resize(first_record + 700);
    const auto found = finding(joined(lines));
    EXPECT_EQ(found.sequence, 701);
    EXPECT_NE(found.what.find("breaks off behind record 700"), std::string::npos) << found.what;
}

TEST_F(AuditExport, NoticesALineThatIsNoRecordTakenAwayOrAdded)
{
    const auto lines = lines_of(*text_);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].starts_with("record\t"))
            continue;
        auto without = lines;
        without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_FALSE(world_->verified(joined(without))) << lines[i];
        auto twice = lines;
        twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(i), lines[i]);
        EXPECT_FALSE(world_->verified(joined(twice))) << lines[i];
    }
}

/// Somebody who can write the file, and knows how chains are made, but has no key.
TEST_F(AuditExport, NoticesAChangeWithAllHashesMadeAnew)
{
    auto lines = lines_of(*text_);
    std::string hash(32, '\0');
    for (std::size_t i = 0; i < records; ++i) {
        std::string& line = lines[first_record + i];
        std::string bytes = line.substr(72, line.size() - 73);
        if (i == 500)
            bytes.replace(bytes.find("ZZ901"), 5, "ZZ902");
        hash = link_hash(hash, bytes);
        line = "record\t" + gateway::identity::to_hex(hash) + "\t" + bytes + "\n";
    }
    const auto found = finding(joined(lines));
    EXPECT_NE(found.what.find("all hashes made anew"), std::string::npos) << found.what;
}

TEST_F(AuditExport, IsRefusedWithAnotherKey)
{
    ExportVerifier verifier({generate_signing_key().public_key()});
    EXPECT_FALSE(verifier.feed(*text_));
    EXPECT_NE(verifier.finish().error().what.find("not among the public keys"), std::string::npos);
}

TEST_F(AuditExport, IsReadTheSameInPiecesOfAnySize)
{
    std::mt19937 random(7);
    ExportVerifier verifier(world_->keys());
    std::string_view rest = *text_;
    while (!rest.empty()) {
        const std::size_t size = std::min<std::size_t>(rest.size(), random() % 500);
        ASSERT_TRUE(verifier.feed(rest.substr(0, size)));
        rest.remove_prefix(size);
    }
    EXPECT_TRUE(verifier.finish());
}

TEST_F(AuditExport, ShowsNoPatient)
{
    EXPECT_EQ(text_->find("9990000018"), std::string::npos);
    EXPECT_NE(text_->find(gateway::identity::to_hex(AuditWorld::mark("9990000018"))), std::string::npos);
}

TEST(AuditExportOfManyNodes, HasAChainForEach)
{
    AuditWorld world;
    world.record_bookings(3);
    Trail other({*world.store, world.key, AuditWorld::mark, world.clock, world.metrics},
                {.chain = "node-b", .keep = {}});
    world.must(other.record(booked_note(9)));
    const auto verified = world.verified(world.exported());
    ASSERT_TRUE(verified) << verified.error().what;
    ASSERT_EQ(verified->chains.size(), 2U);
    EXPECT_EQ(verified->chains[1].name, "node-b");
    EXPECT_EQ(verified->records, 4);
}

TEST(AuditExportOfAPeriod, BeginsBehindASignedCheckpointAndEndsWithThePeriod)
{
    AuditWorld world;
    world.record_bookings(10);
    world.must(world.trail->close());
    world.clock.advance(std::chrono::hours(1));
    const auto from = world.clock.now();
    world.record_bookings(5);
    world.clock.advance(std::chrono::hours(1));
    const auto before = world.clock.now();
    world.record_bookings(5);
    const auto verified = world.verified(world.exported({from, before}));
    ASSERT_TRUE(verified) << verified.error().what;
    EXPECT_EQ(verified->chains[0].after, 10);
    EXPECT_EQ(verified->chains[0].first, 11);
    EXPECT_EQ(verified->chains[0].last, 15);
    EXPECT_FALSE(verified->chains[0].purged);
}

TEST(AuditExportOfNothing, IsWholeAllTheSame)
{
    AuditWorld world;
    const auto verified = world.verified(world.exported());
    ASSERT_TRUE(verified) << verified.error().what;
    EXPECT_EQ(verified->records, 0);
}

} // namespace
} // namespace tests
