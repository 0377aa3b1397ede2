// SPDX-License-Identifier: Apache-2.0
// The promises of audit_store.hpp: chains that only grow, and how they are found again.
#include "tests/gateway/store/store_contract.hpp"

namespace tests
{
namespace
{

AuditRow audit_row(const std::string& chain, std::int64_t sequence)
{
    AuditRow row;
    row.chain = chain;
    row.sequence = sequence;
    row.hash = std::string(31, 'h') + static_cast<char>('a' + sequence % 26);
    row.bytes = "record " + std::to_string(sequence) + " of " + chain;
    row.at = now + sequence * minute;
    row.agent = "HUB01";
    return row;
}

AuditCheckpoint checkpoint(const AuditRow& row, bool anchor = false)
{
    return {row.chain, row.sequence, row.hash, row.at, anchor, "signed", "signature"};
}

/// Appends as many rows, and a checkpoint behind the last if `sign`.
AuditLink following(const std::string& chain, int count, bool sign = false)
{
    return [=](const AuditHead& head) {
        AuditAppend more;
        for (int i = 1; i <= count; ++i)
            more.rows.push_back(audit_row(chain, head.sequence + i));
        if (sign)
            more.checkpoints.push_back(checkpoint(more.rows.back()));
        return more;
    };
}

TEST_P(StoreContract, AnAuditChainGrowsFromItsLastRecordAlsoAfterARestart)
{
    EXPECT_EQ(must(store->append_audit("node-a", following("node-a", 3))).sequence, 3);
    reopen();
    AuditHead seen;
    must(store->append_audit("node-a", [&](const AuditHead& head) {
        seen = head;
        return following("node-a", 1)(head);
    }));
    EXPECT_EQ(seen.sequence, 3);
    EXPECT_EQ(seen.hash, audit_row("node-a", 3).hash);
    const auto rows = must(store->audit_rows("node-a", 1, 2));
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].bytes, "record 2 of node-a");
    EXPECT_EQ(rows[1].sequence, 3);
}

TEST_P(StoreContract, EachAuditChainCountsForItself)
{
    must(store->append_audit("node-a", following("node-a", 2)));
    must(store->append_audit("node-b", following("node-b", 1)));
    must(store->append_audit("node-a", following("node-a", 1)));
    const auto chains = must(store->audit_chains());
    ASSERT_EQ(chains.size(), 2U);
    EXPECT_EQ(chains[0].name, "node-a");
    EXPECT_EQ(chains[0].first, 1);
    EXPECT_EQ(chains[0].head.sequence, 3);
    EXPECT_EQ(chains[1].head.sequence, 1);
    EXPECT_EQ(must(store->audit_rows("node-b", 0, 10)).size(), 1U);
}

TEST_P(StoreContract, ARecordThatIsThereIsNeverWrittenAgain)
{
    must(store->append_audit("node-a", following("node-a", 2)));
    const auto again = run(context, store->append_audit("node-a", [](const AuditHead&) {
        return AuditAppend{{audit_row("node-a", 2)}, {}};
    }));
    EXPECT_FALSE(again);
    EXPECT_EQ(must(store->audit_chains())[0].head.sequence, 2);
}

TEST_P(StoreContract, AuditRecordsAreFoundByWhoActedAndOnWhoseBookNewestFirst)
{
    must(store->append_audit("node-a", [](const AuditHead&) {
        AuditAppend more;
        for (int i = 1; i <= 4; ++i)
            more.rows.push_back(audit_row("node-a", i));
        more.rows[1].practice = "A10001";
        more.rows[1].entity = "Appointment/a";
        more.rows[1].patient_hash = std::string(32, 'p');
        more.rows[1].patient = "9990000018";
        more.rows[2].agent = "A10001";
        more.rows[3].agent = "HUB02";
        return more;
    }));
    const auto sequences = [&](AuditFilter filter) {
        std::vector<std::int64_t> found;
        for (const AuditRow& row : must(store->find_audit(std::move(filter))))
            found.push_back(row.sequence);
        return found;
    };
    using Found = std::vector<std::int64_t>;
    EXPECT_EQ(sequences({.visible_to = "A10001"}), (Found{3, 2}));
    EXPECT_EQ(sequences({.visible_to = "HUB01"}), (Found{2, 1}));
    EXPECT_EQ(sequences({.visible_to = "HUB01", .practice = "A10001"}), Found{2});
    EXPECT_EQ(sequences({.visible_to = "HUB02", .entity = "Appointment/a"}), Found{});
    EXPECT_EQ(sequences({.visible_to = "A10001", .patient_hash = std::string(32, 'p')}), Found{2});
    EXPECT_EQ(sequences({.agent = "HUB01", .from = now + 2 * minute}), Found{2});
    EXPECT_EQ(sequences({.before = now + 2 * minute}), Found{1});
    EXPECT_EQ(sequences({.limit = 2}), (Found{4, 3}));
    const auto with_patient = must(store->find_audit({.entity = "Appointment/a"}));
    ASSERT_EQ(with_patient.size(), 1U);
    EXPECT_EQ(with_patient[0].patient, "9990000018");
}

TEST_P(StoreContract, AnAuditChainIsPurgedOnlyUpToACheckpointWhichBecomesItsAnchor)
{
    must(store->append_audit("node-a", following("node-a", 3, true)));
    must(store->append_audit("node-a", following("node-a", 2, true)));
    EXPECT_FALSE(must(store->purge_audit({"node-a", checkpoint(audit_row("node-a", 2), true)})));
    EXPECT_EQ(must(store->audit_chains())[0].first, 1);

    EXPECT_TRUE(must(store->purge_audit({"node-a", checkpoint(audit_row("node-a", 3), true)})));
    EXPECT_EQ(must(store->audit_chains())[0].first, 4);
    const auto points = must(store->audit_checkpoints("node-a", 0, 10));
    ASSERT_EQ(points.size(), 2U);
    EXPECT_TRUE(points[0].anchor);

    EXPECT_TRUE(must(store->purge_audit({"node-a", checkpoint(audit_row("node-a", 5), true)})));
    const auto head = must(store->append_audit("node-a", following("node-a", 1)));
    EXPECT_EQ(head.sequence, 6);
    EXPECT_EQ(head.checkpoint, 5);
}

TEST_P(StoreContract, TheLastCheckpointBeforeAMomentIsFound)
{
    must(store->append_audit("node-a", following("node-a", 3, true)));
    must(store->append_audit("node-a", following("node-a", 2, true)));
    EXPECT_FALSE(must(store->audit_checkpoint_before("node-a", now + 2 * minute)));
    EXPECT_EQ(must(store->audit_checkpoint_before("node-a", now + 4 * minute))->sequence, 3);
    EXPECT_EQ(must(store->audit_checkpoint_before("node-a", now + 5 * minute))->sequence, 5);
}

} // namespace
} // namespace tests
