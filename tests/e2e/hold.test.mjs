// SPDX-License-Identifier: Apache-2.0
// A slot held while the call goes on: out of everybody's search, booked or let go by whoever holds it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appointmentFor, bookRow, channelOf, fhir, freshSlots, patientsOf, sandbox } from './support.mjs';

const other = sandbox.clients[2];
const patch = (id, etag, status) =>
    fhir('PATCH', `Appointment/${id}`, {
        body: JSON.stringify([{ op: 'replace', path: '/status', value: status }]),
        headers: { 'content-type': 'application/json-patch+json', 'if-match': etag },
    });
const systems = [...new Set(sandbox.practices.map(({ system }) => system))];
const practiceWith = (system) => sandbox.practices.find((practice) => practice.system === system);

async function held(practice) {
    const slot = (await freshSlots(practice)).find((one) => ['In-person', undefined].includes(channelOf(one)));
    const patient = patientsOf(practice)[1];
    const hold = await fhir('POST', 'Appointment', { body: appointmentFor(slot, patient, { status: 'pending' }) });
    assert.equal(hold.status, 201, hold.text);
    return { slot, patient, hold, id: hold.resource.id, etag: hold.headers.get('etag') };
}
const free = async (practice, slot) => (await freshSlots(practice)).some((one) => one.id === slot.id);

for (const system of systems)
    test(`${system}: a held slot is nobody else's, is not booked at the practice, and is booked by its holder`, async () => {
        const practice = practiceWith(system);
        const { slot, patient, hold, id, etag } = await held(practice);
        assert.equal(hold.resource.status, 'pending');
        const end = hold.resource.extension.find(({ url }) => url.endsWith('hold-until')).valueInstant;
        assert.ok(Date.parse(end) > Date.now() + 240000, end);
        assert.equal((await bookRow(practice, slot.id)).status, 'free');
        assert.equal(await free(practice, slot), false);
        assert.equal((await fhir('GET', `Slot/${slot.id}`)).resource.status, 'busy-tentative');

        const refused = await fhir('POST', 'Appointment', { client: other, body: appointmentFor(slot, patientsOf(practice)[5]) });
        assert.equal(refused.status, 409, refused.text);
        assert.match(refused.resource.issue[0].details.text, /held by another organisation until \d\d:\d\d/);

        const booked = await patch(id, etag, 'booked');
        assert.equal(booked.status, 200, booked.text);
        assert.equal(booked.resource.status, 'booked');
        const row = await bookRow(practice, slot.id);
        assert.deepEqual([row.status, row.who, row.times_booked], ['booked', patient.nhs_number, 1]);
    });

test('a hold that is released gives its slot back at once', async () => {
    const practice = practiceWith('gpconnect');
    const { slot, id, etag } = await held(practice);
    const released = await patch(id, etag, 'cancelled');
    assert.equal(released.status, 200, released.text);
    assert.equal(await free(practice, slot), true);
    const late = await patch(id, released.headers.get('etag'), 'booked');
    assert.equal(late.status, 409, late.text);
});
