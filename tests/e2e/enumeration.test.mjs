// SPDX-License-Identifier: Apache-2.0
// Somebody with a good login who guesses: NHS numbers one after the other, more requests than anybody needs, forged logins.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fhir, hub, NHS_NUMBER, patientsOf, poll, sandbox, slotSearch } from './support.mjs';
import { freePort, Gateway } from './support_gateway.mjs';
import { call, practice as surgery } from './support_gpconnect.mjs';

const dir = mkdtempSync(join(tmpdir(), 'apptgw-enumeration-'));
const gpconnectPort = await freePort();
const gateway = new Gateway(dir, {
    APPTGW_LOG_LEVEL: 'info',
    APPTGW_GPCONNECT_PORT: String(gpconnectPort),
    APPTGW_LIMITS_PATIENT_LOOKUPS_PER_MINUTE: '30',
    APPTGW_LIMITS_FAILED_LOOKUP_COST: '5',
    APPTGW_LIMITS_CLIENT_PER_SECOND: '20',
    APPTGW_LIMITS_CLIENT_BURST: '100',
    APPTGW_LIMITS_MAX_LAG: '30s',
    APPTGW_LIMITS_FAILED_LOGINS_PER_MINUTE: '5',
});
const other = sandbox.clients.find(({ ods }) => ods !== hub.ods);
const tokens = new Map();

/** Numbers of nobody, each with its check digit. */
function* numbers() {
    for (let i = 99900050; ; ++i) {
        const nine = String(i).padEnd(9, '7');
        const sum = [...nine].reduce((all, digit, at) => all + Number(digit) * (10 - at), 0);
        const check = (11 - (sum % 11)) % 11;
        if (check < 10) yield nine + check;
    }
}
const guesses = numbers();

const ask = (client, path, more = {}) => fhir('GET', `${gateway.origin}/fhir/R4/${path}`, { client: { token: tokens.get(client) }, ...more });
const lookUp = (client, number) => ask(client, `Patient?identifier=${encodeURIComponent(`${NHS_NUMBER}|${number}`)}`);
const metric = async (limit) => {
    const text = await (await fetch(`https://localhost:${gateway.managementPort}/metrics`)).text();
    return Number(text.match(new RegExp(`apptgw_throttled_total\\{limit="${limit}"\\} (\\d+)`))?.[1] ?? 0);
};

before(async () => {
    gateway.logFile ??= join(dir, 'log');
    await gateway.prepare();
    await gateway.start();
    for (const client of [hub, other]) tokens.set(client, gateway.token(client));
});

after(async () => {
    await gateway.end('SIGTERM');
    rmSync(dir, { recursive: true, force: true });
});

test('guessed NHS numbers run into a limit long before they are worth it, and searching goes on', async () => {
    const known = patientsOf(sandbox.practices.find(({ system }) => system === 'fhir_r4'))[0];
    assert.ok((await lookUp(hub, known.nhs_number)).resource.total >= 1);
    let guessed = 0;
    let answer;
    const tried = [];
    do {
        tried.push(guesses.next().value);
        answer = await lookUp(hub, tried.at(-1));
        if (answer.status === 200) assert.equal(answer.resource.total ?? 0, 0);
    } while (answer.status === 200 && ++guessed < 100);
    assert.equal(answer.status, 429);
    assert.ok(guessed >= 3 && guessed <= 8, `${guessed} guesses`);
    assert.equal(answer.resource.issue[0].code, 'throttled');
    assert.match(answer.resource.issue[0].details.text, /patients/);
    assert.ok(Number(answer.headers.get('retry-after')) >= 1);

    assert.equal((await lookUp(hub, known.nhs_number)).status, 429, 'a right number is no way round');
    assert.equal((await ask(hub, slotSearch())).status, 200);
    assert.equal((await lookUp(other, known.nhs_number)).status, 200, 'the limit is of the organisation that guesses');
    assert.ok((await metric('patient_lookup')) >= 2);

    const log = readFileSync(gateway.logFile, 'utf8');
    assert.equal(log.split('\n').filter((line) => line.includes('"throttled"') && line.includes('patient_lookup')).length, 1);
    for (const number of tried) assert.ok(!log.includes(number));
});

test('a GP Connect consumer who guesses is stopped in the words of that standard', async () => {
    const at = { ...surgery, base: `https://localhost:${gpconnectPort}/${surgery.ods}/STU3/1/gpconnect/fhir` };
    let reply;
    let guessed = 0;
    do reply = await call(at, 'rest:search:patient-1', `Patient?identifier=${NHS_NUMBER}%7C${guesses.next().value}`);
    while (reply.status === 200 && ++guessed < 100);
    assert.equal(reply.status, 429, reply.text);
    assert.ok(guessed <= 8, `${guessed} guesses`);
    assert.equal(reply.resource.issue[0].details.coding[0].code, 'INTERNAL_SERVER_ERROR');
    assert.ok(Number(reply.headers['retry-after']) >= 1);
});

test('more requests than anybody needs are refused for a moment, and writing is kept possible', async () => {
    const answers = await Promise.all(Array.from({ length: 250 }, () => ask(other, 'Organization?_count=1')));
    const refused = answers.filter(({ status }) => status === 429);
    assert.equal(answers.filter(({ status }) => status === 200).length + refused.length, answers.length);
    assert.ok(refused.length > 50, `${refused.length} refused`);
    for (const { headers, resource } of refused) {
        assert.ok(Number(headers.get('retry-after')) >= 1);
        assert.match(resource.issue[0].details.text, /client/);
    }
    const write = await fhir('POST', `${gateway.origin}/fhir/R4/Appointment`, { client: { token: tokens.get(other) }, body: '{}' });
    assert.equal(write.status, 400, 'a write has the tenth that is kept for it');
});

test('forged logins are answered 429 after a few, and the client they name is let in all the same', async () => {
    const attempt = () => {
        const body = new URLSearchParams({
            grant_type: 'client_credentials',
            client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
            client_assertion: `${encoded({ alg: 'ES384', kid: 'k' })}.${encoded({ iss: hub.client_id, sub: hub.client_id, aud: 'x' })}.${'A'.repeat(128)}`,
        });
        return fetch(`${gateway.origin}/oauth2/token`, { method: 'POST', body });
    };
    const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const statuses = [];
    for (let i = 0; i < 30; ++i) {
        const answer = await attempt();
        statuses.push(answer.status);
        if (answer.status === 429) assert.ok(Number(answer.headers.get('retry-after')) >= 1);
        assert.ok((await answer.json()).error);
    }
    assert.equal(statuses.indexOf(429), 5);
    assert.ok(statuses.slice(5).filter((status) => status === 429).length >= 22);
    const refusedLines = readFileSync(gateway.logFile, 'utf8').split('\n').filter((line) => line.includes('"token_refused"'));
    assert.ok(refusedLines.length <= 10, `${refusedLines.length} lines for 30 attempts`);
    assert.ok(gateway.token(hub).length > 100);
});

test('other limits hold from SIGHUP on', async () => {
    const config = join(dirname(sandbox.config_file), `apptgw-limits-${process.pid}.toml`); // beside the original, as its paths are relative
    const original = readFileSync(sandbox.config_file, 'utf8');
    const limited = (rate) => original.replace(/client_per_second = \d+/, `client_per_second = ${rate}\nclient_burst = 20`);
    const folder = mkdtempSync(join(tmpdir(), 'apptgw-limits-'));
    const another = new Gateway(folder, { APPTGW_LOG_LEVEL: 'info' });
    another.config = config;
    another.logFile = join(folder, 'log');
    try {
        writeFileSync(config, limited(0));
        await another.prepare();
        await another.start();
        const token = another.token(hub);
        const many = async () => {
            const answers = [];
            for (let i = 0; i < 40; ++i) answers.push((await fhir('GET', `${another.origin}/fhir/R4/Organization?_count=1`, { client: { token } })).status);
            return answers.filter((status) => status === 429).length;
        };
        assert.equal(await many(), 0);
        writeFileSync(config, limited(1));
        another.child.kill('SIGHUP');
        await poll(() => readFileSync(another.logFile, 'utf8'), (log) => log.includes('"settings_reloaded"'));
        assert.ok((await many()) >= 10);
        assert.doesNotMatch(readFileSync(another.logFile, 'utf8'), /restart_needed.*limits/);
    } finally {
        await another.end('SIGTERM');
        rmSync(config, { force: true });
        rmSync(folder, { recursive: true, force: true });
    }
});
