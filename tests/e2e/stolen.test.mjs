// SPDX-License-Identifier: Apache-2.0
// What a thief has who takes the database without its key, the log, or an access token: shown from the bytes themselves.
import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { appointmentFor, channelOf, detailsOf, fhir, freshSlots, hub, patientsOf, sandbox } from './support.mjs';
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
let log;

before(async () => {
    log = openSync(join(dir, 'gateway.log'), 'w');
    gateway.log = log;
    await gateway.prepare();
    await gateway.start();
    token = gateway.token(hub);
    patient = patientsOf(practice)[3];
    const slot = (await freshSlots(practice)).find((one) => channelOf(one) === 'In-person');
    const body = appointmentFor(slot, patient, {
        description,
        contained: [detailsOf(patient, { telecom: [{ system: 'phone', value: '07700900461' }] })],
        participant: [{ actor: { reference: '#p' }, status: 'accepted' }],
    });
    const answer = await fhir('POST', at('Appointment'), { client: { token }, body });
    assert.equal(answer.status, 201, answer.text);
    booked = answer.resource;
    assert.equal((await fhir('GET', at(`Appointment?patient:identifier=https://fhir.nhs.uk/Id/nhs-number|${patient.nhs_number}`), { client: { token } })).status, 200);
});

after(async () => {
    await gateway.end('SIGTERM');
    closeSync(log);
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

test('a log says nothing of the patient', async () => {
    await gateway.end('SIGTERM'); // its last lines are written then
    const text = readFileSync(join(dir, 'gateway.log'), 'utf8');
    assert.match(text, /"event":"http_request","route":"\[base\]\/Appointment"/);
    for (const secret of secrets()) assert.ok(!text.includes(secret), 'a secret stands in the log');
});
