// SPDX-License-Identifier: Apache-2.0
// Durable bookings per second, through TLS, authorisation, SQLite (FULL) and TLS again to a practice's system of each kind, beside a
// FHIR server in Node.js that commits the same appointments to PostgreSQL. See README.md.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { median, percentile } from '../chaos/dice.mjs';
import { inSandbox, pause } from '../chaos/sandbox.mjs';
import { wrk } from './load.mjs';
import { cpuNanoseconds } from './process.mjs';

const { values: options } = parseArgs({
    options: {
        only: { type: 'string' }, rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '3' },
        system: { type: 'string', default: '' }, workers: { type: 'string', default: '2' }, alone: { type: 'boolean', default: false },
    },
});
await inSandbox('--practices', '50');
const { Gateway, freePort } = await import('../e2e/support_gateway.mjs');
const { FHIR_JSON, appointmentFor, control, day, detailsOf, hub, sandbox, slotsIn } = await import('../e2e/support_sandbox.mjs');
const { NodeFhirServer } = await import('./postgresql.mjs');

const [rounds, seconds, workers] = [options.rounds, options.seconds, options.workers].map(Number);
const here = dirname(fileURLToPath(import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'apptgw-bookings-'));
const sandboxDir = dirname(sandbox.ca_file);
const practices = sandbox.practices.filter((each) => !options.system || each.system === options.system);

// ---- one appointment for every free slot of four weeks

class People {
    constructor(rows) {
        this.engaged = new Map(sandbox.patients.filter((each) => !each.newcomer).map((each) => [each, []]));
        const byNumber = new Map([...this.engaged.keys()].map((each) => [each.nhs_number, each]));
        for (const row of rows.filter((each) => byNumber.has(each.who))) this.engage(byNumber.get(row.who), row);
    }

    engage(person, { start, end }) {
        this.engaged.get(person).push([Date.parse(start), Date.parse(end)]);
    }

    /** Those who have waited longest come first: a Map keeps order. */
    next(slot) {
        for (const [person, times] of this.engaged) {
            if (times.some(([from, to]) => from < Date.parse(slot.end) && Date.parse(slot.start) < to)) continue;
            this.engage(person, slot);
            this.engaged.delete(person);
            this.engaged.set(person, times);
            return person;
        }
        return undefined;
    }
}

async function freeSlots() {
    const headers = { accept: FHIR_JSON, authorization: `Bearer ${hub.token}` };
    const slots = new Map(practices.map((each) => [each.ods, []]));
    for (let url = `${sandbox.fhir_base}/Slot?status=free&start=ge${day(1)}&start=lt${day(28)}&_count=500`; url; ) {
        const page = await (await fetch(url, { headers })).json();
        for (const slot of slotsIn(page)) slots.get(slot.id.split('.')[0])?.push(slot);
        url = page.link.find((link) => link.relation === 'next')?.url;
    }
    return slots;
}

/** With what is known of the patient, as some practices and telephone slots want it. */
const order = (slot, person) => JSON.stringify(appointmentFor(slot, person,
    { contained: [detailsOf(person)], participant: [{ actor: { reference: '#p' }, status: 'accepted' }] }));

/** The practices in turn, each with its slots in no order of time. */
async function bodies() {
    const slots = await freeSlots();
    const queues = await Promise.all(practices.map(async (practice) => {
        const people = new People((await control(practice, 'GET', '/book')).slots);
        return slots.get(practice.ods).map((slot) => [slot, people.next(slot)]).filter(([, person]) => person);
    }));
    const all = [];
    for (let i = 0; queues.some((queue) => i < queue.length); ++i)
        for (const queue of queues) if (i < queue.length) all.push(order(...queue[i]));
    return all;
}

const wanted = await bodies();
writeFileSync(join(dir, 'bookings'), wanted.join('\n') + '\n');

// ---- the two servers

// Patients' links are those of the sandbox's own gateway, which nobody uses here.
for (const part of ['', '-wal', '-shm']) if (existsSync(join(sandboxDir, `apptgw.db${part}`)))
    copyFileSync(join(sandboxDir, `apptgw.db${part}`), join(dir, `gateway.db${part}`));
const gateway = new Gateway(dir, { APPTGW_SERVER_THREADS: String(workers), APPTGW_LOG_LEVEL: 'info' });
gateway.logFile = join(dir, 'log');
await gateway.prepare();
await gateway.start();
const node = new NodeFhirServer();
if (!options.alone) await node.start(sandboxDir, { postgresql: await freePort(), fhir: await freePort() }, workers);
process.on('exit', () => {
    node.stop();
    gateway.child.kill('SIGTERM');
});

let tokenAt = 0, token;
function bearer() {
    if (Date.now() - tokenAt > 120000) {
        token = gateway.token(hub);
        tokenAt = Date.now();
    }
    return { accept: FHIR_JSON, authorization: `Bearer ${token}` };
}

/** As a receptionist who looks before booking: the practices' books are known. */
async function search() {
    const found = await fetch(`${gateway.origin}/fhir/R4/Slot?status=free&start=ge${day(1)}&start=lt${day(28)}&_count=1`, { headers: bearer() });
    if (!found.ok) throw new Error(await found.text());
}

const simulators = () => cpuNanoseconds(process.env.APPTGW_SANDBOX_PID);
const ours = { url: `${gateway.origin}/fhir/R4/Appointment`, cpu: () => cpuNanoseconds(gateway.child.pid), beside: simulators };
const theirs = { url: node.appointments, cpu: () => node.cpu(), beside: () => 0 };
let used = 0;
const levels = [16, 64];
const share = Math.floor(wanted.length / (levels.length * rounds + 3));

async function measured(server, connections, start, length = share, duration = seconds) {
    const before = server.cpu(), besideBefore = server.beside();
    const began = process.hrtime.bigint();
    const run = await wrk({ url: server.url, headers: bearer(), connections, duration, script: join(here, 'booking.lua'),
        args: [join(dir, 'bookings'), String(start), String(length)] });
    const took = Number(process.hrtime.bigint() - began) / 1e9;
    if (run.refused > run.requests / 100) throw new Error(`${server.url}: ${run.refused} of ${run.requests} refused`);
    return { rate: (run.requests - run.refused) / Math.min(run.seconds, took), cpu: (server.cpu() - before) / run.requests / 1000,
        beside: (server.beside() - besideBefore) / run.requests / 1000,
        p50: run.p50 * 1e3, p99: run.p99 * 1e3, refused: run.refused };
}

/** One booking at each practice, so that a refusal is seen in words. */
async function tryEach() {
    for (const end = used + practices.length; used < end; ++used) {
        const answer = await fetch(ours.url, { method: 'POST', headers: { ...bearer(), 'content-type': FHIR_JSON }, body: wanted[used] });
        if (answer.status !== 201) throw new Error(`${wanted[used]}: ${answer.status} ${await answer.text()}`);
    }
}

const round1 = (value) => Math.round(value * 10) / 10;
const results = [];
console.log(`${wanted.length} appointments at ${practices.length} practices, ${rounds} rounds of ${seconds} s, ${workers} threads and ${workers} workers; medians`);
console.log('conn    gateway: rate/s  cpu us  simulators   p50 ms   p99 ms     node + postgresql: rate/s  cpu us   p50 ms   p99 ms    rate ratio   cpu ratio');
await search();
await tryEach();
await measured(ours, 16, used, share, 2);
if (!options.alone) await measured(theirs, 16, used, share, 3);
used += share;
for (const connections of levels) {
    const rows = [];
    for (let round = 0; round < rounds; ++round, used += share) {
        if (!options.alone) node.empty();
        const row = { node: options.alone ? undefined : await measured(theirs, connections, used) };
        await search();
        row.gateway = await measured(ours, connections, used);
        rows.push(row);
    }
    const of = (who, what) => (rows[0][who] ? round1(median(rows.map((row) => row[who][what]))) : NaN);
    const ratio = (what) => (rows[0].node ? Math.round(median(rows.map((row) => row.gateway[what] / row.node[what])) * 100) / 100 : NaN);
    const result = { connections, gateway: {}, node: {}, rate_ratio: ratio('rate'), cpu_ratio: ratio('cpu') };
    for (const who of ['gateway', 'node']) for (const what of ['rate', 'cpu', 'beside', 'p50', 'p99', 'refused']) result[who][what] = of(who, what);
    results.push(result);
    const cells = (who) => ['rate', 'cpu', ...(who === 'gateway' ? ['beside'] : []), 'p50', 'p99'].map((what) => String(result[who][what]).padStart(9)).join('');
    console.log(`${String(connections).padStart(4)}   ${cells('gateway')}                  ${cells('node')}        ${result.rate_ratio}        ${result.cpu_ratio}`);
}

// ---- half load: requests leave when it is their time, whatever became of those before

function paced(rate, duration) {
    const bodies = wanted.slice(used, used + Math.floor(rate * duration));
    used += bodies.length;
    const headers = { ...bearer(), 'content-type': FHIR_JSON };
    const worker = new Worker(new URL('paced.mjs', import.meta.url), { workerData: { origin: gateway.origin, headers, bodies, rate } });
    return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
}

/** Of every booking logged behind `from`: from request to answer, and what of it was not spent in calls to the practice's system.
 * Signing, writing and reading what these calls carry belongs to them here. */
function shares(from) {
    const calls = new Map(), requests = [];
    for (const line of readFileSync(join(dir, 'log')).subarray(from).toString().split('\n').filter(Boolean)) {
        const entry = JSON.parse(line);
        if (entry.event === 'supplier_call') calls.set(entry.request_id, (calls.get(entry.request_id) ?? 0) + entry.duration_ms);
        if (entry.event === 'http_request' && entry.status === 201) requests.push(entry);
    }
    return { whole: requests.map((each) => each.duration_ms), own: requests.map((each) => each.duration_ms - (calls.get(each.request_id) ?? 0)) };
}

await search();
const half = Math.round(results[0].gateway.rate / 2);
await pause(500); // the log has a thread of its own
const logged = statSync(join(dir, 'log')).size;
const { took, latest } = await paced(half, Math.min(5, share / half));
await pause(500);
const { whole, own } = shares(logged);
const inTwo = (times) => ({ p50: round1(median(times)), p99: round1(percentile(times, 99)) });
const paces = { rate: half, client: inTwo(took), gateway: inTwo(whole), own: inTwo(own) };
const told = ({ p50, p99 }) => `p50 ${p50} ms, p99 ${p99} ms`;
console.log(`at half load (${half}/s): the gateway's own share ${told(paces.own)}; with its calls to the practice ${told(paces.gateway)}; as the client sees it ${told(paces.client)}; the client sent ${round1(latest)} ms late at worst`);
mkdirSync('build', { recursive: true });
writeFileSync('build/bench_bookings.json', JSON.stringify({ rounds, seconds, workers, results, half_load: paces }, null, 1));
await gateway.end('SIGTERM');
node.stop();
rmSync(dir, { recursive: true, force: true });
process.exit(0);
