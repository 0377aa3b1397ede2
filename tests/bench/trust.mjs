// SPDX-License-Identifier: Apache-2.0
// What of a search's CPU is spent on knowing who asks, whether they may, and on writing it down. There is no switch for any of it, so it is
// taken from differences, pair by pair in each round. See README.md.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median } from '../chaos/dice.mjs';
import { inSandbox } from '../chaos/sandbox.mjs';
import { wrk } from './load.mjs';
import { cpuNanoseconds } from './process.mjs';

const { values: options } = parseArgs({
    options: { only: { type: 'string' }, rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '3' }, connections: { type: 'string', default: '16' } },
});
await inSandbox();
const { Gateway } = await import('../e2e/support_gateway.mjs');
const { day, hub, sandbox, slotsIn } = await import('../e2e/support_sandbox.mjs');

const [rounds, seconds, connections] = [options.rounds, options.seconds, options.connections].map(Number);
const here = dirname(fileURLToPath(import.meta.url));
const folder = dirname(sandbox.config_file);
const dir = mkdtempSync(join(tmpdir(), 'apptgw-trust-'));
const [desk] = sandbox.practice_clients;
const practice = sandbox.practices.find(({ ods }) => ods === desk.ods);
const twelve = sandbox.federations[0].practices.slice(0, 12);
const tables = readFileSync(join(folder, 'practices.toml'), 'utf8').split(/^(?=\[\[)/m);
/** What an agreement can say without taking a slot away, by what it makes the gateway do. */
const RULES = {
    times: 'furthest = "60d"\nlatest = "0h"\nembargo = "50d"\nreturned = "0h"\n',
    sessions: 'sessions = ["*"]\n',
    quota: 'slots_per_session = 10\nslots_per_day = 40\n',
};

/** A gateway on one thread, with a practices file of its own. */
async function startGateway(name, these) {
    const file = join(folder, `trust-${name}-${process.pid}.toml`);
    writeFileSync(file, these.join(''));
    const gateway = new Gateway(mkdtempSync(join(dir, name)), { APPTGW_DIRECTORY_PRACTICES_FILE: file, APPTGW_SERVER_THREADS: '1' });
    await gateway.prepare();
    await gateway.start();
    return gateway;
}

const agreed = (rules) => [...tables.filter((table) => !table.startsWith('[[federation]]')),
    `[[agreement]]\nid = "limits"\ntitle = "With limits"\npractices = [${twelve.map((ods) => `"${ods}"`)}]\nconsumers = ["${hub.ods}"]\n${rules}\n`];
const federated = await startGateway('federation', tables);
const under = {};
for (const [name, rules] of Object.entries({ ...RULES, limits: Object.values(RULES).join('') })) under[name] = await startGateway(name, agreed(rules));
const tokens = new Map();
const bearer = (gateway, client) => {
    const key = `${gateway.port} ${client.client_id}`;
    if (!tokens.has(key)) tokens.set(key, gateway.token(client));
    return { authorization: `Bearer ${tokens.get(key)}` };
};

/** A search that is answered from the book; no page of it is kept, since no two are asked in the same words. */
let begun = 0;
function searchOf(gateway, client, practices) {
    const owner = encodeURIComponent(practices.map((ods) => `https://fhir.nhs.uk/Id/ods-organization-code|${ods}`).join(','));
    const before = `/fhir/R4/Slot?status=free&start=ge${day(2).slice(0, 10)}`;
    const behind = `&start=lt${day(4)}&schedule.actor:HealthcareService.organization.identifier=${owner}&_count=20`;
    return {
        gateway, first: `${before}T00:00:00.000Z${behind}`, headers: bearer(gateway, client),
        load: () => ({ script: join(here, 'unique.lua'), args: [before, behind, String((begun += 1) % 20)] }),
    };
}
const plain = (gateway, path, headers = {}) => ({ gateway, first: path, path, headers, load: () => ({}) });

const ROWS = {
    open: plain(federated, '/_ping'),
    token: plain(federated, '/fhir/R4/Slot/$explain?practice=Z00000', bearer(federated, hub)),
    own: searchOf(federated, desk, [practice.ods]),
    federation: searchOf(federated, hub, [practice.ods]),
    ...Object.fromEntries(Object.entries(under).map(([name, gateway]) => [name, searchOf(gateway, hub, [practice.ods])])),
    'federation, 12': searchOf(federated, hub, twelve),
    'limits, 12': searchOf(under.limits, hub, twelve),
};

/** CPU of the whole process per request, in microseconds. */
async function measured({ gateway, first, path, headers, load }) {
    const before = cpuNanoseconds(gateway.child.pid);
    const run = await wrk({ url: `${gateway.origin}${path ?? first}`, headers, connections, duration: seconds, ...load() });
    if (run.refused) throw new Error(`${first}: ${run.refused} of ${run.requests} refused`);
    return (cpuNanoseconds(gateway.child.pid) - before) / run.requests / 1000;
}

/** Every row answers, and those that are compared answer the same. */
async function check() {
    const found = new Map();
    for (const [name, { gateway, first, headers }] of Object.entries(ROWS)) {
        const answer = await fetch(`${gateway.origin}${first}`, { headers });
        if (answer.status !== 200) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
        const text = await answer.text();
        found.set(name, { bytes: text.length, slots: first.includes('/Slot?') ? slotsIn(JSON.parse(text)).map(({ id }) => id).join() : undefined });
    }
    const same = (...names) => new Set(names.map((name) => found.get(name).slots)).size === 1;
    if (!same('own', 'federation', ...Object.keys(under)) || !same('federation, 12', 'limits, 12')) throw new Error('the searches do not find the same');
    return found;
}

const found = await check();
console.log(`CPU in microseconds per request of the whole gateway process, one worker thread, ${connections} connections, medians of ${rounds} rounds of ${seconds} s`);
const taken = [];
for (let round = 0; round < rounds; ++round) {
    const row = {};
    for (const [name, each] of Object.entries(ROWS)) row[name] = await measured(each);
    taken.push(row);
}
const round1 = (number) => Math.round(number * 10) / 10;
const results = {};
for (const name of Object.keys(ROWS)) {
    results[name] = round1(median(taken.map((row) => row[name])));
    console.log(`${name.padEnd(20)}${String(results[name]).padStart(8)}   ${found.get(name).bytes} bytes`);
}
/**
 * Who asks, and the record: a request with a token that finds nothing, without what any request costs. Whether they may: with rules, without
 * those of a federation, which has none. What weighing "no rules" costs is in neither.
 */
const known = (row) => row.token - row.open;
const shares = {
    'token and audit': (row) => known(row) / row.limits,
    'policy: times': (row) => (row.times - row.federation) / row.times,
    'policy: sessions': (row) => (row.sessions - row.federation) / row.sessions,
    'policy: quota': (row) => (row.quota - row.federation) / row.quota,
    'policy: all of them': (row) => (row.limits - row.federation) / row.limits,
    'all of trust, no limits': (row) => known(row) / row.federation,
    'all of trust, with limits': (row) => (known(row) + row.limits - row.federation) / row.limits,
    'of 12 practices, no limits': (row) => known(row) / row['federation, 12'],
    'of 12 practices, with limits': (row) => (known(row) + row['limits, 12'] - row['federation, 12']) / row['limits, 12'],
};
for (const [name, of] of Object.entries(shares)) {
    results[name] = Math.round(median(taken.map(of)) * 100);
    console.log(`${name.padEnd(32)}${String(results[name]).padStart(5)} %${name.includes('of ') && !name.startsWith('policy') ? '   aim: at most 25' : ''}`);
}
mkdirSync('build', { recursive: true });
writeFileSync('build/bench_trust.json', JSON.stringify({ rounds, seconds, connections, results, taken }, null, 1));
for (const gateway of [federated, ...Object.values(under)]) await gateway.end('SIGTERM');
rmSync(dir, { recursive: true, force: true });
process.exit(0);
