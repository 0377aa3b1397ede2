// SPDX-License-Identifier: Apache-2.0
// A clinician is away: the practice withdraws the session, and every appointment that was made in it through the gateway is moved
// or cancelled, as the practice's own book shows.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, test } from 'node:test';
import { appointmentFor, bookRow, channelOf, detailsOf, fhir, freshSlots, hub, patientsOf, poll, sandbox } from './support.mjs';

const desk = sandbox.practice_clients[0];
const practice = sandbox.practices.find(({ ods }) => ods === desk.ods);
const codeIn = (resource, name) => resource.parameter.find((each) => each.name === name)?.valueCode;
const results = (resource) =>
    resource.parameter.filter(({ name }) => name === 'appointment').map(({ part }) => ({
        id: part.find(({ name }) => name === 'reference').valueReference.reference.slice('Appointment/'.length),
        result: part.find(({ name }) => name === 'result').valueCode,
        to: part.find(({ name }) => name === 'to')?.valueReference.reference,
    }));
const body = (more) => ({
    resourceType: 'Parameters',
    parameter: [{ name: 'reason', valueString: 'Clinician away' }, ...more],
});
const withdraw = (schedule, more, { client = desk, key = randomUUID() } = {}) =>
    fhir('POST', `${schedule}/$withdraw`, { client, body: body(more), headers: { 'idempotency-key': key } });
const action = (code) => ({ name: 'action', valueCode: code });

/** Sessions with room for three, each of another time. */
let sessions;
before(async () => {
    const groups = Map.groupBy
        ? Map.groupBy(await freshSlots(practice), (slot) => slot.schedule.reference)
        : (await freshSlots(practice)).reduce((map, slot) => map.set(slot.schedule.reference, [...(map.get(slot.schedule.reference) ?? []), slot]), new Map());
    sessions = [...groups.entries()]
        .map(([schedule, slots]) => [schedule, slots.filter((slot) => channelOf(slot) !== 'Telephone')])
        .filter(([, slots]) => slots.length >= 3);
    assert.ok(sessions.length >= 4, `${sessions.length} sessions`);
});

let turn = 20;
async function bookedIn([, slots], count) {
    const booked = [];
    for (const slot of slots.slice(0, count)) {
        const patient = patientsOf(practice)[turn++ % patientsOf(practice).length];
        const answer = await fhir('POST', 'Appointment', {
            body: appointmentFor(slot, patient, { contained: [detailsOf(patient)], participant: [{ actor: { reference: '#p' }, status: 'accepted' }] }),
        });
        assert.equal(answer.status, 201, answer.text);
        booked.push({ slot, patient, id: answer.resource.id });
    }
    return booked;
}
async function ended(answer) {
    assert.equal(answer.status, 202, answer.text);
    const url = answer.headers.get('content-location');
    assert.match(answer.headers.get('x-progress'), /^\d+ of \d+$/);
    return poll(() => fhir('GET', url, { client: desk }), ({ status }) => status === 200, 60000);
}

test('only the practice itself withdraws its session', async () => {
    const scopes = await withdraw(sessions[0][0], [], { client: hub });
    assert.equal(scopes.status, 403, scopes.text);
    const other = sandbox.practices.find(({ ods }) => ods !== practice.ods);
    const foreign = await withdraw(`Schedule/${other.ods}.1`, []);
    assert.equal(foreign.status, 403, foreign.text);
    assert.match(foreign.resource.issue[0].details.text, /practice itself/);
});

test('each appointment is moved to another session, and whoever booked it finds it there', async () => {
    const booked = await bookedIn(sessions[0], 3);
    const key = randomUUID();
    const done = await ended(await withdraw(sessions[0][0], [action('move')], { key }));
    assert.equal(codeIn(done.resource, 'status'), 'completed');
    const all = results(done.resource);
    for (const { slot, patient, id } of booked) {
        const one = all.find((each) => each.id === id);
        assert.equal(one.result, 'moved', done.text);
        const next = (await fhir('GET', one.to)).resource;
        assert.equal(next.status, 'booked');
        assert.ok(next.supportingInformation.some(({ reference }) => reference === `Appointment/${id}`));
        const row = await bookRow(practice, next.slot[0].reference.slice('Slot/'.length));
        assert.deepEqual([row.status, row.who], ['booked', patient.nhs_number]);
        assert.notEqual((await bookRow(practice, slot.id))?.who, patient.nhs_number);
        assert.equal((await fhir('GET', `Appointment/${id}`)).resource.cancelationReason.text, 'Clinician away');
    }
    const again = await withdraw(sessions[0][0], [action('move')], { key });
    assert.equal(again.status, 200, again.text);
    assert.deepEqual(results(again.resource), all);
});

test('proposals change nothing, and cancelling cancels', async () => {
    const booked = await bookedIn(sessions[1], 2);
    const proposed = await ended(await withdraw(sessions[1][0], []));
    const targets = results(proposed.resource).filter(({ id }) => booked.some((each) => each.id === id));
    assert.equal(targets.length, 2, proposed.text);
    assert.equal(new Set(targets.map(({ to }) => to)).size, 2);
    for (const { result, to } of targets) {
        assert.equal(result, 'proposed');
        assert.match(to, /^Slot\//);
    }
    for (const { id } of booked) assert.equal((await fhir('GET', `Appointment/${id}`)).resource.status, 'booked');

    const done = await ended(await withdraw(sessions[1][0], [action('cancel')]));
    for (const { id, slot, patient } of booked) {
        assert.equal(results(done.resource).find((each) => each.id === id).result, 'cancelled', done.text);
        assert.equal((await fhir('GET', `Appointment/${id}`)).resource.status, 'cancelled');
        assert.notEqual((await bookRow(practice, slot.id))?.who, patient.nhs_number);
    }
});

test('a hold in the session is let go, and a withdrawal is shown to nobody else', async () => {
    // As it is now: what was moved before may stand here.
    const slot = (await freshSlots(practice)).find((each) => each.schedule.reference === sessions[2][0] && channelOf(each) !== 'Telephone');
    const hold = await fhir('POST', 'Appointment', { body: appointmentFor(slot, patientsOf(practice)[3], { status: 'pending' }) });
    assert.equal(hold.status, 201, hold.text);
    const done = await ended(await withdraw(sessions[2][0], [action('cancel')]));
    assert.equal(results(done.resource).find(({ id }) => id === hold.resource.id).result, 'released');
    assert.equal((await fhir('GET', `Appointment/${hold.resource.id}`)).resource.status, 'cancelled');
    const stranger = await fhir('GET', done.headers.get('content-location'));
    assert.equal(stranger.status, 404, stranger.text);
});
