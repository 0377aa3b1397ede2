// SPDX-License-Identifier: Apache-2.0
// How the gateway fares when it is asked for several times what it can do: it says so (503, Retry-After), what it takes on is answered in
// time, what must not wait is not refused, and when the rush is over so is the trouble.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { percentile } from './dice.mjs';
import { inSandbox, pause } from './sandbox.mjs';

const { values } = parseArgs({
    options: {
        seconds: { type: 'string', default: '20' },
        times: { type: 'string', default: '5' }, // of what it can do
        connections: { type: 'string', default: '400' },
        p99: { type: 'string', default: '1000' }, // most, of what is accepted
        recovery: { type: 'string', default: '5000' }, // most, until a search is answered as before
    },
});
await inSandbox();
const { day, hub, sandbox, slotSearch } = await import('../e2e/support_sandbox.mjs');
const { Gateway } = await import('../e2e/support_gateway.mjs');

const dir = mkdtempSync(join(tmpdir(), 'apptgw-overload-'));
// One thread, so that this machine can ask for more than that; practices are asked once.
const gateway = new Gateway(dir, { APPTGW_SERVER_THREADS: '1', APPTGW_LIMITS_MAX_LAG: '250ms', APPTGW_SEARCH_BOOK_LIFETIME: '1h' });
await gateway.prepare();
await gateway.start();
const headers = { authorization: `Bearer ${gateway.token(hub)}`, accept: 'application/fhir+json' };
const ca = readFileSync(sandbox.ca_file);
let asked = 0;
/** Never twice the same, so that no answer can be given again. */
const search = () => `/fhir/R4/${slotSearch(2, 9, `&_count=${100 + (++asked % 199)}&_include=Slot:schedule`)}&start=lt${later(asked)}`;
const later = (n) => new Date(Date.parse(day(9)) - n * 1000).toISOString().replace('.000Z', 'Z');

const agentOf = (sockets) => new Agent({ ca, keepAlive: true, maxSockets: sockets, maxFreeSockets: sockets });
/** Status and milliseconds; the body is read and thrown away. */
function ask(agent, path = search(), method = 'GET', body = undefined, more = {}) {
    return new Promise((resolve) => {
        const began = performance.now();
        const sent = request(gateway.origin + path, { agent, method, headers: { ...headers, ...more } }, (answer) => {
            answer.resume();
            answer.on('end', () => resolve({ status: answer.statusCode, ms: performance.now() - began, later: answer.headers['retry-after'] }));
            answer.on('error', () => resolve({ status: 0, ms: performance.now() - began }));
        });
        sent.on('error', () => resolve({ status: 0, ms: performance.now() - began }));
        sent.end(body);
    });
}

/** Searches a second when few wait. */
async function capacity(seconds) {
    const agent = agentOf(16);
    let done = 0;
    const end = performance.now() + seconds * 1000;
    await Promise.all(Array.from({ length: 16 }, async () => {
        while (performance.now() < end) {
            const { status } = await ask(agent);
            if (status === 200) ++done;
        }
    }));
    agent.destroy();
    return done / seconds;
}

/** What must get through: whoever has lost an answer looks for it, whoever cannot come cancels. */
async function urgent(agent, until) {
    const answers = [];
    const unknown = '/fhir/R4/Appointment/0190a000-0000-7000-8000-000000000000';
    while (performance.now() < until()) {
        answers.push(await ask(agent, unknown));
        answers.push(await ask(agent, unknown, 'PATCH', '[]', { 'content-type': 'application/json-patch+json', 'if-match': 'W/"1"' }));
        answers.push(await ask(agent, '/_ping'));
        await pause(50);
    }
    return answers;
}

/** Requests that leave when it is their time, as long as a connection is free. */
async function rush(rate, seconds) {
    const most = Number(values.connections);
    const agent = agentOf(most);
    await Promise.all(Array.from({ length: most }, () => ask(agent, '/_ping'))); // everybody is connected
    const running = new Set(), answers = [];
    let unsent = 0;
    const began = performance.now();
    const end = began + seconds * 1000;
    const urgentAgent = agentOf(2);
    const others = urgent(urgentAgent, () => end);
    for (let i = 0; ; ++i) {
        const due = began + (i * 1000) / rate;
        if (due > end) break;
        if (due > performance.now()) await pause(Math.max(1, due - performance.now()));
        else if (i % 16 === 0) await new Promise(setImmediate);
        if (running.size >= most) {
            ++unsent;
            continue;
        }
        const one = ask(agent).then((answer) => {
            running.delete(one);
            answers.push(answer);
        });
        running.add(one);
    }
    const over = performance.now();
    const quiet = agentOf(1);
    const first = await ask(quiet);
    let recovered = first;
    while (recovered.status !== 200 && performance.now() - over < 30000) {
        await pause(50);
        recovered = await ask(quiet);
    }
    const recovery = performance.now() - over;
    await Promise.all(running);
    const important = await others;
    for (const each of [agent, quiet, urgentAgent]) each.destroy();
    return { answers, unsent, recovery, important };
}

let failed = 0;
const expect = (holds, what) => {
    if (!holds) ++failed;
    console.log(`${holds ? 'ok' : 'NOT OK'}: ${what}`);
};
try {
    await capacity(4);
    const can = await capacity(4);
    const rate = can * Number(values.times);
    const { answers, unsent, recovery, important } = await rush(rate, Number(values.seconds));
    const accepted = answers.filter(({ status }) => status === 200);
    const shed = answers.filter(({ status }) => status === 503 || status === 429);
    const p99 = percentile(accepted.map(({ ms }) => ms), 99);
    console.log(`can answer ${can.toFixed(0)} a second; asked ${rate.toFixed(0)} a second for ${values.seconds} s (${unsent} did not leave for want of a connection)`);
    console.log(`${accepted.length} answered, p50 ${percentile(accepted.map(({ ms }) => ms), 50).toFixed(0)} ms, p99 ${p99.toFixed(0)} ms; ` +
        `${shed.length} refused, p99 ${percentile(shed.map(({ ms }) => ms), 99).toFixed(0)} ms; recovered after ${recovery.toFixed(0)} ms`);
    expect(answers.length === accepted.length + shed.length, 'every answer is 200, 429 or 503');
    expect(shed.length > 0 && shed.every(({ later }) => Number(later) >= 1), 'what is refused says when to come back');
    expect(accepted.length >= (can * Number(values.seconds)) / 4, `at least a quarter of what it can do is done meanwhile (${accepted.length})`);
    expect(p99 < Number(values.p99), `what is accepted is answered within ${values.p99} ms (p99)`);
    expect(recovery < Number(values.recovery), `a search is answered as before within ${values.recovery} ms after the rush`);
    expect(important.length > 0 && important.every(({ status }) => [200, 400, 404].includes(status)), `none of ${important.length} readings back, changes and health checks is refused`);
} finally {
    await gateway.end('SIGTERM');
    rmSync(dir, { recursive: true, force: true });
}
console.log(`${failed} failed`);
process.exit(failed ? 1 : 0);
