// SPDX-License-Identifier: Apache-2.0
// An organisation that keeps slots from others: holds without end, and bookings that it cancels a moment later.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { appointmentFor, channelOf, fhir, freshSlots, hub, patientsOf, sandbox } from './support.mjs';
import { Gateway } from './support_gateway.mjs';

const practice = sandbox.practices.find(({ system }) => system === 'fhir_r4');
const dir = mkdtempSync(join(tmpdir(), 'apptgw-hoarding-'));
const gateway = new Gateway(dir, { APPTGW_LIMITS_REFUSE_HOARDERS: 'true', APPTGW_BOOKING_HOLD_QUOTA: '3' });
const [person] = patientsOf(practice);
let token;
let slots;

const ask = (method, path, body, headers) => fhir(method, `${gateway.origin}/fhir/R4/${path}`, { client: { token }, body, headers });
const cancellation = [
    { op: 'replace', path: '/status', value: 'cancelled' },
    { op: 'add', path: '/cancelationReason', value: { text: 'Changed plans' } },
];
const cancel = ({ id, meta }) =>
    ask('PATCH', `Appointment/${id}`, cancellation, { 'if-match': `W/"${meta.versionId}"`, 'content-type': 'application/json-patch+json' });
const metrics = async () => (await fetch(`https://localhost:${gateway.managementPort}/metrics`)).text();

before(async () => {
    await gateway.prepare();
    await gateway.start();
    token = gateway.token(hub);
    slots = (await freshSlots(practice)).filter((slot) => channelOf(slot) === 'In-person');
});

after(async () => {
    await gateway.end('SIGTERM');
    rmSync(dir, { recursive: true, force: true });
});

test('an organisation holds no more slots at a time than it may', async () => {
    const held = [];
    for (const slot of slots.slice(-4)) {
        const answer = await ask('POST', 'Appointment', appointmentFor(slot, person, { status: 'pending' }));
        if (answer.status === 201) held.push(answer.resource);
        else assert.equal(answer.status, 422, answer.text);
    }
    assert.equal(held.length, 3);
    for (const each of held) assert.equal((await cancel(each)).status, 200);
    assert.doesNotMatch(await metrics(), /apptgw_abuse_alarms_total\{kind="hoarding"\}/, 'letting go of holds is no hoarding');
});

test('booking and cancelling again and again raises an alarm and is refused where the settings say so; cancelling never is', async () => {
    const [slot] = slots;
    let last;
    for (let i = 0; i < 20; ++i) {
        last = await ask('POST', 'Appointment', appointmentFor(slot, person));
        assert.equal(last.status, 201, last.text);
        assert.equal((await cancel(last.resource)).status, 200);
    }
    const refused = await ask('POST', 'Appointment', appointmentFor(slot, person));
    assert.equal(refused.status, 429, refused.text);
    assert.match(refused.resource.issue[0].details.text, /cancelled most/);
    assert.ok(Number(refused.headers.get('retry-after')) > 3000);
    const text = await metrics();
    assert.match(text, /apptgw_abuse_alarms_total\{kind="hoarding"\} 1/);
    assert.match(text, /apptgw_throttled_total\{limit="hoarding"\} 1/);

    const elsewhere = sandbox.practices.find((each) => each.system === 'gpconnect');
    const free = (await freshSlots(elsewhere)).find((each) => channelOf(each) === 'In-person');
    const other = await ask('POST', 'Appointment', appointmentFor(free, patientsOf(elsewhere)[0]));
    assert.equal(other.status, 201, other.text);
    assert.equal((await cancel(other.resource)).status, 200);
});
