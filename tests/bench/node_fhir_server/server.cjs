// SPDX-License-Identifier: Apache-2.0
// @asymmetrik/node-fhir-server-core over TLS with bearer tokens, one worker per core, storing into PostgreSQL. One create is one
// commit: the appointment, its first version and an audit row, in one statement; a unique slot refuses the second.
const cluster = require('node:cluster');
const { randomUUID } = require('node:crypto');
const { join } = require('node:path');

const { BENCH_PORT, BENCH_SANDBOX, BENCH_WORKERS, PGURL } = process.env;

if (cluster.isPrimary) {
    for (let worker = 0; worker < Number(BENCH_WORKERS); ++worker) cluster.fork();
    let listening = 0;
    cluster.on('listening', () => ++listening === Number(BENCH_WORKERS) && console.log('listening'));
} else {
    process.env.NODE_ENV = 'production';
    serve();
}

function serve() {
    const { initialize, constants } = require('@asymmetrik/node-fhir-server-core');
    const { Pool } = require('pg');
    const pool = new Pool({ connectionString: PGURL, max: 16 });
    const insert = {
        name: 'create',
        text: `WITH current AS (INSERT INTO appointment (id, version, updated, patient, slot, starts, resource) VALUES ($1, 1, $2, $3, $4, $5, $6)),
            history AS (INSERT INTO appointment_history (id, version, updated, resource) VALUES ($1, 1, $2, $6))
            INSERT INTO audit_event (at, who, action, appointment) VALUES ($2, $7, 'create', $1)`,
    };
    const service = {
        async create(_args, { req }) {
            const resource = req.body;
            if (resource.resourceType !== 'Appointment' || !resource.slot?.length || !resource.participant?.length) throw new Error('not an appointment');
            const now = new Date().toISOString();
            resource.id = randomUUID();
            resource.meta = { versionId: '1', lastUpdated: now };
            const patient = resource.participant[0].actor.identifier?.value ?? resource.contained?.[0].identifier[0].value;
            await pool.query({
                ...insert,
                values: [resource.id, now, patient, resource.slot[0].reference, resource.start, JSON.stringify(resource), req.user.sub ?? 'bench'],
            });
            return { id: resource.id, resource_version: '1' };
        },
    };
    const server = initialize({
        profiles: { appointment: { service, versions: [constants.VERSIONS['4_0_1'] ?? '4_0_1'] } },
        server: { port: BENCH_PORT, ssl: { key: join(BENCH_SANDBOX, 'server.key'), cert: join(BENCH_SANDBOX, 'server.pem') } },
        auth: { strategy: { name: 'bearer', service: join(__dirname, 'bearer.cjs') } },
        logging: { level: 'error' },
    });
    server.listen(Number(BENCH_PORT), '127.0.0.1');
}
