// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { randomUUID } from 'node:crypto';
import {
    appointmentFor, bookRow, bookingIdentifier, channelOf, control, fhir, freshSlots, patientsOf, poll, sandbox,
} from './support.mjs';

const practicesWith = (system) => sandbox.practices.filter((practice) => practice.system === system);
const practiceWith = (system, nth = 0) => practicesWith(system)[nth];
const systems = [...new Set(sandbox.practices.map((practice) => practice.system))];

afterEach(async () => {
    await Promise.all(sandbox.practices.map((practice) => control(practice, 'DELETE', '/fault')));
});

/** Not every system tells how a slot is held. */
async function oneSlot(practice) {
    return (await freshSlots(practice)).find((slot) => ['In-person', undefined].includes(channelOf(slot)));
}

for (const system of systems) {
    test(`two hundred clients race for one ${system} slot: one 201, the rest 409, one booking in the book`, async () => {
        const practice = practiceWith(system);
        const slot = await oneSlot(practice);
        const answers = await Promise.all(
            Array.from({ length: 200 }, (_, i) =>
                fhir('POST', 'Appointment', {
                    client: sandbox.clients[i % sandbox.clients.length],
                    body: appointmentFor(slot, sandbox.patients[i % sandbox.patients.length]),
                }),
            ),
        );
        const tally = answers.reduce((sum, answer) => ({ ...sum, [answer.status]: (sum[answer.status] ?? 0) + 1 }), {});
        assert.deepEqual(tally, { 201: 1, 409: 199 }, answers.find(({ status }) => ![201, 409].includes(status))?.text);
        const row = await bookRow(practice, slot.id);
        assert.equal(row.status, 'booked');
        assert.equal(row.times_booked, 1);
    });

    test(`a connection cut after ${system} took the booking still ends as one booked appointment`, async () => {
        const practice = practiceWith(system, 2);
        const slot = await oneSlot(practice);
        const patient = patientsOf(practice)[3];
        await control(practice, 'PUT', '/fault', { kind: 'drop_after', writes_only: true, times: 1 });
        const answer = await fhir('POST', 'Appointment', { body: appointmentFor(slot, patient) });
        assert.ok([201, 504].includes(answer.status), answer.text);
        const id = new URL(answer.headers.get('location')).pathname.split('/Appointment/')[1].split('/')[0];
        const settled = await poll(
            () => fhir('GET', `Appointment/${id}`),
            (read) => read.resource.status === 'booked',
        );
        assert.equal(settled.status, 200);
        const row = await bookRow(practice, slot.id);
        assert.equal(row.who, patient.nhs_number);
        assert.equal(row.times_booked, 1);
    });

    test(`a connection cut after ${system} took the cancellation still ends as cancelled, once`, async () => {
        const practice = practiceWith(system, 2);
        const slot = await oneSlot(practice);
        const booked = await fhir('POST', 'Appointment', { body: appointmentFor(slot, patientsOf(practice)[6]) });
        assert.equal(booked.status, 201, booked.text);
        await control(practice, 'PUT', '/fault', { kind: 'drop_after', writes_only: true, times: 1 });
        const answer = await fhir('PATCH', `Appointment/${booked.resource.id}`, {
            body: JSON.stringify([{ op: 'replace', path: '/status', value: 'cancelled' }]),
            headers: { 'content-type': 'application/json-patch+json', 'if-match': booked.headers.get('etag') },
        });
        assert.ok([200, 504].includes(answer.status), answer.text);
        const read = await poll(
            () => fhir('GET', `Appointment/${booked.resource.id}`),
            (now) => now.resource.status === 'cancelled',
        );
        assert.equal(read.resource.meta.versionId, '2');
        assert.equal((await bookRow(practice, slot.id)).status, 'free');
    });

}

test('one booking and one cancellation at every practice, and its own book agrees each time', async () => {
    for (const practice of sandbox.practices) {
        const slot = await oneSlot(practice);
        const patient = patientsOf(practice)[2];
        const booked = await fhir('POST', 'Appointment', { body: appointmentFor(slot, patient) });
        assert.equal(booked.status, 201, `${practice.ods} ${practice.system}: ${booked.text}`);
        const row = await bookRow(practice, slot.id);
        assert.deepEqual([row.status, row.who, row.times_booked], ['booked', patient.nhs_number, 1], practice.ods);
        const cancelled = await fhir('PATCH', `Appointment/${booked.resource.id}`, {
            body: JSON.stringify([{ op: 'replace', path: '/status', value: 'cancelled' }]),
            headers: { 'content-type': 'application/json-patch+json', 'if-match': booked.headers.get('etag') },
        });
        assert.equal(cancelled.status, 200, `${practice.ods} ${practice.system}: ${cancelled.text}`);
        assert.equal((await bookRow(practice, slot.id)).status, 'free', practice.ods);
    }
});

test('a connection cut before a system took the booking ends cancelled, and the slot can be booked', async () => {
    await Promise.all(systems.map(async (system) => {
        const practice = practiceWith(system, 1);
        const slot = await oneSlot(practice);
        const patient = patientsOf(practice)[4];
        await control(practice, 'PUT', '/fault', { kind: 'drop_before', writes_only: true, times: 1 });
        const answer = await fhir('POST', 'Appointment', { body: appointmentFor(slot, patient) });
        assert.ok(answer.status >= 400, answer.text);
        const again = await poll(
            () => fhir('POST', 'Appointment', { body: appointmentFor(slot, patient) }),
            (retry) => retry.status === 201,
            60000,
        );
        assert.equal(again.resource.status, 'booked');
        assert.equal((await bookRow(practice, slot.id)).times_booked, 1, system);
    }));
});

test('the same Idempotency-Key books once and replays the first answer', async () => {
    const practice = practiceWith('emis');
    const slot = await oneSlot(practice);
    const body = appointmentFor(slot, patientsOf(practice)[5]);
    const headers = { 'idempotency-key': randomUUID() };
    const first = await fhir('POST', 'Appointment', { body, headers });
    const second = await fhir('POST', 'Appointment', { body, headers });
    assert.equal(first.status, 201, first.text);
    assert.equal(second.status, 201);
    assert.equal(second.headers.get('idempotency-replayed'), 'true');
    assert.deepEqual(second.resource, first.resource);
    assert.equal((await bookRow(practice, slot.id)).times_booked, 1);
});

test('the same Idempotency-Key with another body is refused', async () => {
    const practice = practiceWith('emis');
    const slot = await oneSlot(practice);
    const headers = { 'idempotency-key': randomUUID() };
    const patient = patientsOf(practice)[6];
    assert.equal((await fhir('POST', 'Appointment', { body: appointmentFor(slot, patient), headers })).status, 201);
    const other = await fhir('POST', 'Appointment', { body: appointmentFor(slot, patient, { description: 'Other' }), headers });
    assert.equal(other.status, 422, other.text);
});

test('If-None-Exist answers a repeat with the first booking', async () => {
    const practice = practiceWith('gpconnect');
    const slot = await oneSlot(practice);
    const identifier = bookingIdentifier();
    const body = appointmentFor(slot, patientsOf(practice)[5], { identifier: [identifier] });
    const headers = { 'if-none-exist': `identifier=${identifier.system}|${identifier.value}` };
    const first = await fhir('POST', 'Appointment', { body, headers });
    const second = await fhir('POST', 'Appointment', { body, headers });
    assert.equal(first.status, 201, first.text);
    assert.equal(second.status, 200, second.text);
    assert.equal(second.resource.id, first.resource.id);
});

test('a booked slot leaves the free search at once and comes back when cancelled', async () => {
    const practice = practiceWith('gpconnect');
    const slot = await oneSlot(practice);
    const search = async () => (await fhir('GET', `Slot?status=free&_id=${slot.id}&start=ge${slot.start.replace('+', '%2B')}&start=lt${slot.end.replace('+', '%2B')}`)).resource.total;
    assert.equal(await search(), 1);
    const booked = await fhir('POST', 'Appointment', { body: appointmentFor(slot, patientsOf(practice)[6]) });
    assert.equal(booked.status, 201, booked.text);
    assert.equal(await search(), 0);
    const cancelled = await fhir('PATCH', `Appointment/${booked.resource.id}`, {
        body: JSON.stringify([{ op: 'replace', path: '/status', value: 'cancelled' }]),
        headers: { 'content-type': 'application/json-patch+json', 'if-match': booked.headers.get('etag') },
    });
    assert.equal(cancelled.status, 200, cancelled.text);
    await poll(search, (total) => total === 1);
});

test('another hub cannot see what this hub booked', async () => {
    const practice = practiceWith('emis', 1);
    const slot = await oneSlot(practice);
    const booked = await fhir('POST', 'Appointment', { body: appointmentFor(slot, patientsOf(practice)[7]) });
    assert.equal(booked.status, 201, booked.text);
    assert.equal((await fhir('GET', `Appointment/${booked.resource.id}`, { client: sandbox.clients[1] })).status, 404);
});
