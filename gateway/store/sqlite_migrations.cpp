// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite_migrations.hpp"

#include "gateway/store/sealer.hpp"
#include "gateway/store/sqlite_database.hpp"

#include <array>
#include <map>
#include <string>

namespace gateway::store
{

namespace
{

// Times are milliseconds since 1970 UTC. Columns of type BLOB are sealed or keyed hashes.
constexpr std::string_view first = R"sql(
CREATE TABLE store_property (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE appointment (
    id           TEXT PRIMARY KEY,
    version      INTEGER NOT NULL,
    updated      INTEGER NOT NULL,
    practice     TEXT NOT NULL,
    booked_by    TEXT NOT NULL,
    patient_hash BLOB NOT NULL,
    patient      BLOB NOT NULL,
    status       TEXT NOT NULL,
    start_at     INTEGER NOT NULL,
    end_at       INTEGER NOT NULL,
    resource     BLOB NOT NULL,
    supplier     BLOB NOT NULL
) STRICT;
CREATE INDEX appointment_by_patient ON appointment (patient_hash, start_at);
CREATE INDEX appointment_by_practice ON appointment (practice, start_at);
CREATE INDEX appointment_by_consumer ON appointment (booked_by, start_at);

CREATE TABLE appointment_version (
    id       TEXT NOT NULL,
    version  INTEGER NOT NULL,
    updated  INTEGER NOT NULL,
    status   TEXT NOT NULL,
    resource BLOB NOT NULL,
    PRIMARY KEY (id, version)
) STRICT;

CREATE TABLE appointment_identifier (
    organisation TEXT NOT NULL,
    hash         BLOB NOT NULL,
    appointment  TEXT NOT NULL REFERENCES appointment (id) ON DELETE CASCADE,
    conditional  INTEGER NOT NULL,
    PRIMARY KEY (organisation, hash, appointment)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX appointment_identifier_once ON appointment_identifier (organisation, hash) WHERE conditional = 1;
CREATE INDEX appointment_identifier_by_appointment ON appointment_identifier (appointment);

CREATE TABLE intent (
    id           TEXT PRIMARY KEY,
    kind         TEXT NOT NULL CHECK (kind IN ('book', 'cancel', 'amend', 'hold', 'move')),
    state        TEXT NOT NULL CHECK (state IN ('recorded', 'sent', 'unknown', 'done', 'refused', 'needs_person')),
    appointment  TEXT NOT NULL,
    practice     TEXT NOT NULL,
    payload      BLOB NOT NULL,
    created      INTEGER NOT NULL,
    updated      INTEGER NOT NULL,
    attempts     INTEGER NOT NULL,
    absences     INTEGER NOT NULL,
    next_attempt INTEGER NOT NULL,
    note         TEXT NOT NULL,
    lease_node   TEXT NOT NULL,
    lease_token  TEXT NOT NULL,
    lease_until  INTEGER NOT NULL
) STRICT;
CREATE INDEX intent_open ON intent (state, next_attempt) WHERE state IN ('recorded', 'sent', 'unknown', 'needs_person');
CREATE UNIQUE INDEX intent_one_open ON intent (appointment) WHERE state IN ('recorded', 'sent', 'unknown', 'needs_person');

CREATE TABLE claim (
    practice    TEXT NOT NULL,
    slot        TEXT NOT NULL,
    intent      TEXT NOT NULL REFERENCES intent (id),
    appointment TEXT NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('hold', 'booking')),
    expires     INTEGER,
    active      INTEGER NOT NULL,
    made        INTEGER NOT NULL,
    released    INTEGER
) STRICT;
CREATE UNIQUE INDEX claim_one_active ON claim (practice, slot) WHERE active = 1;
CREATE INDEX claim_by_appointment ON claim (appointment) WHERE active = 1;

CREATE TABLE idempotency (
    client       TEXT NOT NULL,
    operation    TEXT NOT NULL,
    key          TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    intent       TEXT NOT NULL,
    appointment  TEXT NOT NULL,
    version      INTEGER NOT NULL,
    outcome      TEXT,
    created      INTEGER NOT NULL,
    PRIMARY KEY (client, operation, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_by_intent ON idempotency (intent);
CREATE INDEX idempotency_by_age ON idempotency (created);

CREATE TABLE patient_link (
    practice     TEXT NOT NULL,
    patient_hash BLOB NOT NULL,
    credential   BLOB NOT NULL,
    PRIMARY KEY (practice, patient_hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE token_jti (
    client  TEXT NOT NULL,
    jti     TEXT NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (client, jti)
) STRICT, WITHOUT ROWID;
CREATE INDEX token_jti_by_expiry ON token_jti (expires);
)sql";

constexpr std::string_view second = R"sql(
CREATE INDEX claim_by_expiry ON claim (expires) WHERE active = 1 AND kind = 'hold';
)sql";

constexpr std::string_view third = R"sql(
ALTER TABLE intent ADD COLUMN resolution BLOB;
)sql";

constexpr std::string_view fourth = R"sql(
CREATE INDEX appointment_waiting ON appointment (id) WHERE status = 'waitlist';
)sql";

constexpr std::string_view fifth = R"sql(
CREATE TABLE practice_watch (
    practice    TEXT PRIMARY KEY,
    lease_node  TEXT NOT NULL,
    lease_token TEXT NOT NULL,
    lease_until INTEGER NOT NULL,
    next_look   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_by_any_appointment ON claim (appointment);
)sql";

constexpr std::string_view sixth = R"sql(
CREATE TABLE job (
    id           TEXT PRIMARY KEY,
    owner        TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    open         INTEGER NOT NULL,
    payload      BLOB NOT NULL,
    created      INTEGER NOT NULL,
    updated      INTEGER NOT NULL,
    next_step    INTEGER NOT NULL,
    lease_node   TEXT NOT NULL,
    lease_token  TEXT NOT NULL,
    lease_until  INTEGER NOT NULL
) STRICT;
CREATE INDEX job_open ON job (next_step) WHERE open = 1;
)sql";

// A list of three or more in IN (...) is put into a table of its own whenever it is looked at: twice for the
// checks and twice for the partial indexes of every intent written. And no query could be shown to imply such
// a list, so that looking for open intents went through all there ever were.
constexpr std::string_view seventh = R"sql(
CREATE TABLE new_intent (
    id           TEXT PRIMARY KEY,
    kind         TEXT NOT NULL CHECK (kind = 'book' OR kind = 'cancel' OR kind = 'amend' OR kind = 'hold' OR kind = 'move'),
    state        TEXT NOT NULL CHECK (state = 'done' OR state = 'sent' OR state = 'refused' OR state = 'recorded' OR
                                      state = 'unknown' OR state = 'needs_person'),
    appointment  TEXT NOT NULL,
    practice     TEXT NOT NULL,
    payload      BLOB NOT NULL,
    created      INTEGER NOT NULL,
    updated      INTEGER NOT NULL,
    attempts     INTEGER NOT NULL,
    absences     INTEGER NOT NULL,
    next_attempt INTEGER NOT NULL,
    note         TEXT NOT NULL,
    lease_node   TEXT NOT NULL,
    lease_token  TEXT NOT NULL,
    lease_until  INTEGER NOT NULL,
    resolution   BLOB
) STRICT;
INSERT INTO new_intent SELECT id, kind, state, appointment, practice, payload, created, updated, attempts, absences,
    next_attempt, note, lease_node, lease_token, lease_until, resolution FROM intent;

CREATE TABLE new_claim (
    practice    TEXT NOT NULL,
    slot        TEXT NOT NULL,
    intent      TEXT NOT NULL REFERENCES new_intent (id),
    appointment TEXT NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('hold', 'booking')),
    expires     INTEGER,
    active      INTEGER NOT NULL,
    made        INTEGER NOT NULL,
    released    INTEGER
) STRICT;
INSERT INTO new_claim SELECT practice, slot, intent, appointment, kind, expires, active, made, released FROM claim;

DROP TABLE claim;
DROP TABLE intent;
ALTER TABLE new_intent RENAME TO intent;
ALTER TABLE new_claim RENAME TO claim;

CREATE INDEX intent_open ON intent (next_attempt)
    WHERE (state = 'recorded' OR state = 'sent' OR state = 'unknown' OR state = 'needs_person');
CREATE UNIQUE INDEX intent_one_open ON intent (appointment)
    WHERE (state = 'recorded' OR state = 'sent' OR state = 'unknown' OR state = 'needs_person');
CREATE UNIQUE INDEX claim_one_active ON claim (practice, slot) WHERE active = 1;
CREATE INDEX claim_by_expiry ON claim (expires) WHERE active = 1 AND kind = 'hold';
CREATE INDEX claim_by_any_appointment ON claim (appointment);
)sql";

// Whoever writes it, a task has a team that holds it, and a due time for as long as it is open.
constexpr std::string_view tasks = R"sql(
CREATE TABLE task (
    id           TEXT PRIMARY KEY,
    version      INTEGER NOT NULL,
    updated      INTEGER NOT NULL,
    authored     INTEGER NOT NULL,
    kind         TEXT NOT NULL,
    status       TEXT NOT NULL,
    owner        TEXT NOT NULL CHECK (owner <> ''),
    team         TEXT NOT NULL CHECK (team <> ''),
    requester    TEXT NOT NULL,
    patient_hash BLOB,
    patient      BLOB NOT NULL,
    focus        TEXT NOT NULL,
    priority     INTEGER NOT NULL,
    open         INTEGER NOT NULL,
    due          INTEGER,
    resource     BLOB NOT NULL,
    CHECK (open = 0 OR due IS NOT NULL)
) STRICT;
CREATE INDEX task_open_by_owner ON task (owner, due) WHERE open = 1;
CREATE INDEX task_open_by_due ON task (due) WHERE open = 1;
CREATE INDEX task_by_owner ON task (owner, due);
CREATE INDEX task_by_requester ON task (requester, due);
CREATE INDEX task_by_patient ON task (patient_hash);
CREATE INDEX task_by_focus ON task (focus);

CREATE TABLE task_version (
    id       TEXT NOT NULL,
    version  INTEGER NOT NULL,
    updated  INTEGER NOT NULL,
    status   TEXT NOT NULL,
    resource BLOB NOT NULL,
    PRIMARY KEY (id, version)
) STRICT;

CREATE TABLE task_identifier (
    hash BLOB NOT NULL,
    task TEXT NOT NULL REFERENCES task (id),
    PRIMARY KEY (hash, task)
) STRICT, WITHOUT ROWID;

CREATE TABLE task_message (
    task       TEXT NOT NULL REFERENCES task (id),
    version    INTEGER NOT NULL,
    received   INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    body       BLOB NOT NULL,
    PRIMARY KEY (task, version)
) STRICT;
)sql";

constexpr std::string_view claims_counted = R"sql(
ALTER TABLE claim ADD COLUMN organisation TEXT NOT NULL DEFAULT '';
ALTER TABLE claim ADD COLUMN session TEXT NOT NULL DEFAULT '';
ALTER TABLE claim ADD COLUMN start_at INTEGER NOT NULL DEFAULT 0;
UPDATE claim SET organisation = coalesce((SELECT booked_by FROM appointment WHERE id = claim.appointment), ''),
    start_at = coalesce((SELECT start_at FROM appointment WHERE id = claim.appointment), 0);
CREATE INDEX claim_by_practice_and_start ON claim (practice, start_at) WHERE active = 1;
CREATE INDEX claim_by_practice_and_age ON claim (practice, made) WHERE active = 1;
)sql";

// Rows of one chain lie together, in order: `id` is the chain's number times 2^40 plus the sequence.
constexpr std::string_view audit = R"sql(
CREATE TABLE audit_chain (
    number INTEGER PRIMARY KEY,
    name   TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE audit_record (
    id           INTEGER PRIMARY KEY,
    hash         BLOB NOT NULL,
    bytes        TEXT NOT NULL,
    at           INTEGER NOT NULL,
    agent        TEXT NOT NULL,
    practice     TEXT NOT NULL,
    entity       TEXT NOT NULL,
    patient_hash BLOB,
    patient      BLOB
) STRICT;
CREATE INDEX audit_record_by_agent ON audit_record (agent, at);
CREATE INDEX audit_record_by_practice ON audit_record (practice, at) WHERE practice <> '';
CREATE INDEX audit_record_by_entity ON audit_record (entity, at) WHERE entity <> '';
CREATE INDEX audit_record_by_patient ON audit_record (patient_hash, at) WHERE patient_hash IS NOT NULL;

CREATE TABLE audit_checkpoint (
    id        INTEGER PRIMARY KEY,
    hash      BLOB NOT NULL,
    at        INTEGER NOT NULL,
    anchor    INTEGER NOT NULL,
    bytes     TEXT NOT NULL,
    signature BLOB NOT NULL
) STRICT;
)sql";

constexpr std::string_view policies = R"sql(
CREATE TABLE policy_version (
    kind    TEXT NOT NULL,
    key     TEXT NOT NULL,
    version INTEGER NOT NULL,
    body    TEXT NOT NULL,
    removed INTEGER NOT NULL,
    author  TEXT NOT NULL,
    reason  TEXT NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (kind, key, version)
) STRICT, WITHOUT ROWID;
)sql";

constexpr std::string_view consents = R"sql(
CREATE TABLE consent_version (
    id           TEXT NOT NULL,
    version      INTEGER NOT NULL,
    patient_hash BLOB NOT NULL,
    patient      BLOB NOT NULL,
    body         BLOB NOT NULL,
    at           INTEGER NOT NULL,
    PRIMARY KEY (id, version)
) STRICT;
CREATE INDEX consent_version_by_patient ON consent_version (patient_hash);
)sql";

// An inbox is answered from the first index alone, and what is late from the last one. A row of task_wanted
// is written with whatever calls for a task, and its number is never used again.
constexpr std::string_view escalation = R"sql(
ALTER TABLE task ADD COLUMN escalate INTEGER;
ALTER TABLE task ADD COLUMN rung INTEGER NOT NULL DEFAULT 0;
UPDATE task SET escalate = due WHERE open = 1;
DROP INDEX task_open_by_owner;
CREATE INDEX task_open_by_owner ON task (owner, due, id, status, kind, priority, open) WHERE open = 1;
CREATE INDEX task_open_by_kind ON task (kind, due, id, open) WHERE open = 1;
CREATE INDEX task_to_escalate ON task (escalate) WHERE open = 1 AND escalate IS NOT NULL;

CREATE TABLE task_wanted (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    kind        TEXT NOT NULL,
    appointment TEXT NOT NULL,
    version     INTEGER NOT NULL,
    intent      TEXT NOT NULL,
    at          INTEGER NOT NULL
) STRICT;
)sql";

// `wake`: when a channel has something to do; 2^62 when nothing is in sight. A delivery keeps its row when it
// is done, so that a receiver can ask for what it missed.
constexpr std::string_view outbox = R"sql(
CREATE TABLE outbox_event (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    topic    TEXT NOT NULL,
    subject  TEXT NOT NULL,
    version  INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    practice TEXT NOT NULL,
    party    TEXT NOT NULL,
    status   TEXT NOT NULL,
    changed  TEXT NOT NULL
) STRICT;

CREATE TABLE outbox_place (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO outbox_place (name, value) VALUES ('matched', 0), ('generation', 1);

CREATE TABLE subscription (
    id           TEXT PRIMARY KEY,
    version      INTEGER NOT NULL,
    updated      INTEGER NOT NULL,
    client       TEXT NOT NULL,
    organisation TEXT NOT NULL,
    status       TEXT NOT NULL,
    topic        TEXT NOT NULL,
    body         BLOB NOT NULL
) STRICT;

CREATE TABLE subscription_channel (
    subscription  TEXT PRIMARY KEY REFERENCES subscription (id) ON DELETE CASCADE,
    events        INTEGER NOT NULL,
    held          INTEGER NOT NULL,
    wake          INTEGER NOT NULL,
    next_attempt  INTEGER NOT NULL,
    failing_since INTEGER,
    failures      INTEGER NOT NULL,
    failure       TEXT NOT NULL,
    heartbeat     INTEGER,
    lease_node    TEXT NOT NULL,
    lease_token   TEXT NOT NULL,
    lease_until   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX subscription_channel_by_wake ON subscription_channel (wake);

CREATE TABLE outbox_delivery (
    subscription TEXT NOT NULL REFERENCES subscription (id) ON DELETE CASCADE,
    number       INTEGER NOT NULL,
    event        INTEGER NOT NULL REFERENCES outbox_event (sequence),
    subject      TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state = 'due' OR state = 'held' OR state = 'dead' OR state = 'cancelled' OR state = 'done'),
    attempts     INTEGER NOT NULL,
    changed      INTEGER NOT NULL,
    failure      TEXT NOT NULL,
    PRIMARY KEY (subscription, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_delivery_due ON outbox_delivery (subscription, number) WHERE state = 'due';
CREATE INDEX outbox_delivery_held ON outbox_delivery (subscription, subject, number) WHERE state = 'held';
CREATE INDEX outbox_delivery_dead ON outbox_delivery (subscription, number) WHERE state = 'dead';
CREATE INDEX outbox_delivery_over ON outbox_delivery (changed) WHERE (state = 'done' OR state = 'cancelled');
CREATE INDEX outbox_delivery_by_event ON outbox_delivery (event);
)sql";

// A revoked feed keeps its row: its address is told apart from one that never was.
constexpr std::string_view calendars = R"sql(
CREATE TABLE calendar_feed (
    id           TEXT PRIMARY KEY,
    secret_hash  BLOB NOT NULL UNIQUE,
    client       TEXT NOT NULL,
    organisation TEXT NOT NULL,
    schedule     TEXT NOT NULL,
    made         INTEGER NOT NULL,
    revoked      INTEGER,
    revoked_by   TEXT NOT NULL
) STRICT;
CREATE INDEX calendar_feed_by_client ON calendar_feed (client, id);
)sql";

// One row for a task and a system, kept when it is over: what was put there is never put there again.
constexpr std::string_view task_deliveries = R"sql(
CREATE TABLE task_delivery (
    task        TEXT NOT NULL REFERENCES task (id),
    practice    TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state = 'waiting' OR state = 'sent' OR state = 'received' OR state = 'refused' OR state = 'unknown' OR state = 'dropped'),
    form        TEXT NOT NULL,
    attempts    INTEGER NOT NULL,
    tries       INTEGER NOT NULL,
    absences    INTEGER NOT NULL,
    sent        INTEGER,
    created     INTEGER NOT NULL,
    next_step   INTEGER NOT NULL,
    lease_node  TEXT NOT NULL,
    lease_token TEXT NOT NULL,
    lease_until INTEGER NOT NULL,
    PRIMARY KEY (task, practice)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_delivery_due ON task_delivery (next_step) WHERE (state = 'waiting' OR state = 'sent');
)sql";

// What is sent together stays together: the numbers of the first and the last, by which it is called; 0 until
// it is sent.
constexpr std::string_view batches = R"sql(
ALTER TABLE outbox_delivery ADD COLUMN first INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox_delivery ADD COLUMN last INTEGER NOT NULL DEFAULT 0;
)sql";

constexpr std::array steps{Migration{1, "appointments, intents, claims, links", first},
                           Migration{2, "holds by their end", second},
                           Migration{3, "what persons settled", third},
                           Migration{4, "who waits", fourth},
                           Migration{5, "looks into practices' books", fifth},
                           Migration{6, "jobs", sixth},
                           Migration{7, "open intents found by their index", seventh},
                           Migration{8, "tasks", tasks},
                           Migration{9, "audit chains", audit},
                           Migration{10, "claims count against limits", claims_counted},
                           Migration{11, "policy as operators changed it", policies},
                           Migration{12, "what patients decided", consents},
                           Migration{13, "tasks that are late, and those to be raised", escalation},
                           Migration{14, "what is announced, and to whom", outbox},
                           Migration{15, "calendar feeds", calendars},
                           Migration{16, "tasks on their way into practices' own systems", task_deliveries},
                           Migration{17, "events that are sent together", batches}};

std::map<std::int64_t, std::string> applied(Database& database)
{
    database.execute(
        "CREATE TABLE IF NOT EXISTS schema_migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL,"
        " sha256 TEXT NOT NULL, applied TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP) STRICT");
    std::map<std::int64_t, std::string> known;
    auto rows = database.query("SELECT number, sha256 FROM schema_migration");
    while (rows.next())
        known.emplace(rows.integer(0), rows.text(1));
    return known;
}

void apply(Database& database, const Migration& step)
{
    database.execute("BEGIN IMMEDIATE");
    try {
        database.execute(std::string(step.sql));
        database.run("INSERT INTO schema_migration (number, name, sha256) VALUES (?, ?, ?)",
                     {std::int64_t{step.number}, step.name, std::string_view(sha256_hex(step.sql))});
        database.execute("COMMIT");
    } catch (...) {
        if (database.in_transaction())
            database.execute("ROLLBACK");
        throw;
    }
}

} // namespace

std::span<const Migration> sqlite_migrations()
{
    return steps;
}

fhir::Result<void> migrate(Database& database, std::span<const Migration> wanted)
{
    const auto known = applied(database);
    const std::int64_t newest = wanted.empty() ? 0 : wanted.back().number;
    if (!known.empty() && known.rbegin()->first > newest)
        return fhir::fail(fhir::ErrorKind::internal,
                          "The database has schema " + std::to_string(known.rbegin()->first) +
                              ", this program knows only schema " + std::to_string(newest) +
                              ". Start the newer program that wrote it, or restore an older backup.");
    for (const Migration& step : wanted) {
        const auto found = known.find(step.number);
        if (found == known.end())
            apply(database, step);
        else if (found->second != sha256_hex(step.sql))
            return fhir::fail(
                fhir::ErrorKind::internal,
                "Schema step " + std::to_string(step.number) +
                    " of the database is not the one this program knows. The "
                    "database was made by a different build; restore a backup or start that build.");
    }
    return {};
}

} // namespace gateway::store
