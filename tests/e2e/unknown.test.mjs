// SPDX-License-Identifier: Apache-2.0
// A practice that makes a booking and never says a word again: the write waits for a person, who looks in the practice's book and says
// what is there with `apptgw unknown`; the consumer's repeat then hears the end of it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { appointmentFor, bookRow, channelOf, control, fhir, freshSlots, patientsOf, poll, sandbox } from './support.mjs';
import { Gateway } from './support_gateway.mjs';

const dir = mkdtempSync(join(tmpdir(), 'apptgw-unknown-'));
const gateway = new Gateway(dir, { APPTGW_BOOKING_ANSWER_LIMIT: '2s', APPTGW_BOOKING_SETTLE_ATTEMPTS: '2' });
const client = { ...sandbox.clients[0] };
const practices = sandbox.practices.filter(({ system }) => system === 'gpconnect').slice(-2);
const everything = new Set();

function apptgw(...words) {
    const run = spawnSync(process.env.APPTGW, ['unknown', ...words, '--config', sandbox.config_file, '--ca-file', sandbox.ca_file],
        { encoding: 'utf8', env: gateway.env });
    for (const secret of everything) assert.ok(!(run.stdout + run.stderr).includes(secret), 'nothing about a patient');
    return run;
}
const resolve = (intent, as, ...more) =>
    apptgw('resolve', intent, '--as', as, '--by', 'A. Jones', '--reason', 'Read out by reception', ...more);
const onList = () => JSON.parse(apptgw('list', '--json').stdout).intents;
const at = (path) => `${gateway.origin}/fhir/R4/${path}`;

before(async () => {
    await gateway.prepare();
    await gateway.start();
    client.token = gateway.token(client);
});

after(async () => {
    await Promise.all(practices.map((practice) => control(practice, 'DELETE', '/fault')));
    await gateway.end('SIGTERM');
    rmSync(dir, { recursive: true, force: true });
});

/** A booking that the practice makes, or does not, before it falls silent for good; once it waits for a person. */
async function lose(practice, made) {
    const slot = (await freshSlots(practice)).find((one) => channelOf(one) === 'In-person');
    const patient = patientsOf(practice).at(-1);
    for (const secret of [patient.nhs_number, patient.family]) everything.add(secret);
    const order = { client, body: appointmentFor(slot, patient), headers: { 'idempotency-key': randomUUID() } };
    const silence = { kind: 'hang' };
    await control(practice, 'PUT', '/fault', { ...(made ? { kind: 'latency', latency_ms: 60000 } : silence), writes_only: true, times: 1 });
    const sent = fhir('POST', at('Appointment'), order);
    if (made) await poll(() => bookRow(practice, slot.id), (row) => row.status === 'booked');
    else await new Promise((wake) => setTimeout(wake, 1000));
    await control(practice, 'PUT', '/fault', silence);
    const answer = await sent;
    assert.equal(answer.status, 504, answer.text);
    const waiting = await poll(async () => onList().find((one) => one.practice === practice.ods), (one) => one?.state === 'needs-person', 60000);
    return { practice, slot, patient, order, id: new URL(answer.headers.get('location')).pathname.split('/')[4], intent: waiting.id };
}

test('what was booked is listed, resolved as booked, and answers its key', async () => {
    const lost = await lose(practices[0], true);
    const listed = apptgw('list');
    assert.equal(listed.status, 0, listed.stderr);
    assert.match(listed.stdout, /^INTENT +KIND +PRACTICE +APPOINTMENT +SINCE +ATTEMPTS +LAST FAILURE\n/);
    assert.match(listed.stdout, new RegExp(`${lost.intent} +book +${lost.practice.ods} +${lost.id} `));
    assert.match(listed.stdout, /resolve it as booked or not-booked/);

    const wrong = resolve(lost.intent, 'cancelled');
    assert.equal(wrong.status, 1);
    assert.match(wrong.stderr, /booked or not-booked/);

    const run = resolve(lost.intent, 'booked');
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stdout, /is done\. The practice's system could not be read/);
    const replay = await fhir('POST', at('Appointment'), lost.order);
    assert.ok([200, 201].includes(replay.status), replay.text);
    assert.equal(replay.headers.get('idempotency-replayed'), 'true');
    assert.equal(replay.resource.id, lost.id);
    assert.equal(replay.resource.status, 'booked');
    assert.equal(replay.resource.meta.tag[0].code, 'person');
    assert.deepEqual(onList(), []);
    assert.match(apptgw('list').stdout, /Nothing waits for a person/);

    const again = resolve(lost.intent, 'booked');
    assert.equal(again.status, 1);
    assert.match(again.stderr, /settled already/);
    const row = await bookRow(lost.practice, lost.slot.id);
    assert.deepEqual([row.status, row.times_booked], ['booked', 1]);
});

test('what was not booked is not resolved against the practice\'s own system, and leaves its slot and key free', async () => {
    const lost = await lose(practices[1], false);
    await control(lost.practice, 'DELETE', '/fault');
    const refused = await poll(() => resolve(lost.intent, 'booked'), (run) => !/could not be read/.test(run.stdout + run.stderr), 30000);
    assert.equal(refused.status, 1, refused.stdout);
    assert.match(refused.stderr, /offers the slot as free\. Nothing was changed; --override/);

    const run = resolve(lost.intent, 'not-booked');
    assert.equal(run.status, 0, run.stderr);
    assert.equal((await fhir('GET', at(`Appointment/${lost.id}`), { client })).resource.status, 'cancelled');
    const second = await fhir('POST', at('Appointment'), lost.order);
    assert.equal(second.status, 201, second.text);
    const row = await bookRow(lost.practice, lost.slot.id);
    assert.deepEqual([row.status, row.times_booked], ['booked', 1]);
});

test('nobody settles anything without the gateway\'s own key', async () => {
    const url = `https://localhost:${gateway.managementPort}/unknown/0199f3c0-0000-7000-8000-000000000001`;
    const body = JSON.stringify({ as: 'booked', reason: 'x' });
    for (const headers of [{}, { authorization: `Bearer ${client.token}` }])
        assert.equal((await fetch(url, { method: 'POST', body, headers })).status, 401);
    const unknown = resolve('0199f3c0-0000-7000-8000-000000000001', 'booked');
    assert.equal(unknown.status, 1);
    assert.match(unknown.stderr, /no such intent/);
});
