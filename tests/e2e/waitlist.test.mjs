// SPDX-License-Identifier: Apache-2.0
// The waiting list: what becomes free is offered to who waits longest, kept for them, and goes on to the next.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appointmentFor, bookRow, channelOf, detailsOf, fhir, freeSlots, freshSlots, NHS_NUMBER, patientsOf, poll, sandbox } from './support.mjs';

const ODS = 'https://fhir.nhs.uk/Id/ods-organization-code';
const systems = [...new Set(sandbox.practices.map(({ system }) => system))];
const practiceWith = (system) => sandbox.practices.find((practice) => practice.system === system);
const other = sandbox.clients[2];

const patch = (id, etag, operations, client) =>
    fhir('PATCH', `Appointment/${id}`, {
        client, body: JSON.stringify(operations),
        headers: { 'content-type': 'application/json-patch+json', 'if-match': etag },
    });
const setStatus = (value) => [{ op: 'replace', path: '/status', value }];

async function clinicianOf(slot) {
    const schedule = await fhir('GET', slot.schedule.reference);
    return schedule.resource.actor.find(({ reference }) => reference?.startsWith('Practitioner/'))?.reference;
}

/** A slot that nothing else can be taken for: no other at its time, or none with its clinician, who is then named. */
async function loneSlot(practice) {
    const all = await freeSlots(practice);
    const overlaps = (a, b) => a.id !== b.id && a.start < b.end && b.start < a.end;
    for (const slot of (await freshSlots(practice)).filter((one) => ['In-person', undefined].includes(channelOf(one)))) {
        const others = all.filter((another) => overlaps(slot, another));
        if (!others.length) return slot;
        const clinician = await clinicianOf(slot);
        const theirs = await Promise.all(others.map(clinicianOf));
        if (clinician && !theirs.includes(clinician)) return { ...slot, clinician };
    }
    throw new Error(`no slot of its own at ${practice.ods}`);
}

function wish(practice, slot, patient, more = {}) {
    const whom = practice.system === 'bars' ? { reference: '#p' } : { type: 'Patient', identifier: { system: NHS_NUMBER, value: patient.nhs_number } };
    return {
        resourceType: 'Appointment',
        status: 'waitlist',
        description: 'Ear pain',
        requestedPeriod: [{ start: slot.start, end: slot.end }],
        ...(practice.system === 'bars' ? { contained: [detailsOf(patient)] } : {}),
        participant: [
            { actor: whom, required: 'required', status: 'accepted' },
            { actor: { identifier: { system: ODS, value: practice.ods } }, status: 'needs-action' },
            ...(slot.clinician ? [{ actor: { reference: slot.clinician }, status: 'needs-action' }] : []),
        ],
        ...more,
    };
}

async function wait(body, client) {
    const entry = await fhir('POST', 'Appointment', { body, client });
    assert.equal(entry.status, 201, entry.text);
    assert.equal(entry.resource.status, 'waitlist');
    return entry.resource.id;
}
const read = (id, client) => fhir('GET', `Appointment/${id}`, { client });
const inStatus = (id, status, client) => poll(() => read(id, client), ({ resource }) => resource.status === status);

async function taken(practice, slot, patient) {
    const booked = await fhir('POST', 'Appointment', { body: appointmentFor(slot, patient) });
    assert.equal(booked.status, 201, booked.text);
    return () => patch(booked.resource.id, booked.headers.get('etag'), setStatus('cancelled'));
}

for (const system of systems)
    test(`${system}: a cancelled slot is offered, kept and booked`, async () => {
        const practice = practiceWith(system);
        const [first, second] = [patientsOf(practice)[1], patientsOf(practice)[4]];
        const slot = await loneSlot(practice);
        const cancel = await taken(practice, slot, first);
        const id = await wait(wish(practice, slot, second));
        assert.equal((await cancel()).status, 200);
        const offered = await inStatus(id, 'pending');
        assert.equal(offered.resource.slot[0].reference, `Slot/${slot.id}`);
        const end = offered.resource.extension.find(({ url }) => url.endsWith('/hold-until')).valueInstant;
        assert.ok(Date.parse(end) > Date.now() + 14 * 60000, end);
        assert.equal((await bookRow(practice, slot.id)).status, 'free', 'the practice hears nothing of an offer');
        const refused = await fhir('POST', 'Appointment', { client: other, body: appointmentFor(slot, patientsOf(practice)[6]) });
        assert.equal(refused.status, 409, refused.text);

        const booked = await patch(id, offered.headers.get('etag'), setStatus('booked'));
        assert.equal(booked.status, 200, booked.text);
        const row = await bookRow(practice, slot.id);
        assert.deepEqual([row.status, row.who], ['booked', second.nhs_number]);
    });

test('an offer goes by priority, a declined one to the next in line', async () => {
    const practice = practiceWith('gpconnect');
    const slot = await loneSlot(practice);
    const cancel = await taken(practice, slot, patientsOf(practice)[1]);
    const patients = patientsOf(practice).slice(7, 10);
    const plain = await wait(wish(practice, slot, patients[0]));
    const urgent = await wait(wish(practice, slot, patients[1], { priority: 1 }));
    const foreign = await wait(wish(practice, slot, patients[2]), other);
    assert.equal((await cancel()).status, 200);

    const first = await inStatus(urgent, 'pending');
    const declined = await patch(urgent, first.headers.get('etag'), [{ op: 'replace', path: '/participant/0/status', value: 'declined' }]);
    assert.equal(declined.status, 200, declined.text);
    assert.equal(declined.resource.status, 'waitlist');
    const second = await inStatus(plain, 'pending');
    assert.equal((await patch(plain, second.headers.get('etag'), setStatus('cancelled'))).status, 200);
    const third = await inStatus(foreign, 'pending', other);
    assert.equal((await patch(foreign, third.headers.get('etag'), setStatus('booked'), other)).status, 200);
    assert.equal((await bookRow(practice, slot.id)).who, patients[2].nhs_number);
    assert.equal((await read(urgent)).resource.status, 'waitlist', 'who declined waits on');
    assert.equal((await read(plain)).resource.status, 'cancelled');

    const listed = await fhir('GET', 'Appointment?status=waitlist&_count=500');
    assert.ok(listed.resource.entry.some(({ resource }) => resource.id === urgent));
    const left = await patch(urgent, (await read(urgent)).headers.get('etag'), setStatus('cancelled'));
    assert.equal(left.resource.status, 'cancelled');
});

test('a wish that cannot be served is refused at its place', async () => {
    const practice = practiceWith('gpconnect');
    const slot = await loneSlot(practice);
    const good = wish(practice, slot, patientsOf(practice)[1]);
    for (const [body, path] of [
        [{ ...good, requestedPeriod: undefined }, 'Appointment.requestedPeriod'],
        [{ ...good, requestedPeriod: [{ start: slot.start }] }, 'Appointment.requestedPeriod[0].end'],
        [{ ...good, slot: [{ reference: `Slot/${slot.id}` }] }, 'Appointment.slot[0]'],
        [{ ...good, participant: good.participant.slice(1) }, 'Appointment.participant'],
    ]) {
        const refused = await fhir('POST', 'Appointment', { body });
        assert.equal(refused.status, 400, refused.text);
        assert.equal(refused.resource.issue[0].expression[0], path);
    }
});
