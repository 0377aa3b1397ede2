// SPDX-License-Identifier: Apache-2.0
// An appointment moves from each kind of system to another one in one call. What counts is what both practices' own books hold.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { bookRow, control, detailsOf, fhir, poll, sandbox } from './support.mjs';
import { bookPatiently, breakWith, consumer, mend, practicesOf, slotsToBook, systems } from './support_faults.mjs';

const pairs = systems.map((system, i) => [system, systems[(i + 1) % systems.length]]);

const named = (name, value) => ({ name, ...value });
const moveTo = (slot, patient) => ({
    resourceType: 'Parameters',
    parameter: [
        named('slot', { valueReference: { reference: `Slot/${slot.id}` } }),
        named('reason', { valueCodeableConcept: { text: 'Clinician away' } }),
        named('patient', { resource: detailsOf(patient) }),
        named('leave-out-texts', { valueBoolean: true }), // not every system has room for them
        named('description', { valueString: 'Ear pain' }),
    ],
});
const reschedule = (id, etag, body, key = randomUUID()) =>
    fhir('POST', `Appointment/${id}/$reschedule`, { client: consumer, body, headers: { 'if-match': etag, 'idempotency-key': key } });
const read = (id) => fhir('GET', `Appointment/${id}`, { client: consumer });

/** Whoever has the fewest appointments at both practices. */
async function personFor(...at) {
    const rows = (await Promise.all(at.map((practice) => control(practice, 'GET', '/book')))).flatMap(({ slots }) => slots);
    const count = ({ nhs_number }) => rows.filter(({ who }) => who === nhs_number).length;
    return sandbox.patients.filter(({ newcomer }) => !newcomer).sort((a, b) => count(a) - count(b))[0];
}

/** A patient with an appointment at one practice, and a slot at another at another time. */
async function arranged(from, to) {
    const [old] = await slotsToBook(from, 1);
    const patient = await personFor(from, to);
    const target = (await slotsToBook(to, 6)).find((slot) => slot.end <= old.start || slot.start >= old.end);
    const booked = await bookPatiently(old, patient);
    assert.equal(booked.status, 201, booked.text);
    return { from, to, old, target, patient, id: booked.resource.id, etag: booked.headers.get('etag') };
}
const bodyFor = ({ target, patient }) => moveTo(target, patient);
async function standing({ from, to, old, target, patient }) {
    const has = async (practice, slot) => {
        const row = await bookRow(practice, slot.id);
        return row?.who === patient.nhs_number && row.status === 'booked' ? 1 : 0;
    };
    return [await has(from, old), await has(to, target)];
}
const stands = (wanted) => (now) => now.join() === wanted.join();

for (const [from, to] of pairs)
    test(`${from} to ${to}: booked there, then cancelled here, each naming the other`, async () => {
        const move = await arranged(practicesOf(from)[0], practicesOf(to)[0]);
        const key = randomUUID();
        const moved = await poll(() => reschedule(move.id, move.etag, bodyFor(move), key), ({ status }) => status !== 504, 40000);
        assert.equal(moved.status, 200, moved.text);
        assert.equal(moved.resource.status, 'booked');
        assert.notEqual(moved.resource.id, move.id);
        assert.equal(Date.parse(moved.resource.start), Date.parse(move.target.start));
        assert.ok(moved.headers.get('location').includes(`Appointment/${moved.resource.id}/_history/`));
        assert.ok(moved.resource.supportingInformation.some(({ reference }) => reference === `Appointment/${move.id}`));
        assert.deepEqual(await standing(move), [0, 1]);

        const old = (await read(move.id)).resource;
        assert.equal(old.status, 'cancelled');
        assert.equal(old.cancelationReason.text, 'Clinician away');
        assert.ok(old.supportingInformation.some(({ reference }) => reference === `Appointment/${moved.resource.id}`));

        const again = await reschedule(move.id, move.etag, bodyFor(move), key);
        assert.equal(again.status, 200, again.text);
        assert.equal(again.headers.get('idempotency-replayed'), 'true');
        assert.equal(again.resource.id, moved.resource.id);
        assert.equal((await bookRow(move.to, move.target.id)).times_booked, 1);
    });

for (const [from, to] of pairs)
    test(`${from} to ${to}: where the old practice cannot be reached nothing is moved`, async () => {
        const move = await arranged(practicesOf(from)[0], practicesOf(to)[0]);
        await breakWith(move.from, { kind: 'unavailable', writes_only: true, times: 3 });
        const refused = await reschedule(move.id, move.etag, bodyFor(move));
        await mend(move.from);
        assert.ok([503, 504].includes(refused.status), refused.text);
        assert.deepEqual(await poll(() => standing(move), stands([1, 0]), 50000), [1, 0]);
        assert.equal((await read(move.id)).resource.status, 'booked');
    });

for (const [from, to] of pairs)
    test(`${from} to ${to}: answers lost at both ends leave one appointment`, async () => {
        const move = await arranged(practicesOf(from)[0], practicesOf(to)[0]);
        const key = randomUUID();
        await breakWith(move.from, { kind: 'drop_after', writes_only: true, times: 1 });
        await breakWith(move.to, { kind: 'drop_after', writes_only: true, times: 1 });
        const first = await reschedule(move.id, move.etag, bodyFor(move), key);
        assert.ok([200, 503, 504].includes(first.status), first.text);
        const last = await poll(() => reschedule(move.id, move.etag, bodyFor(move), key), ({ status }) => status === 200, 50000);
        await mend(move.from);
        await mend(move.to);
        assert.equal(last.resource.status, 'booked');
        assert.deepEqual(await standing(move), [0, 1]);
        assert.equal((await bookRow(move.to, move.target.id)).times_booked, 1);
    });

test('what cannot be moved is refused with its place, and both books stay as they are', async () => {
    const move = await arranged(practicesOf('emis')[0], practicesOf('tpp')[0]);
    const body = bodyFor(move);
    const place = ({ resource }) => resource.issue[0].expression?.[0];
    const same = await reschedule(move.id, move.etag, moveTo(move.old, move.patient));
    assert.deepEqual([same.status, place(same)], [422, 'Parameters.parameter[0].value']);
    const stale = await reschedule(move.id, 'W/"9"', body);
    assert.deepEqual([stale.status, place(stale)], [412, 'http.If-Match']);
    const blind = await fhir('POST', `Appointment/${move.id}/$reschedule`, { client: consumer, body });
    assert.deepEqual([blind.status, place(blind)], [400, 'http.If-Match']);
    const nowhere = await reschedule(move.id, move.etag, { resourceType: 'Parameters', parameter: [] });
    assert.deepEqual([nowhere.status, place(nowhere)], [400, 'Parameters.parameter']);
    const unknown = await reschedule(move.id, move.etag, moveTo({ id: `${move.to.ods}.no-such-slot` }, move.patient));
    assert.deepEqual([unknown.status, place(unknown)], [422, 'Parameters.parameter[0].value']);
    assert.deepEqual(await standing(move), [1, 0]);
});

test('the definition that the capability statement names is served', async () => {
    const { resource } = await fhir('GET', 'metadata', { client: null });
    const operation = resource.rest[0].resource.find(({ type }) => type === 'Appointment').operation.find(({ name }) => name === 'reschedule');
    const definition = await fhir('GET', operation.definition, { client: null });
    assert.equal(definition.status, 200, definition.text);
    assert.ok(definition.resource.parameter.some(({ name, use }) => name === 'slot' && use === 'in'));
});
