// SPDX-License-Identifier: Apache-2.0
// A new practices file while the gateway serves: who is gone is refused at once, nobody's connection is dropped, a bad file changes nothing.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { poll, sandbox } from './support_sandbox.mjs';
import { Gateway } from './support_gateway.mjs';

const configDir = dirname(sandbox.config_file);
const original = readFileSync(join(configDir, 'practices.toml'), 'utf8');
// Beside the original, as its paths are relative to it.
const practicesFile = join(configDir, `practices-reload-${process.pid}.toml`);
const [goes, stays] = sandbox.clients;
const dir = mkdtempSync(join(tmpdir(), 'apptgw-reload-'));
const gateway = new Gateway(dir, { APPTGW_DIRECTORY_PRACTICES_FILE: practicesFile, APPTGW_LOG_LEVEL: 'info' });
const logFile = (gateway.logFile ??= join(dir, 'log'));
const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: readFileSync(sandbox.ca_file) });
let tokens;
let sockets;

/** One request over the one connection that stays open. */
function ask(client, path = 'Organization') {
    return new Promise((resolve, reject) => {
        const options = { agent, headers: { authorization: `Bearer ${tokens.get(client)}`, accept: 'application/fhir+json' } };
        const sent = request(`${gateway.origin}/fhir/R4/${path}`, options, (response) => {
            let text = '';
            response.on('data', (data) => (text += data));
            response.on('end', () => resolve({ status: response.statusCode, text }));
        });
        sent.on('socket', (socket) => sockets.add(socket));
        sent.on('error', reject);
        sent.end();
    });
}

const logged = (event) => readFileSync(logFile, 'utf8').split('\n').filter((line) => line.includes(`"${event}"`));

async function reload(text) {
    const before = logged('settings_reloaded').length;
    writeFileSync(practicesFile, text);
    gateway.child.kill('SIGHUP');
    return JSON.parse((await poll(() => logged('settings_reloaded'), (lines) => lines.length > before)).at(-1));
}

/** The file without the tables that `matches`. */
const without = (matches) => original.split(/^(?=\[\[)/m).filter((table) => !matches(table)).join('');

before(async () => {
    writeFileSync(practicesFile, original);
    writeFileSync(logFile, '');
    await gateway.prepare();
    await gateway.start();
    tokens = new Map();
    for (const client of [goes, stays]) tokens.set(client, await gateway.token(client));
    sockets = new Set();
});

after(async () => {
    agent.destroy();
    await gateway.end('SIGTERM');
    rmSync(practicesFile, { force: true });
    rmSync(dir, { recursive: true, force: true });
});

test('a client that is gone from the file is refused at once, and comes back with it', async () => {
    assert.equal((await ask(goes)).status, 200);
    const taken = await reload(without((table) => table.startsWith('[[client]]') && table.includes(`"${goes.client_id}"`)));
    assert.equal(taken.ok, true, JSON.stringify(taken));
    assert.equal((await ask(goes)).status, 401);
    assert.equal((await ask(stays)).status, 200);
    await reload(original);
    assert.equal((await ask(goes)).status, 200);
    assert.equal(sockets.size, 1, 'the connection was dropped');
});

test('a file with problems is refused whole, each problem is named, and the old one stays', async () => {
    const before = logged('settings_problem').length;
    const bad = `${without((table) => table.startsWith('[[client]]'))}\n[[client]]\nclient_id = "x"\n[[clinet]]\n`;
    const refused = await reload(bad);
    assert.equal(refused.ok, false);
    assert.ok(logged('settings_problem').length >= before + 2, readFileSync(logFile, 'utf8'));
    for (const client of [goes, stays]) assert.equal((await ask(client)).status, 200);
    assert.equal(sockets.size, 1, 'the connection was dropped');
});

test('what is shared follows the file: who shares no more is not searched, and is again when it stands there', async () => {
    const practices = async () => JSON.parse((await ask(stays)).text).entry?.length ?? 0;
    const all = await practices();
    assert.ok(all > 1);
    const restarts = logged('restart_needed').length;
    const taken = await reload(without((table) => table.startsWith('[[federation]]') || table.startsWith('[[agreement]]')));
    assert.equal(taken.ok, true, JSON.stringify(taken));
    assert.ok((await practices()) < all);
    await reload(original);
    assert.equal(await practices(), all);
    assert.equal(logged('restart_needed').length, restarts, 'nothing of it needs a restart');
    assert.equal(sockets.size, 1, 'the connection was dropped');
});

test('a practice that has changed is said to need a restart', async () => {
    const { ods, name } = sandbox.practices[0];
    const taken = await reload(original.replace(name, `${name} (moved)`));
    assert.equal(taken.ok, true);
    assert.ok(logged('restart_needed').some((line) => line.includes(`practice ${ods}`)), readFileSync(logFile, 'utf8'));
    await reload(original);
});
