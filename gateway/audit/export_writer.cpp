// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/export_writer.hpp"

#include "gateway/audit/export_lines.hpp"
#include "gateway/audit/running_hash.hpp"
#include "gateway/identity/crypto.hpp"

#include <deque>

namespace gateway::audit
{

namespace
{

using fhir::Result;

constexpr std::size_t page = 1000;

class Exporter
{
public:
    Exporter(store::AuditReader& reader, const SigningKey& key, ExportRange range, ExportOut out)
        : reader_(reader), key_(key), range_(range), out_(std::move(out))
    {}

    Awaitable<Result<std::int64_t>> write(fhir::Instant now)
    {
        auto chains = co_await reader_.audit_chains();
        if (!chains)
            co_return std::unexpected(chains.error());
        put(to_line(ExportHeading{now, key_.id()}));
        for (const store::AuditChain& chain : *chains) {
            auto written = co_await write_chain(chain);
            if (!written)
                co_return std::unexpected(written.error());
        }
        const std::string text = signed_text(ExportEnd{now, key_.id(), records_, hash_.hex()});
        put(std::string(end_prefix) + identity::to_hex(key_.sign(text)) + "\t" + text);
        if (!writable_)
            co_return fhir::fail(fhir::ErrorKind::internal, "The export cannot be written to its file.");
        co_return records_;
    }

private:
    void put(std::string line)
    {
        line += '\n';
        hash_.add(line);
        writable_ = writable_ && out_(line);
    }

    void put(const store::AuditCheckpoint& point)
    {
        put(std::string(signed_prefix) + identity::to_hex(point.signature) + "\t" + point.bytes);
    }

    void put(const store::AuditRow& row)
    {
        put(std::string(record_prefix) + identity::to_hex(row.hash) + "\t" + row.bytes);
        ++records_;
    }

    /// Where the chain begins: behind the checkpoint before the period, behind its anchor, or at its first
    /// record.
    Awaitable<Result<std::optional<store::AuditCheckpoint>>> beginning(std::string chain)
    {
        using Found = std::optional<store::AuditCheckpoint>;
        if (range_.from) {
            auto before = co_await reader_.audit_checkpoint_before(chain, *range_.from);
            if (!before || *before)
                co_return before;
        }
        auto first = co_await reader_.audit_checkpoints(chain, 0, 1);
        if (!first)
            co_return std::unexpected(first.error());
        co_return !first->empty() && first->front().anchor ? Found(first->front()) : Found();
    }

    Awaitable<Result<void>> write_chain(store::AuditChain chain)
    {
        auto begin = co_await beginning(chain.name);
        if (!begin)
            co_return std::unexpected(begin.error());
        put(chain_line(chain.name));
        if (*begin)
            put(**begin);
        std::int64_t sequence = *begin ? (*begin)->sequence : 0;
        points_.clear();
        while (writable_ && sequence < chain.head.sequence) {
            auto rows = co_await reader_.audit_rows(chain.name, sequence, page);
            auto points = co_await reader_.audit_checkpoints(chain.name, sequence + 1, page);
            if (!rows || !points)
                co_return std::unexpected(rows ? points.error() : rows.error());
            points_.assign(points->begin(), points->end());
            if (rows->empty() || !put_rows(*rows, chain.head.sequence))
                break;
            sequence = rows->back().sequence;
        }
        co_return Result<void>();
    }

    /// False when the end of what is wanted has been reached.
    bool put_rows(const std::vector<store::AuditRow>& rows, std::int64_t last)
    {
        for (const store::AuditRow& row : rows) {
            if (row.sequence > last || (range_.before && row.at >= *range_.before))
                return false;
            put(row);
            while (!points_.empty() && points_.front().sequence <= row.sequence) {
                put(points_.front());
                points_.pop_front();
            }
        }
        return true;
    }

    store::AuditReader& reader_;
    const SigningKey& key_;
    const ExportRange range_;
    const ExportOut out_;
    RunningHash hash_;
    std::deque<store::AuditCheckpoint> points_; ///< that stand behind rows to come
    std::int64_t records_ = 0;
    bool writable_ = true;
};

} // namespace

Awaitable<Result<std::int64_t>> write_export(store::AuditReader& reader, const SigningKey& key,
                                             ExportRange range, fhir::Instant now, ExportOut out)
{
    Exporter exporter(reader, key, range, std::move(out));
    auto written = co_await exporter.write(now);
    co_return written;
}

} // namespace gateway::audit
