// SPDX-License-Identifier: Apache-2.0
// The measurements of README.md in this folder: what the gateway's threads spend per request, beside nginx doing the comparable work.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { certified, certifiedGet, openIdle, wrk } from './load.mjs';
import { mixedSearch } from './mixed.mjs';
import { cpuNanoseconds, memoryBytes, startNginx, startSandbox } from './process.mjs';

const root = process.env.APPTGW_ROOT ?? join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { values: options } = parseArgs({
    options: { rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '3' }, only: { type: 'string', default: '' } },
});
const rounds = Number(options.rounds);
const duration = Number(options.seconds);
const wanted = options.only ? options.only.split(',') : null;
const dir = mkdtempSync(join(tmpdir(), 'apptgw-bench-'));
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const gatewayThread = (name) => name.startsWith('gw-') || name.startsWith('store');

if (!process.env.APPTGW_BENCH_PID) await runWithSandbox();

/** Node reads extra CAs only at start: start the sandbox, then this program again with the sandbox's own CA. */
async function runWithSandbox() {
    const { child, facts } = await startSandbox(join(root, 'build/apptgw'), join(dir, 'sandbox'), ['--practices', '50']);
    const again = spawnSync(process.execPath, process.argv.slice(1), {
        stdio: 'inherit',
        env: { ...process.env, NODE_EXTRA_CA_CERTS: facts.ca_file, APPTGW_BENCH_DIR: join(dir, 'sandbox'), APPTGW_BENCH_PID: String(child.pid) },
    });
    child.kill('SIGTERM');
    rmSync(dir, { recursive: true, force: true });
    process.exit(again.status ?? 1);
}

const sandboxDir = process.env.APPTGW_BENCH_DIR;
const gatewayPid = Number(process.env.APPTGW_BENCH_PID);
const facts = JSON.parse(readFileSync(join(sandboxDir, 'sandbox.json'), 'utf8'));
const ca = readFileSync(facts.ca_file);
const token = facts.clients[0].token;
const bearer = { authorization: `Bearer ${token}` };
const fhirPort = Number(new URL(facts.fhir_base).port);
const simulators = new URL(facts.practices[0].control_url);

const day = (days) => {
    const date = new Date();
    date.setUTCHours(0, 0, 0, 0);
    date.setUTCDate(date.getUTCDate() + days);
    return date.toISOString().replace('.000Z', 'Z');
};
const get = async (url, headers = {}) => {
    const response = await fetch(url, { headers: { ...bearer, ...headers } });
    if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
    return response;
};
const owner = (practices) => encodeURIComponent(practices.map((practice) => `https://fhir.nhs.uk/Id/ods-organization-code|${practice.ods}`).join(','));
const at = (practices) => `&schedule.actor:HealthcareService.organization.identifier=${owner(practices)}`;
const search = (practices, more = '', from = 2) => `${facts.fhir_base}/Slot?status=free&start=ge${day(from)}&start=lt${day(from + 7)}${at(practices)}${more}`;

// ---- nginx: an origin that serves captured bytes, and a proxy in front of it and of the simulators ---------------------------

const captured = join(dir, 'captured');
mkdirSync(captured);
async function capture(name, url) {
    const body = Buffer.from(await (await get(url)).arrayBuffer());
    writeFileSync(join(captured, name), body);
    return body.length;
}

const gpconnect = facts.practices.filter((practice) => practice.system === 'gpconnect');
const twelve = facts.practices.slice(0, 12);
const freshSearch = search(twelve, '&_count=20');
await get(freshSearch);
const searchBytes = await capture('search', freshSearch);
const firstSlot = (await (await get(freshSearch)).json()).entry[0].resource;
await capture('slot', `${facts.fhir_base}/Slot/${firstSlot.id}`);

const tls = `ssl_certificate ${sandboxDir}/server.pem; ssl_certificate_key ${sandboxDir}/server.key; ssl_protocols TLSv1.2 TLSv1.3; ssl_session_tickets on;`;
const common = (port) => `
user root; worker_processes 1; daemon off; pid ${dir}/nginx-${port}.pid; error_log ${dir}/error.log;
events { worker_connections 8192; }
http {
  access_log off; keepalive_requests 1000000; client_body_temp_path ${dir}/body; proxy_temp_path ${dir}/proxy;
  fastcgi_temp_path ${dir}/f; uwsgi_temp_path ${dir}/u; scgi_temp_path ${dir}/s; default_type application/fhir+json;`;
const freePort = async () => {
    const { createServer } = await import('node:net');
    return new Promise((resolve) => {
        const server = createServer().listen(0, '127.0.0.1', () => {
            const { port } = server.address();
            server.close(() => resolve(port));
        });
    });
};
const originPort = await freePort();
const proxyPort = await freePort();
writeFileSync(join(dir, 'origin.conf'), `${common(originPort)}
  server { listen 127.0.0.1:${originPort} ssl; ${tls} root ${captured}; }
}`);
writeFileSync(join(dir, 'proxy.conf'), `${common(proxyPort)}
  upstream origin { server 127.0.0.1:${originPort}; keepalive 64; keepalive_requests 1000000; }
  upstream suppliers { server 127.0.0.1:${simulators.port}; keepalive 64; keepalive_requests 1000000; }
  proxy_http_version 1.1; proxy_set_header Connection ""; proxy_ssl_session_reuse on; proxy_buffers 64 16k; proxy_buffer_size 32k; proxy_busy_buffers_size 128k;
  proxy_ssl_certificate ${sandboxDir}/client.pem; proxy_ssl_certificate_key ${sandboxDir}/client.key;
  server { listen 127.0.0.1:${proxyPort} ssl; ${tls}
    location /ping { return 200 "ok"; }
    location /Z { proxy_pass https://suppliers; proxy_set_header Host localhost; }
    location / { proxy_pass https://origin; } }
}`);
const origin = await startNginx(dir, join(dir, 'origin.conf'));
const proxy = await startNginx(dir, join(dir, 'proxy.conf'));
process.on('exit', () => [proxy, origin].forEach((server) => server.child.kill('SIGTERM')));
const nginxUrl = (path) => `https://localhost:${proxyPort}${path}`;

// ---- one measurement: the same load on nginx and on the gateway, in turn -----------------------------------------------------

const gatewayCpu = () => cpuNanoseconds(gatewayPid, gatewayThread);
const nginxCpu = () => cpuNanoseconds(proxy.worker);

async function measured(cpu, load) {
    const before = cpu();
    const run = await (load.identity ? certified(load) : wrk(load));
    // Every request of a measurement is one that succeeds: a refusal costs something else than what is measured.
    if (run.refused > 0) throw new Error(`${load.url}: ${run.refused} of ${run.requests} refused`);
    return { cpu: (cpu() - before) / run.requests / 1000, p50: run.p50 * 1e6, p99: run.p99 * 1e6 };
}

async function pair(name, ours, theirs, connections) {
    if (wanted && !wanted.includes(name)) return null;
    const rows = [];
    for (let round = 0; round < rounds; ++round)
        rows.push({
            nginx: theirs && (await measured(nginxCpu, { duration, connections, ...(typeof theirs === 'function' ? theirs() : theirs) })),
            gateway: await measured(gatewayCpu, { duration, connections, ...(typeof ours === 'function' ? ours(round) : ours) }),
        });
    const of = (who, what) => Math.round(median(rows.map((row) => row[who][what])) * 10) / 10;
    const result = { name, connections, gateway: { cpu_us: of('gateway', 'cpu'), p50_us: of('gateway', 'p50'), p99_us: of('gateway', 'p99') } };
    if (theirs) {
        result.nginx = { cpu_us: of('nginx', 'cpu'), p50_us: of('nginx', 'p50'), p99_us: of('nginx', 'p99') };
        result.ratio = Math.round(median(rows.map((row) => row.gateway.cpu / row.nginx.cpu)) * 100) / 100;
    }
    print(result);
    return result;
}

function print(row) {
    const cell = (value, width) => String(value ?? '-').padStart(width);
    console.log(
        `${row.name.padEnd(26)}${cell(row.connections, 5)}${cell(row.gateway?.cpu_us, 10)}${cell(row.gateway?.p50_us, 10)}${cell(row.gateway?.p99_us, 10)}` +
            `${cell(row.nginx?.cpu_us, 10)}${cell(row.nginx?.p50_us, 10)}${cell(row.nginx?.p99_us, 10)}${cell(row.ratio, 8)}${cell(row.target ?? targets[row.name], 9)}`,
    );
}

const targets = { slot_search_fresh: '0.9', slot_search_live: '3', gpconnect_to_gpconnect: '2.5', gpconnect_to_tpp: '3', handshake: '1.15', idle_connection_kb: '24', search_per_practice: '2', search_mixed: '+5ms' };
console.log(`Fresh search answer: ${searchBytes} bytes. CPU in microseconds per request, medians of ${rounds} rounds of ${duration} s.`);
console.log(`${''.padEnd(26)}${'conn'.padStart(5)}${'gw cpu'.padStart(10)}${'gw p50'.padStart(10)}${'gw p99'.padStart(10)}${'ng cpu'.padStart(10)}${'ng p50'.padStart(10)}${'ng p99'.padStart(10)}${'ratio'.padStart(8)}${'at most'.padStart(9)}`);

const results = [];
const live = { ...bearer, 'cache-control': 'no-cache' };

/** What a GP Connect consumer sends with a slot search; its token lasts five minutes. */
function spineHeaders(from, to, name, ods) {
    const now = Math.floor(Date.now() / 1000);
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const organisation = { resourceType: 'Organization', name, identifier: [{ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: ods }] };
    const claims = {
        iss: 'https://bench.example', sub: 'bench', aud: 'https://gpconnect.example', iat: now, exp: now + 300,
        reason_for_request: 'directcare', requested_scope: 'organization/*.read',
        requesting_device: { resourceType: 'Device', identifier: [{ system: 'https://bench.example/id', value: 'bench' }], model: 'bench', version: '1' },
        requesting_organization: organisation,
        requesting_practitioner: { resourceType: 'Practitioner', id: 'bench', name: [{ family: 'Bench' }], identifier: [{ system: 'https://fhir.nhs.uk/Id/sds-user-id', value: 'UNK' }] },
    };
    return {
        accept: 'application/fhir+json',
        'Ssp-TraceID': '4b1f6c1e-8a0f-4a52-9d0e-6f0c5b2f7a11',
        'Ssp-From': from,
        'Ssp-To': to,
        'Ssp-InteractionID': 'urn:nhs:names:services:gpconnect:fhir:rest:search:slot-1',
        authorization: `Bearer ${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`,
    };
}
const date = (days) => day(days).slice(0, 10);
const slotQuery = `Slot?status=free&start=ge${date(2)}&end=le${date(8)}&_include=Slot:schedule` +
    '&_include:recurse=Schedule:actor:Practitioner&_include:recurse=Schedule:actor:Location&_include:recurse=Location:managingOrganization';
const supplierAsid = (practice) => `9000000001${String(facts.practices.indexOf(practice)).padStart(2, '0')}`;

/** The GP Connect search that one live search sends, for nginx to pass through. */
function supplierRequest() {
    const practice = gpconnect[0];
    return {
        url: nginxUrl(`/${practice.ods}/STU3/1/gpconnect/${slotQuery}`),
        headers: spineHeaders('900000000202', supplierAsid(practice), 'Hub', facts.clients[0].ods),
    };
}
for (const connections of [1, 16]) {
    results.push(await pair('slot_search_fresh', { url: freshSearch, headers: bearer }, { url: nginxUrl('/search'), headers: bearer }, connections));
    results.push(await pair('slot_search_live', { url: search([gpconnect[0]], '&_count=500'), headers: live },
        supplierRequest, connections));
    // More stretches of time in turn than answers are remembered: each is read, its rows are known.
    const weeks = [0, 1, 2, 3, 4, 5, 6, 7].map((later) => search([gpconnect[0]], '&_count=500', 2 + later).replace(/^https:..[^/]*/, ''));
    results.push(await pair('slot_search_live_read', { url: facts.fhir_base, headers: live, script: join(root, 'tests/bench/rotate.lua'), args: weeks },
        supplierRequest, connections));
    results.push(await pair('slot_read', { url: `${facts.fhir_base}/Slot/${firstSlot.id}`, headers: bearer }, { url: nginxUrl('/slot'), headers: bearer }, connections));
}

// ---- a GP Connect consumer, at a practice that speaks GP Connect itself and at one that speaks something else entirely -------------

const consumer = facts.gpconnect.consumers[0];
const certificate = { ca, cert: readFileSync(consumer.certificate_file), key: readFileSync(consumer.key_file) };
/** A slot search that goes to the practice's own system. */
const asConsumer = (practice) => ({
    url: `${facts.gpconnect.origin}/${practice.ods}/STU3/1/gpconnect/fhir/${slotQuery}`,
    headers: { ...spineHeaders(consumer.asid, supplierAsid(practice), consumer.title, consumer.ods), 'cache-control': 'no-cache' },
    identity: certificate,
});
/** An answer of the gateway's, for nginx to pass through from a server that has it ready. */
async function keep(name, practice) {
    const { text } = await certifiedGet(asConsumer(practice));
    writeFileSync(join(captured, name), text);
    return { url: nginxUrl(`/${name}`), identity: certificate };
}
if (!wanted || wanted.some((name) => name.startsWith('gpconnect_to_'))) {
    const tpp = facts.practices.find((practice) => practice.system === 'tpp');
    const kept = await keep('tpp', tpp);
    for (const connections of [1, 16]) {
        results.push(await pair('gpconnect_to_gpconnect', () => asConsumer(gpconnect[0]), () => ({ ...supplierRequest(), identity: certificate }), connections));
        results.push(await pair('gpconnect_to_tpp', () => asConsumer(tpp), kept, connections));
    }
}

// ---- booking: no peer does this; nginx passing one small answer through is the yardstick ---------------------------------------

/** Remembers when patients are elsewhere, and picks one who is not: practices refuse two appointments at one time. */
class Patients {
    #busy = new Map(facts.patients.map((patient) => [patient.nhs_number, []]));
    #next = 0;

    occupy(who, start, end) {
        this.#busy.get(who)?.push([Date.parse(start), Date.parse(end)]);
    }

    pick(start, end) {
        const [from, to] = [Date.parse(start), Date.parse(end)];
        for (let tried = 0; tried < facts.patients.length; ++tried) {
            const { nhs_number: who } = facts.patients[this.#next++ % facts.patients.length];
            if (this.#busy.get(who).some(([begin, until]) => begin < to && from < until)) continue;
            this.occupy(who, start, end);
            return who;
        }
        return undefined;
    }
}

async function freePatients() {
    const patients = new Patients();
    for (const practice of facts.practices) {
        const book = await (await fetch(`${practice.control_url}/book`)).json();
        for (const row of book.slots) if (row.who) patients.occupy(row.who, row.start, row.end);
    }
    return patients;
}

async function bookings() {
    const patients = await freePatients();
    const slots = [];
    for (let url = `${facts.fhir_base}/Slot?status=free&start=ge${day(2)}&start=lt${day(28)}&_count=500`; url; ) {
        const page = await (await get(url)).json();
        slots.push(...page.entry.filter((entry) => entry.search.mode === 'match').map((entry) => entry.resource));
        url = page.link.find((link) => link.relation === 'next')?.url;
    }
    return slots
        .map((slot) => [slot, patients.pick(slot.start, slot.end)])
        .filter(([, who]) => who)
        .map(([slot, who]) => ({
            resourceType: 'Appointment',
            status: 'booked',
            description: 'Measured booking',
            slot: [{ reference: `Slot/${slot.id}` }],
            start: slot.start,
            end: slot.end,
            participant: [{ status: 'accepted', actor: { type: 'Patient', identifier: { system: 'https://fhir.nhs.uk/Id/nhs-number', value: who } } }],
        }));
}
if (!wanted || wanted.includes('booking')) {
    const bodies = await bookings();
    writeFileSync(join(dir, 'bookings'), bodies.map((body) => JSON.stringify(body)).join('\n') + '\n');
    const share = Math.floor(bodies.length / (2 * rounds));
    let used = 0;
    for (const connections of [1, 16])
        results.push(
            await pair('booking', () => {
                const start = used;
                used += share;
                return { url: `${facts.fhir_base}/Appointment`, headers: bearer, script: join(root, 'tests/bench/booking.lua'), args: [join(dir, 'bookings'), String(start), String(share)], duration: 1 };
            }, { url: nginxUrl('/slot'), headers: bearer }, connections),
        );
}

const close = { connection: 'close' };
results.push(await pair('handshake', { url: `https://localhost:${fhirPort}/_ping`, headers: close }, { url: nginxUrl('/ping'), headers: close }, 16));

// ---- memory of idle connections -------------------------------------------------------------------------------------------------

async function idle(pid, port, path) {
    const before = memoryBytes(pid);
    const count = 2000;
    const closeAll = await openIdle({ port, ca, count, request: `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n` });
    const kb = (memoryBytes(pid) - before) / count / 1024;
    closeAll();
    return Math.round(kb * 10) / 10;
}
if (!wanted || wanted.includes('idle_connection_kb')) {
    const row = { name: 'idle_connection_kb', connections: 2000, gateway: { cpu_us: await idle(gatewayPid, fhirPort, '/_ping') }, nginx: { cpu_us: await idle(proxy.worker, proxyPort, '/ping') } };
    print(row);
    results.push(row);
}

// ---- a live search over more and more practices: what each further one costs ------------------------------------------------------

if (!wanted || wanted.includes('search_per_practice')) {
    const cost = {};
    for (const count of [1, 10, 50]) {
        const row = await pair('search_per_practice', { url: search(gpconnect.slice(0, 1).concat(facts.practices.filter((p) => p !== gpconnect[0])).slice(0, count), '&_count=50'), headers: live },
            supplierRequest, 1);
        cost[count] = { ours: row.gateway.cpu_us, theirs: row.nginx.cpu_us };
        results.push({ ...row, name: `search_over_${count}` });
    }
    const perPractice = (cost[50].ours - cost[1].ours) / 49;
    const row = { name: 'search_per_practice', connections: 1, gateway: { cpu_us: Math.round(perPractice) }, nginx: { cpu_us: cost[50].theirs }, ratio: Math.round((perPractice / cost[50].theirs) * 100) / 100 };
    print(row);
    results.push(row);
}

// ---- a live search over every kind of system, each as slow as the network makes it -----------------------------------------------

if (!wanted || wanted.includes('search_mixed')) {
    const practices = facts.practices.slice(0, 21);
    const bare = (seconds) => [join(root, 'build/tests/bench_bare_client'), sandboxDir, String(seconds), day(2), day(9), String(practices.length)];
    const mixed = await mixedSearch({ practices, searchOf: (some) => search(some, '&_count=50'), headers: live, rounds, seconds: 2 * duration, median, bare });
    const row = { name: 'search_mixed', connections: 1, gateway: mixed.all, nginx: mixed.bare, alone: mixed.alone, later_ms: mixed.later_ms, later_p50_ms: mixed.later_p50_ms };
    const signed = (ms) => `${ms > 0 ? '+' : ''}${ms}ms`;
    print({ ...row, ratio: signed(mixed.later_ms) });
    console.log(`  beside it a client that asks all suppliers the same at once, with nothing between; at the median ${signed(mixed.later_p50_ms)}`);
    console.log(`  the slowest practice alone, through the gateway: ${mixed.slowest.ods}, ${mixed.slowest.system}, p50 ${mixed.alone.p50_us}, p99 ${mixed.alone.p99_us}`);
    results.push(row);
}

// ---- what translating costs, per supplier; beside it reading and writing the same bytes with RapidJSON or pugixml -----------------

if (!wanted || wanted.includes('translation')) {
    const run = spawnSync(join(root, 'build/tests/bench_translation'), ['--rounds', String(10 * rounds)], { encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`bench_translation: ${run.stderr}`);
    for (const line of run.stdout.trim().split('\n').map((text) => JSON.parse(text))) {
        print({ name: line.name, gateway: { cpu_us: line.us_per_slot }, nginx: { cpu_us: line.floor_us_per_slot }, ratio: line.ratio, target: '1.5' });
        print({ name: `${line.name}_again`, gateway: { cpu_us: line.us_per_slot_again }, nginx: { cpu_us: line.floor_us_per_slot }, ratio: line.ratio_again, target: '1.5' });
        results.push(line);
    }
}

mkdirSync(join(root, 'build'), { recursive: true });
writeFileSync(join(root, 'build/bench.json'), JSON.stringify({ rounds, duration, search_bytes: searchBytes, results: results.filter(Boolean) }, null, 1));
rmSync(dir, { recursive: true, force: true });
process.exit(0);
