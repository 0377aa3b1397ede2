// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite_engine.hpp"
#include "gateway/store/sqlite_rows.hpp"

namespace gateway::store
{

namespace
{

using Consents = std::vector<ConsentRecord>;
using WrittenConsent = std::optional<std::int64_t>;

constexpr std::string_view consent_columns = "id, version, patient, body, at";

/// Bound to the version too: an old body put back in the place of the newest does not open.
std::string consent_context(std::string_view column, const std::string& id, std::int64_t version)
{
    return "consent_version." + std::string(column) + "/" + id + "/" + std::to_string(version);
}

std::string unseal_consent(const Sealer& sealer, const std::string& sealed, const std::string& context)
{
    auto plain = sealer.open(sealed, context);
    if (!plain)
        throw DatabaseError("a sealed column does not open");
    return std::move(*plain);
}

Consents all_consents(Rows rows, const Sealer& sealer)
{
    Consents found;
    while (rows.next()) {
        ConsentRecord record;
        record.id = rows.text(0);
        record.version = rows.integer(1);
        record.patient =
            unseal_consent(sealer, rows.text(2), consent_context("patient", record.id, record.version));
        record.body =
            unseal_consent(sealer, rows.text(3), consent_context("body", record.id, record.version));
        record.at = rows.instant(4);
        found.push_back(std::move(record));
    }
    return found;
}

struct SealedConsent
{
    ConsentRecord record; ///< `version`: the one it follows; `patient` and `body` sealed
    std::string hash;
};

WrittenConsent append_consent(Database& database, const SealedConsent& sealed)
{
    const ConsentRecord& record = sealed.record;
    std::int64_t newest = 0;
    {
        auto rows = database.query("SELECT version, patient_hash FROM consent_version WHERE id = ?"
                                   " ORDER BY version DESC LIMIT 1",
                                   {record.id});
        if (rows.next()) {
            newest = rows.integer(0);
            if (rows.text(1) != sealed.hash)
                return std::nullopt;
        }
    }
    if (newest != record.version)
        return std::nullopt;
    database.run(
        "INSERT INTO consent_version (id, version, patient_hash, patient, body, at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        {record.id, newest + 1, Blob{sealed.hash}, Blob{record.patient}, Blob{record.body}, at(record.at)});
    return newest + 1;
}

std::string newest_consents(std::string_view where)
{
    return "SELECT " + std::string(consent_columns) +
           " FROM consent_version c WHERE version = (SELECT max(version) FROM consent_version d"
           " WHERE d.id = c.id)" +
           std::string(where) + " ORDER BY id";
}

} // namespace

Awaitable<fhir::Result<WrittenConsent>> SqliteStore::write_consent(ConsentRecord record)
{
    auto sealed = std::make_shared<SealedConsent>();
    const std::int64_t version = record.version + 1;
    sealed->hash = patient_hash(sealer_, record.patient);
    record.patient = sealer_.seal(record.patient, consent_context("patient", record.id, version));
    record.body = sealer_.seal(record.body, consent_context("body", record.id, version));
    sealed->record = std::move(record);
    auto written =
        co_await writer_.run<WrittenConsent>([sealed](Database& database) -> fhir::Result<WrittenConsent> {
            return append_consent(database, *sealed);
        });
    co_return written;
}

Awaitable<fhir::Result<Consents>> SqliteStore::consents()
{
    co_return read<Consents>([this](Database& database) -> fhir::Result<Consents> {
        return all_consents(database.query(newest_consents("")), sealer_);
    });
}

Awaitable<fhir::Result<Consents>> SqliteStore::consents_of(std::string patient)
{
    const std::string hash = patient_hash(sealer_, patient);
    co_return read<Consents>([&](Database& database) -> fhir::Result<Consents> {
        return all_consents(database.query(newest_consents(" AND c.patient_hash = ?"), {Blob{hash}}),
                            sealer_);
    });
}

Awaitable<fhir::Result<Consents>> SqliteStore::consent_history(std::string id)
{
    co_return read<Consents>([&](Database& database) -> fhir::Result<Consents> {
        return all_consents(database.query("SELECT " + std::string(consent_columns) +
                                               " FROM consent_version WHERE id = ? ORDER BY version DESC",
                                           {id}),
                            sealer_);
    });
}

} // namespace gateway::store
