// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite_engine.hpp"
#include "gateway/store/sqlite_rows.hpp"

namespace gateway::store
{

namespace
{

struct SealedLink
{
    std::string practice, hash, credential;
};

std::string context_of(const std::string& practice)
{
    return "patient_link.credential/" + practice;
}

} // namespace

Awaitable<fhir::Result<std::optional<std::string>>> SqliteStore::patient_link(std::string practice,
                                                                              std::string patient)
{
    using Found = std::optional<std::string>;
    const std::string hash = patient_hash(sealer_, patient);
    co_return read<Found>([&](Database& database) -> fhir::Result<Found> {
        auto rows =
            database.query("SELECT credential FROM patient_link WHERE practice = ? AND patient_hash = ?",
                           {practice, Blob{hash}});
        if (!rows.next())
            return Found();
        auto credential = sealer_.open(rows.text(0), context_of(practice) + hash);
        if (!credential)
            throw DatabaseError("a sealed column does not open");
        return Found(std::move(*credential));
    });
}

Awaitable<fhir::Result<void>> SqliteStore::save_patient_links(std::vector<LinkRecord> links)
{
    auto sealed = std::make_shared<std::vector<SealedLink>>();
    for (LinkRecord& link : links) {
        const std::string hash = patient_hash(sealer_, link.patient);
        const std::string credential = sealer_.seal(link.credential, context_of(link.practice) + hash);
        sealed->push_back({std::move(link.practice), hash, credential});
    }
    auto saved = co_await writer_.run<void>([sealed](Database& database) -> fhir::Result<void> {
        for (const SealedLink& link : *sealed)
            database.run(
                "INSERT INTO patient_link (practice, patient_hash, credential) VALUES (?, ?, ?)"
                " ON CONFLICT (practice, patient_hash) DO UPDATE SET credential = excluded.credential",
                {link.practice, Blob{link.hash}, Blob{link.credential}});
        return {};
    });
    co_return saved;
}

Awaitable<fhir::Result<void>> SqliteStore::forget_patient_link(std::string practice, std::string patient)
{
    const std::string hash = patient_hash(sealer_, patient);
    auto forgotten = co_await writer_.run<void>([practice, hash](Database& database) -> fhir::Result<void> {
        database.run("DELETE FROM patient_link WHERE practice = ? AND patient_hash = ?",
                     {practice, Blob{hash}});
        return {};
    });
    co_return forgotten;
}

Awaitable<fhir::Result<bool>> SqliteStore::remember_jti(std::string client, std::string jti,
                                                        fhir::Instant expires)
{
    auto first = co_await writer_.run<bool>([client, jti, expires](Database& database) -> fhir::Result<bool> {
        return database.run(
                   "INSERT INTO token_jti (client, jti, expires) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                   {client, jti, at(expires)}) == 1;
    });
    co_return first;
}

Awaitable<fhir::Result<void>> SqliteStore::purge(fhir::Instant tickets_before, fhir::Instant now)
{
    auto purged = co_await writer_.run<void>([tickets_before, now](Database& database) -> fhir::Result<void> {
        database.run("DELETE FROM idempotency WHERE created < ? AND outcome IS NOT NULL",
                     {at(tickets_before)});
        database.run("DELETE FROM token_jti WHERE expires < ?", {at(now)});
        return {};
    });
    co_return purged;
}

Awaitable<fhir::Result<void>> SqliteStore::check()
{
    auto writable = co_await writer_.run<void>([](Database& database) -> fhir::Result<void> {
        database.run("UPDATE store_property SET value = value WHERE name = 'key_check'");
        return {};
    });
    co_return writable;
}

} // namespace gateway::store
