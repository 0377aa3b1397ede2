// SPDX-License-Identifier: Apache-2.0
// What a thief has who takes the database without its key, the log, or an access token: shown from the bytes themselves.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { appointmentFor, channelOf, detailsOf, fhir, freshSlots, hub, poll, sandbox } from './support.mjs';
import { peopleFor } from './support_faults.mjs';
import { Gateway } from './support_gateway.mjs';

const practice = sandbox.practices.find(({ system }) => system === 'emis');
const other = sandbox.clients.find(({ ods }) => ods !== hub.ods);
const dir = mkdtempSync(join(tmpdir(), 'apptgw-stolen-'));
const gateway = new Gateway(dir, { APPTGW_LOG_LEVEL: 'info' });
const at = (path) => `${gateway.origin}/fhir/R4/${path}`;
const description = 'Knee swollen since the tenth of the month';
let patient;
let booked;
let token;

before(async () => {
    gateway.logFile ??= join(dir, 'gateway.log');
    await gateway.prepare();
    await gateway.start();
    token = gateway.token(hub);
    [patient] = await peopleFor(practice, 1);
    // The practice's own book says what other tests have taken; on a busy machine a search may come too early for it.
    const slots = await poll(() => freshSlots(practice), (found) => found.some((one) => channelOf(one) === 'In-person'));
    const body = appointmentFor(slots.find((one) => channelOf(one) === 'In-person'), patient, {
        description,
        contained: [detailsOf(patient, { telecom: [{ system: 'phone', value: '07700900461' }] })],
        participant: [{ actor: { reference: '#p' }, status: 'accepted' }],
    });
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await poll(() => fhir('POST', at('Appointment'), { client: { token }, body, headers }), ({ status }) => status < 500);
    assert.equal(answer.status, 201, answer.text);
    booked = answer.resource;
    assert.equal((await fhir('GET', at(`Appointment?patient:identifier=https://fhir.nhs.uk/Id/nhs-number|${patient.nhs_number}`), { client: { token } })).status, 200);
});

after(async () => {
    await gateway.end('SIGTERM');
    rmSync(dir, { recursive: true, force: true });
});

/** What would say who somebody is. */
const secrets = () => [patient.nhs_number, patient.family, patient.birth_date, '07700900461', description];

test('a database without its key says who booked where and when, and nothing of the patient', () => {
    const files = readdirSync(dir).filter((name) => name.startsWith('gateway.db'));
    assert.ok(files.length > 0);
    const bytes = files.map((name) => readFileSync(join(dir, name), 'latin1')).join('');
    for (const secret of secrets()) assert.ok(!bytes.includes(secret), 'a secret stands in the database');
    assert.ok(bytes.includes(booked.id), 'the appointment is in these bytes');
    assert.ok(bytes.includes(practice.ods));
});

test('a token is good for its own organisation, at this gateway and this face', async () => {
    assert.equal((await fhir('GET', at(`Appointment/${booked.id}`), { client: { token } })).status, 200);
    assert.equal((await fhir('GET', at(`Appointment/${booked.id}`), { client: { token: gateway.token(other) } })).status, 404, 'of another organisation');
    assert.equal((await fhir('GET', `${sandbox.fhir_base}/Appointment/${booked.id}`, { client: { token } })).status, 401, 'at another gateway');
    const operator = await fetch(`https://localhost:${gateway.managementPort}/unknown`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
    assert.ok(operator.status >= 400, 'on the management listener');
    const [, claims] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
    const { exp, iat } = JSON.parse(claims);
    assert.ok(exp - iat <= 12 * 3600, 'it ends');
});

test('after a new key was made for the database the old one opens nothing, and everything is read as before', async () => {
    const newKey = join(dir, 'new.key');
    const oldBytes = () => readFileSync(join(dir, 'gateway.db')).toString('latin1');
    await gateway.end('SIGTERM');
    const before = oldBytes();
    const said = spawnSync(process.env.APPTGW, ['store', 'rotate-key', '--config', sandbox.config_file, '--new-key-file', newKey], { env: gateway.env, encoding: 'utf8' });
    assert.equal(said.status, 0, said.stderr);
    assert.match(said.stderr, /^100 %/m);
    assert.match(said.stdout, /key_file = /);
    assert.notEqual(oldBytes(), before);
    const old = spawnSync(process.env.APPTGW, ['serve', '--config', sandbox.config_file], { env: gateway.env, encoding: 'utf8', timeout: 20000 });
    assert.equal(old.status, 5, old.stderr);
    assert.match(old.stderr, /another key/);
    gateway.env.APPTGW_STORE_KEY_FILE = newKey;
    await gateway.start();
    token = gateway.token(hub);
    const read = await fhir('GET', at(`Appointment/${booked.id}`), { client: { token } });
    assert.equal(read.status, 200, read.text);
    assert.equal(read.resource.description, description);
    const found = await fhir('GET', at(`Appointment?patient:identifier=https://fhir.nhs.uk/Id/nhs-number|${patient.nhs_number}`), { client: { token } });
    assert.ok(found.resource.entry.some(({ resource }) => resource.id === booked.id), 'found by the number');
});

test('a log says nothing of the patient', async () => {
    await gateway.end('SIGTERM'); // its last lines are written then
    const text = readFileSync(gateway.logFile, 'utf8');
    assert.match(text, /"event":"http_request","route":"\[base\]\/Appointment"/);
    for (const secret of secrets()) assert.ok(!text.includes(secret), 'a secret stands in the log');
});
