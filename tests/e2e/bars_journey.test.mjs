// SPDX-License-Identifier: Apache-2.0
// A 111 provider's errand by BaRS, at each kind of system behind the face: search within the disposition, book, read, find again,
// cancel; a message sent twice, a slot that is stolen meanwhile, a search that no practice answers in time.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { NHS_NUMBER, bookRow, control, day, fhir, patientsOf, sandbox } from './support.mjs';
import { bars, bookingOf, cancellationOf, findSlots, provider, refusal, resourcesIn, send, serviceOf } from './support_bars.mjs';

const systems = [...new Set(sandbox.practices.map(({ system }) => system))];
const practiceWith = (system) => sandbox.practices.filter((practice) => practice.system === system).at(-1);
const ownId = (slot) => slot.identifier.find(({ system }) => system.endsWith('/id/slot')).value;
const takesUnnumbered = new Set(['bars', 'fhir_r4']);
const isInPerson = (slot) => (slot.extension?.[0]?.valueCode ?? 'In-person') === 'In-person';

after(() => Promise.all(sandbox.practices.map((practice) => control(practice, 'DELETE', '/fault'))));

/** A free slot that nobody has had, with the answer that showed it. */
async function freeSlot(practice, service, from = 2, to = 5) {
    const found = await findSlots(service, day(from), day(to));
    const book = await control(practice, 'GET', '/book');
    const used = new Set(book.slots.filter((row) => row.times_booked > 0).map((row) => `${practice.ods}.${row.slot}`));
    const slot = resourcesIn(found, 'Slot').find((each) => isInPerson(each) && !used.has(ownId(each)));
    assert.ok(slot, `no free slot at ${practice.ods}`);
    return { found, slot };
}

for (const system of systems) {
    const practice = practiceWith(system);
    const service = serviceOf(practice);

    test(`${system}: slots of the service come with what they refer to, within the time asked for`, async () => {
        const from = `${day(2).slice(0, 10)}T09:00:00Z`, to = `${day(2).slice(0, 10)}T11:00:00Z`;
        const found = await findSlots(service, from, to);
        const slots = resourcesIn(found, 'Slot');
        assert.ok(slots.length > 0 && found.total === slots.length);
        for (const slot of slots) {
            assert.ok(slot.start >= '2' && Date.parse(slot.start) >= Date.parse(from) && Date.parse(slot.start) < Date.parse(to));
            assert.ok(found.entry.some(({ fullUrl }) => fullUrl === slot.schedule.reference));
        }
        for (const each of resourcesIn(found, 'HealthcareService')) assert.equal(each.identifier[0].value, service.id);
    });

    test(`${system}: booked by message, read by both faces, found by patient, cancelled by message`, async () => {
        const { found, slot } = await freeSlot(practice, service);
        const patient = patientsOf(practice)[3];
        const ids = { request: randomUUID(), correlation: randomUUID() };
        const message = JSON.stringify(bookingOf(found, slot, service, patient));
        const booked = await send(message, service, ids);
        assert.equal(booked.status, 200, booked.text);
        const [appointment] = resourcesIn(booked.resource, 'Appointment');
        assert.equal(appointment.status, 'booked');
        assert.match(appointment.identifier[0].value, /^GP-/);
        assert.equal(booked.resource.entry[0].resource.response.code, 'ok');
        const row = await bookRow(practice, ownId(slot));
        assert.deepEqual([row.status, row.who, row.times_booked], ['booked', patient.nhs_number, 1]);

        const again = await send(message, service, ids);
        assert.equal(refusal(again), '409 REC_CONFLICT duplicate');
        assert.equal((await bookRow(practice, ownId(slot))).times_booked, 1);
        const other = await send(message.replace('Ear pain', 'Ear ache'), service, ids);
        assert.equal(refusal(other), '400 REC_BAD_REQUEST invariant');

        const read = await bars('GET', `Appointment/${appointment.id}`, service);
        const onR4 = await fhir('GET', `Appointment/${appointment.id}`, { client: provider });
        assert.deepEqual([read.resource.status, onR4.resource.status], ['booked', 'booked'], read.text);
        assert.equal(Date.parse(read.resource.start), Date.parse(onR4.resource.start));
        assert.deepEqual(read.resource.identifier, onR4.resource.identifier);
        const number = encodeURIComponent(`${NHS_NUMBER}|${patient.nhs_number}`);
        const mine = await bars('GET', `Appointment?patient:identifier=${number}`, service);
        assert.ok(mine.resource.entry.some(({ resource }) => resource.id === appointment.id), mine.text);
        const elsewhere = sandbox.services.find(({ id, practices }) => id !== service.id && practices.length === 1);
        assert.equal(refusal(await bars('GET', `Appointment/${appointment.id}`, elsewhere)), '404 REC_NOT_FOUND not-found');

        const cancelIds = { request: randomUUID(), correlation: ids.correlation };
        const cancellation = JSON.stringify(cancellationOf(booked.resource, service, patient));
        const cancelled = await send(cancellation, service, cancelIds);
        assert.equal(cancelled.status, 200, cancelled.text);
        assert.equal((await bookRow(practice, ownId(slot))).status, 'free');
        assert.equal(refusal(await send(cancellation, service, cancelIds)), '409 REC_CONFLICT duplicate');
        assert.equal(refusal(await send(cancellation, service)), '409 REC_CONFLICT conflict');
        assert.equal((await bars('GET', `Appointment/${appointment.id}`, service)).resource.status, 'cancelled');
    });

    test(`${system}: a caller without an NHS number is booked, found and cancelled, or refused plainly`, async () => {
        const { found, slot } = await freeSlot(practice, service);
        const caller = { family: `Nettlebed${randomUUID().replace(/[^a-f]/g, '')}`, given: 'Piers', gender: 'male', birth_date: '1990-01-02',
                         phone: '07700900123', local_id: 'caller-7' };
        const booked = await send(JSON.stringify(bookingOf(found, slot, service, caller)), service);
        if (!takesUnnumbered.has(system)) {
            assert.equal(refusal(booked), '422 REC_UNPROCESSABLE_ENTITY processing');
            assert.match(booked.resource.issue[0].diagnostics, /NHS number/);
            assert.equal((await bookRow(practice, ownId(slot))).status, 'free');
            return;
        }
        assert.equal(booked.status, 200, booked.text);
        const [appointment] = resourcesIn(booked.resource, 'Appointment');
        assert.equal((await bookRow(practice, ownId(slot))).status, 'booked');
        const read = await bars('GET', `Appointment/${appointment.id}`, service);
        assert.equal(read.resource.participant[0].actor.identifier.value, caller.local_id, read.text);
        const mine = await bars('GET', `Appointment?patient:name=${caller.family}&patient:birthdate=${caller.birth_date}`
            + '&patient:address-postalcode=ZZ9%209ZY', service);
        assert.deepEqual(resourcesIn(mine.resource, 'Appointment').map(({ id }) => id), [appointment.id], mine.text);
        const cancelled = await send(JSON.stringify(cancellationOf(booked.resource, service, caller)), service);
        assert.equal(cancelled.status, 200, cancelled.text);
        assert.equal((await bookRow(practice, ownId(slot))).status, 'free');
    });

    test(`${system}: a slot that reception takes after the search is a conflict, and nothing is booked`, async () => {
        const { found, slot } = await freeSlot(practice, service, 5, 8);
        await control(practice, 'POST', '/reception', { take: ownId(slot).slice(practice.ods.length + 1) });
        const stolen = await send(bookingOf(found, slot, service, patientsOf(practice)[4]), service);
        assert.equal(refusal(stolen), '409 REC_CONFLICT conflict', stolen.text);
        assert.equal((await bookRow(practice, ownId(slot))).status, 'reception');
    });
}

test('booked through the R4 face, it is read and cancelled by message', async () => {
    const practice = practiceWith('gpconnect');
    const service = serviceOf(practice);
    const { found, slot } = await freeSlot(practice, service);
    const patient = patientsOf(practice)[6];
    const booked = await fhir('POST', 'Appointment', {
        client: provider,
        body: {
            resourceType: 'Appointment', status: 'booked', slot: [{ reference: `Slot/${ownId(slot)}` }], start: slot.start, end: slot.end,
            participant: [{ actor: { type: 'Patient', identifier: { system: NHS_NUMBER, value: patient.nhs_number } }, status: 'accepted' }],
        },
    });
    assert.equal(booked.status, 201, booked.text);
    const read = await bars('GET', `Appointment/${booked.resource.id}`, service);
    assert.equal(read.resource.status, 'booked', read.text);
    assert.equal(read.resource.slot[0].reference, `urn:uuid:${slot.id}`);
    const thread = { id: randomUUID(), entry: [{ resource: read.resource }] };
    const cancelled = await send(cancellationOf(thread, service, patient), service);
    assert.equal(cancelled.status, 200, cancelled.text);
    assert.equal((await fhir('GET', `Appointment/${booked.resource.id}`, { client: provider })).resource.status, 'cancelled');
    assert.ok(found.total > 0);
});

test('a practice that does not answer is a timeout within five seconds, and the message can be sent again', async () => {
    const practice = practiceWith('fhir_r4');
    const service = serviceOf(practice);
    const { found, slot } = await freeSlot(practice, service);
    const message = JSON.stringify(bookingOf(found, slot, service, patientsOf(practice)[7]));
    const ids = { request: randomUUID(), correlation: randomUUID() };
    await control(practice, 'PUT', '/fault', { kind: 'hang' });
    const began = Date.now();
    const silent = await bars('GET', `Slot?status=free&start=ge${day(2)}&start=lt${day(3)}&_include=Slot:schedule&_include=Schedule:actor:HealthcareService`, service);
    assert.equal(refusal(silent), '408 REC_TIMEOUT timeout');
    const late = await send(message, service, ids);
    assert.equal(late.status, 408, late.text);
    assert.ok(Date.now() - began < 10500, `${Date.now() - began} ms for two calls`);
    await control(practice, 'DELETE', '/fault');
    for (const end = Date.now() + 60000; ;) {
        const retry = await send(message, service, ids);
        if (retry.status === 200 || refusal(retry) === '409 REC_CONFLICT duplicate') break;
        assert.ok(['425 REC_TOO_EARLY duplicate', '408 REC_TIMEOUT timeout', '503 REC_UNAVAILABLE transient'].includes(refusal(retry)), retry.text);
        assert.ok(Date.now() < end, retry.text);
        await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    assert.equal((await bookRow(practice, ownId(slot))).times_booked, 1);
});

test('a hub service offers its sessions at all of its practices, and books at the right one', async () => {
    const hub = sandbox.services.find(({ practices }) => practices.length > 1);
    const found = await findSlots(hub, day(2), day(3));
    const practices = new Set(resourcesIn(found, 'Slot').map((slot) => ownId(slot).split('.')[0]));
    assert.deepEqual([...practices].sort(), [...hub.practices].sort());
    const slot = resourcesIn(found, 'Slot').find((each) => isInPerson(each) && ownId(each).startsWith(hub.practices[1]));
    const practice = sandbox.practices.find(({ ods }) => ods === hub.practices[1]);
    const patient = patientsOf(practice)[8];
    const booked = await send(bookingOf(found, slot, hub, patient), hub);
    assert.equal(booked.status, 200, booked.text);
    assert.equal((await bookRow(practice, ownId(slot))).who, patient.nhs_number);
});

test('definitions and capabilities are those of the service', async () => {
    const service = sandbox.services.find(({ referrals }) => !referrals);
    const context = [`https://fhir.nhs.uk/Id/dos-service-id|${service.id}`, 'https://fhir.nhs.uk/CodeSystem/usecases-categories-bars|a7t1'];
    const definitions = await bars('GET', `MessageDefinition?${context.map((each) => `context=${encodeURIComponent(each)}`).join('&')}`, service);
    assert.equal(definitions.resource.total, 2, definitions.text);
    const statement = await bars('GET', 'metadata', service);
    assert.equal(statement.resource.version, '1.1.0');
});
