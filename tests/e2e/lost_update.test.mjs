// SPDX-License-Identifier: Apache-2.0
// Two people change one appointment: the second hears that the first has been there, and nothing is overwritten.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { appointmentFor, bookRow, channelOf, fhir, freshSlots, patientsOf, sandbox } from './support.mjs';

const practice = sandbox.practices.find(({ system }) => system === 'fhir_r4');
const patient = patientsOf(practice)[6];
const JSON_PATCH = 'application/json-patch+json';
let slots;

before(async () => (slots = (await freshSlots(practice)).filter((each) => channelOf(each) === 'In-person')));

async function booked() {
    const answer = await fhir('POST', 'Appointment', { body: appointmentFor(slots.pop(), patient) });
    assert.equal(answer.status, 201, answer.text);
    return answer.resource;
}
const put = (appointment, etag, change) =>
    fhir('PUT', `Appointment/${appointment.id}`, { body: { ...appointment, ...change }, headers: etag === undefined ? {} : { 'if-match': etag } });
const cancel = { status: 'cancelled', cancelationReason: { text: 'Changed plans' } };

test('a change that does not say which version it is of is refused', async () => {
    const appointment = await booked();
    const before = await fhir('GET', `Appointment/${appointment.id}`);
    for (const etag of [undefined, '*', '', 'W/""', 'W/"0"', 'W/"x"', 'W/"1", W/"2"']) {
        const answer = await put(appointment, etag, { description: 'Overwritten' });
        assert.ok([400, 412].includes(answer.status), `${etag}: ${answer.status} ${answer.text}`);
    }
    const patch = await fhir('PATCH', `Appointment/${appointment.id}`, {
        body: [{ op: 'replace', path: '/description', value: 'Overwritten' }], headers: { 'content-type': JSON_PATCH },
    });
    assert.ok([400, 412].includes(patch.status), patch.text);
    assert.equal((await fhir('GET', `Appointment/${appointment.id}`)).text, before.text);
});

test('of twenty changes of one version exactly one is made', async () => {
    const appointment = await booked();
    const etag = `W/"${appointment.meta.versionId}"`;
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => put(appointment, etag, { description: `Change ${i}` })));
    const done = answers.filter(({ status }) => status === 200);
    assert.equal(done.length, 1, answers.map(({ status }) => status).join(' '));
    for (const { status } of answers) assert.ok([200, 409, 412].includes(status), String(status));
    const now = await fhir('GET', `Appointment/${appointment.id}`);
    assert.equal(now.resource.description, done[0].resource.description);
});

test('a cancellation and a change of the same version do not both happen', async () => {
    const appointment = await booked();
    const etag = `W/"${appointment.meta.versionId}"`;
    const [changed, gone] = await Promise.all([put(appointment, etag, { description: 'Please bring glasses' }), put(appointment, etag, cancel)]);
    assert.deepEqual([changed.status, gone.status].filter((status) => status === 200).length, 1, `${changed.status} ${gone.status}`);
    const { resource } = await fhir('GET', `Appointment/${appointment.id}`);
    assert.equal(resource.status, gone.status === 200 ? 'cancelled' : 'booked');
    const row = await bookRow(practice, appointment.slot[0].reference.slice('Slot/'.length));
    assert.equal(row.booked ?? row.status !== 'free', gone.status !== 200, JSON.stringify(row));
});

test('an old version stays what it was, and cannot be brought back over a newer one', async () => {
    const appointment = await booked();
    const first = `W/"${appointment.meta.versionId}"`;
    assert.equal((await put(appointment, first, { description: 'Second' })).status, 200);
    const answer = await put(appointment, first, { description: 'Third' });
    assert.equal(answer.status, 412, answer.text);
    assert.equal((await fhir('GET', `Appointment/${appointment.id}`)).resource.description, 'Second');
    const old = await fhir('GET', `Appointment/${appointment.id}/_history/${appointment.meta.versionId}`);
    assert.equal(old.resource.description, appointment.description);
});
