// SPDX-License-Identifier: Apache-2.0
// How long an honest client waits while thousands of connections are kept busy with next to nothing. The client runs in
// a process of its own; so do the slow ones, and the gateway, and they share the machine.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median, percentile } from './dice.mjs';
import { inSandbox, pause } from './sandbox.mjs';
import { SlowClients, kinds } from './slow_clients.mjs';

const { values } = parseArgs({
    options: {
        connections: { type: 'string', default: '5000' },
        seconds: { type: 'string', default: '20' },
        rounds: { type: 'string', default: '3' },
        times: { type: 'string', default: '2' }, // most that the honest client's p99 may grow
        slow: { type: 'string' }, // the part of the slow clients: a kind
    },
});
await inSandbox();
const { hub, sandbox, slotSearch } = await import('../e2e/support_sandbox.mjs');
const { hostname, port, pathname } = new URL(sandbox.fhir_base);
const search = `${pathname}/${slotSearch(2, 3, '&_count=20')}`;
const kind = (name) => kinds({ host: `${hostname}:${port}`, token: hub.token, search })[name];

if (values.slow) {
    setPriority(19); // an attacker has a machine of its own: what it costs here is what the gateway does for it
    const slow = new SlowClients({ hostname, port, kind: kind(values.slow), count: Number(values.connections) });
    process.stdout.write(`${await slow.start()}\n`);
    await new Promise((resolve) => process.stdin.once('data', resolve).once('end', () => process.exit(1)));
    await slow.end();
    process.stdout.write(`${slow.closed} ${Math.round(median(slow.seen))}\n`);
    process.exit(0);
}

const files = Number(readFileSync('/proc/self/limits', 'utf8').match(/^Max open files\s+(\d+)/m)[1]);
if (files < Number(values.connections) + 100) throw new Error(`${values.connections} connections need more open files than ${files}: ulimit -n`);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
/** A connection that breaks is an answer too: none. */
const ask = () =>
    new Promise((resolve) => {
        const from = process.hrtime.bigint();
        const took = (status) => resolve({ ms: Number(process.hrtime.bigint() - from) / 1e6, status });
        request({ hostname, port, path: search, agent, headers: { authorization: `Bearer ${hub.token}` } }, (response) => {
            response.resume().on('end', () => took(response.statusCode));
        }).on('error', () => took(0)).end();
    });

/** Asks about every 5 ms; times in ms, and how many answers were not what was asked for. */
async function honest(seconds) {
    const times = [];
    let refused = 0;
    for (const end = Date.now() + seconds * 1000; Date.now() < end; await pause(5)) {
        const { ms, status } = await ask();
        times.push(ms);
        if (status !== 200) ++refused;
    }
    return { p50: percentile(times, 50), p99: percentile(times, 99), refused, asked: times.length };
}

async function among(name) {
    const child = spawn(process.execPath, [fileURLToPath(import.meta.url), '--slow', name, '--connections', values.connections], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = [];
    child.stdout.on('data', (data) => lines.push(...String(data).split('\n').filter(Boolean)));
    while (!lines.length && child.exitCode === null) {
        await pause(500);
        await ask(); // or the honest one's connection is let go as idle
    }
    const measured = await honest(Number(values.seconds));
    child.stdin.write('end\n');
    while (lines.length < 2 && child.exitCode === null) await pause(50);
    const [closed, kept] = lines[1].split(' ').map(Number);
    return { ...measured, open: Number(lines[0]), closed, kept };
}

const round = (value) => Math.round(value * 100) / 100;
let failed = 0;
await honest(2);
for (const name of ['header', 'body', 'read']) {
    const ratios = [];
    for (let n = 0; n < Number(values.rounds); ++n) {
        const before = await honest(Number(values.seconds));
        const during = await among(name);
        ratios.push(during.p99 / before.p99);
        console.log(`${name}: alone p50 ${round(before.p50)} p99 ${round(before.p99)} ms; among ${during.open} slow connections (${during.kept} of them open at a time, median) p50 ${round(during.p50)} p99 ${round(during.p99)} ms, ` +
            `${during.closed} closed by the gateway, ${during.refused} of ${during.asked} refused`);
        if (during.refused || during.open < Number(values.connections)) ++failed;
    }
    console.log(`${name}: p99 ${round(median(ratios))} times as long (median of ${ratios.length}; at most ${values.times})`);
    if (median(ratios) > Number(values.times)) ++failed;
}
console.log(`${failed} failed`);
process.exit(failed ? 1 : 0);
