// SPDX-License-Identifier: Apache-2.0
// One appointment from booking to its last version, at each kind of system; what a system cannot do is said plainly.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { appointmentFor, bookRow, channelOf, fhir, freeSlots, NHS_NUMBER, patientsOf, sandbox, slotsIn } from './support.mjs';

const PATCH = 'application/json-patch+json';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const patch = (id, etag, operations) =>
    fhir('PATCH', `Appointment/${id}`, { body: JSON.stringify(operations), headers: { 'content-type': PATCH, 'if-match': etag } });
const cancel = [
    { op: 'test', path: '/status', value: 'booked' },
    { op: 'replace', path: '/status', value: 'cancelled' },
    { op: 'add', path: '/cancelationReason', value: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason', code: 'pat' }] } },
];

async function book(body, headers) {
    const answer = await fhir('POST', 'Appointment', { body, headers });
    assert.equal(answer.status, 201, answer.text);
    return { ...answer, id: answer.resource.id, etag: answer.headers.get('etag') };
}

function adjacent(slots) {
    const next = new Map(slots.map((slot) => [`${slot.schedule.reference} ${Date.parse(slot.start)}`, slot]));
    for (const first of slots) {
        const second = next.get(`${first.schedule.reference} ${Date.parse(first.end)}`);
        if (second) return [first, second];
    }
    throw new Error('no two adjacent slots');
}

for (const system of ['emis', 'gpconnect']) {
    describe(`at a practice that runs ${system}`, () => {
        const practice = sandbox.practices.filter((one) => one.system === system)[0];
        const patients = patientsOf(practice);
        let free;
        let take;

        before(async () => {
            free = await freeSlots(practice);
            const inPerson = free.filter((slot) => channelOf(slot) === 'In-person');
            take = () => inPerson.pop();
        });

        test('the contained patient carries name and telephone, and stays in the answer', async () => {
            const slot = take();
            const [, , person] = patients;
            const contained = {
                resourceType: 'Patient',
                id: 'p',
                identifier: [{ system: NHS_NUMBER, value: person.nhs_number }],
                name: [{ family: person.family, given: [person.given] }],
                birthDate: person.birth_date,
                telecom: [{ system: 'phone', value: '07700 900123', use: 'mobile', rank: 1 }],
            };
            const booked = await book(appointmentFor(slot, person, { contained: [contained], participant: [{ actor: { reference: '#p' }, status: 'accepted' }] }));
            assert.equal(booked.resource.contained[0].telecom[0].value, '07700 900123');
            assert.equal((await bookRow(practice, slot.id)).who, person.nhs_number);
        });

        for (const channel of ['Telephone', 'Video']) {
            test(`a ${channel} slot is booked as one`, async () => {
                const slot = free.find((one) => channelOf(one) === channel);
                const booked = await book(appointmentFor(slot, patients[3]));
                assert.equal(channelOf(booked.resource), channel);
                assert.equal((await bookRow(practice, slot.id)).status, 'booked');
            });
        }

        test('every version can be read, and the history is paged', async () => {
            const booked = await book(appointmentFor(take(), patients[4]));
            assert.match(booked.headers.get('location'), new RegExp(`/Appointment/${booked.id}/_history/1$`));
            assert.ok(booked.headers.get('last-modified'));
            const cancelled = await patch(booked.id, booked.etag, cancel);
            assert.equal(cancelled.status, 200, cancelled.text);
            assert.equal(cancelled.resource.cancelationReason.coding[0].code, 'pat');
            assert.equal((await fhir('GET', `Appointment/${booked.id}/_history/1`)).resource.status, 'booked');
            assert.equal((await fhir('GET', `Appointment/${booked.id}/_history/9`)).status, 404);
            const first = (await fhir('GET', `Appointment/${booked.id}/_history?_count=1`)).resource;
            assert.equal(first.total, 2);
            assert.equal(first.entry[0].resource.status, 'cancelled');
            const second = (await fhir('GET', first.link.find((one) => one.relation === 'next').url)).resource;
            assert.equal(second.entry[0].resource.status, 'booked');
            assert.equal(second.entry[0].response.status, '201 Created');
        });

        test('an appointment names where and with whom, and is found and included by both', async () => {
            const slot = take();
            const booked = await book(appointmentFor(slot, patients[9]));
            const actors = booked.resource.participant.map(({ actor }) => actor.reference ?? actor.type);
            const { actor: scheduled } = (await fhir('GET', slot.schedule.reference)).resource;
            for (const type of ['Location', 'Practitioner']) {
                const reference = scheduled.map((one) => one.reference).find((one) => one.startsWith(`${type}/`));
                assert.ok(actors.includes(reference), `${reference} among ${actors}`);
                const parameter = type.toLowerCase();
                for (const value of [reference, reference.split('/')[1]]) {
                    const found = await fhir('GET', `Appointment?${parameter}=${value}&_include=Appointment:${parameter}&_count=500`);
                    assert.ok(slotsIn(found.resource).some((one) => one.id === booked.id), `${parameter}=${value}`);
                    const included = found.resource.entry.filter((entry) => entry.search.mode === 'include').map((entry) => entry.resource);
                    assert.ok(included.some((one) => `${one.resourceType}/${one.id}` === reference), `${parameter} included`);
                }
                assert.equal((await fhir('GET', `Appointment?${parameter}=${practice.ods}.nobody`)).resource.total, 0);
            }
            const named = await book(appointmentFor(take(), patients[9], { participant: [...booked.resource.participant].reverse() }));
            assert.equal(named.resource.participant.length, booked.resource.participant.length, 'what the consumer named is not added again');
        });

        test('every part of an appointment is a valid resource, tagged SUBSETTED', async () => {
            const [, , person] = patients;
            const contained = { resourceType: 'Patient', id: 'p', identifier: [{ system: NHS_NUMBER, value: person.nhs_number }] };
            const booked = await book(appointmentFor(take(), person, { contained: [contained], participant: [{ actor: { reference: '#p' }, status: 'accepted' }] }));
            for (const part of ['_elements=status', '_elements=contained', '_elements=id,comment', '_summary=true', '_summary=text', '_summary=data']) {
                for (const path of [`Appointment/${booked.id}?${part}`, `Appointment?_id=${booked.id}&${part}`]) {
                    const { resource } = await fhir('GET', path);
                    const one = resource.resourceType === 'Bundle' ? slotsIn(resource)[0] : resource;
                    assert.equal(one.meta.tag[0].code, 'SUBSETTED', path);
                    assert.ok(one.status && one.start && one.end && one.participant, `${path}: ${JSON.stringify(one)}`);
                    assert.equal(one.contained[0].id, 'p', 'the reference #p leads somewhere');
                    if (part.startsWith('_elements')) assert.equal(one.description, undefined);
                }
            }
        });

        test('the number to ring and the reason for cancelling arrive at the practice', async () => {
            const slot = free.filter((one) => channelOf(one) === 'Telephone')[1];
            const [, , , , , person] = patients;
            const contained = {
                resourceType: 'Patient',
                id: 'p',
                identifier: [{ system: NHS_NUMBER, value: person.nhs_number }],
                telecom: [{ system: 'phone', value: '07700 900456' }],
            };
            const booked = await book(appointmentFor(slot, person, { contained: [contained], participant: [{ actor: { reference: '#p' }, status: 'accepted' }] }));
            const row = await bookRow(practice, slot.id);
            assert.equal(row.description, 'Ear pain, two days');
            assert.match(system === 'emis' ? row.phone : row.comment, /07700 900456/);
            const reason = { op: 'add', path: '/cancelationReason', value: { text: 'Feels better, thank you' } };
            assert.equal((await patch(booked.id, booked.etag, [cancel[1], reason])).status, 200);
            const after = await bookRow(practice, slot.id);
            assert.equal(after.status, 'free');
            assert.equal(after.last_cancelled, 'Feels better, thank you');
        });

        test('conditional reads answer 304 by ETag and by date', async () => {
            const booked = await book(appointmentFor(take(), patients[5]));
            const path = `Appointment/${booked.id}`;
            assert.equal((await fhir('GET', path, { headers: { 'if-none-match': booked.etag } })).status, 304);
            assert.equal((await fhir('GET', path, { headers: { 'if-modified-since': booked.headers.get('last-modified') } })).status, 304);
            const part = (await fhir('GET', `${path}?_elements=status,start,end`)).resource;
            assert.equal(part.meta.tag[0].code, 'SUBSETTED');
            assert.equal(part.description, undefined);
        });

        test('a change without If-Match, with a stale one, or of the time is refused and changes nothing', async () => {
            const slot = take();
            const booked = await book(appointmentFor(slot, patients[6]));
            const without = await fhir('PATCH', `Appointment/${booked.id}`, { body: JSON.stringify(cancel), headers: { 'content-type': PATCH } });
            assert.equal(without.status, 400, without.text);
            assert.equal(without.resource.issue[0].code, 'required');
            assert.equal((await patch(booked.id, 'W/"7"', cancel)).status, 412);
            assert.equal((await patch(booked.id, booked.etag, [{ op: 'replace', path: '/start', value: slot.end }])).status, 422);
            assert.equal((await patch(booked.id, booked.etag, [{ op: 'test', path: '/status', value: 'pending' }, ...cancel])).status, 422);
            assert.equal((await patch(booked.id, booked.etag, [{ op: 'replace', path: '/status', value: 'noshow' }])).status, 409);
            const other = await fhir('PUT', `Appointment/${booked.id}`, { body: { ...booked.resource, id: 'x' }, headers: { 'if-match': booked.etag } });
            assert.equal(other.status, 400, other.text);
            assert.equal((await fhir('GET', `Appointment/${booked.id}`)).headers.get('etag'), booked.etag);
            assert.equal((await bookRow(practice, slot.id)).status, 'booked');
        });

        test('Prefer decides the body of an answer to a write', async () => {
            assert.equal((await book(appointmentFor(take(), patients[7]), { prefer: 'return=minimal' }).catch((error) => error)).text ?? '', '');
            const note = await fhir('POST', 'Appointment', { body: appointmentFor(take(), patients[7]), headers: { prefer: 'return=OperationOutcome' } });
            assert.equal(note.status, 201, note.text);
            assert.equal(note.resource.resourceType, 'OperationOutcome');
        });

        test('asking again for the same slot and patient names the appointment that exists', async () => {
            const body = appointmentFor(take(), patients[8]);
            const booked = await book(body);
            const again = await fhir('POST', 'Appointment', { body });
            assert.equal(again.status, 409);
            assert.match(again.resource.issue[0].details.text, new RegExp(booked.id));
        });
    });
}

describe('two adjacent slots', () => {
    for (const [system, status] of [['gpconnect', 201], ['emis', 422]]) {
        test(`${status === 201 ? 'become one appointment' : 'are refused with a sentence'} at a practice that runs ${system}`, async () => {
            const practice = sandbox.practices.filter((one) => one.system === system)[1];
            const [first, second] = adjacent((await freeSlots(practice)).filter((slot) => channelOf(slot) === 'In-person'));
            const body = appointmentFor(first, patientsOf(practice)[9], { end: second.end });
            body.slot.push({ reference: `Slot/${second.id}` });
            const answer = await fhir('POST', 'Appointment', { body });
            assert.equal(answer.status, status, answer.text);
            const states = async () => [await bookRow(practice, first.id), await bookRow(practice, second.id)].map((row) => row.status);
            if (status === 422) {
                assert.match(answer.resource.issue[0].details.text, /one slot at a time/);
                assert.deepEqual(await states(), ['free', 'free']);
                return;
            }
            assert.deepEqual(await states(), ['booked', 'booked']);
            assert.equal(answer.resource.minutesDuration, (Date.parse(second.end) - Date.parse(first.start)) / 60000);
            assert.equal((await patch(answer.resource.id, answer.headers.get('etag'), cancel)).status, 200);
            assert.deepEqual(await states(), ['free', 'free']);
        });
    }
});

test('a patient whom a GP Connect practice does not know is registered there and booked', async () => {
    const practice = sandbox.practices.filter((one) => one.system === 'gpconnect')[1];
    const slot = (await freeSlots(practice)).filter((one) => channelOf(one) === 'In-person').at(-1);
    const stranger = '9998887771';
    const person = {
        resourceType: 'Patient',
        id: 'p',
        identifier: [{ system: NHS_NUMBER, value: stranger }],
        name: [{ use: 'official', family: 'Wayfarer', given: ['Tamsin'] }],
        gender: 'female',
        birthDate: '1991-07-04',
    };
    const body = (more) => appointmentFor(slot, {}, { contained: [{ ...person, ...more }], participant: [{ actor: { reference: '#p' }, status: 'accepted' }] });
    const nameless = await fhir('POST', 'Appointment', { body: body({ name: undefined }) });
    assert.equal(nameless.status, 422, nameless.text);
    assert.match(nameless.resource.issue[0].details.text, /family name, given name and birth date/);
    assert.equal((await bookRow(practice, slot.id)).status, 'free');
    await book(body());
    const row = await bookRow(practice, slot.id);
    assert.deepEqual([row.status, row.who, row.times_booked], ['booked', stranger, 1]);
});

test('an EMIS patient who is elsewhere at that time is told so; the slot stays free', async () => {
    const practice = sandbox.practices.find((one) => one.system === 'emis');
    const inPerson = (await freeSlots(practice)).filter((one) => channelOf(one) === 'In-person');
    const first = inPerson.find((one) => inPerson.some((other) => other.start === one.start && other.id !== one.id));
    const second = inPerson.find((one) => one.start === first.start && one.id !== first.id);
    const person = patientsOf(practice)[13];
    await book(appointmentFor(first, person));
    const refused = await fhir('POST', 'Appointment', { body: appointmentFor(second, person) });
    assert.equal(refused.status, 409, refused.text);
    assert.equal(refused.resource.issue[0].details.coding[0].code, 'patient-has-appointment');
    assert.match(refused.resource.issue[0].details.text, /already has an appointment at that time.*another time/);
    assert.equal((await bookRow(practice, second.id)).status, 'free');
    await book(appointmentFor(second, patientsOf(practice)[12]));
});

describe('changing the texts', () => {
    test('a GP Connect practice takes a new description and comment, by PATCH and by PUT', async () => {
        const practice = sandbox.practices.find((one) => one.system === 'gpconnect');
        const slot = (await freeSlots(practice)).find((one) => channelOf(one) === 'In-person');
        const booked = await book(appointmentFor(slot, patientsOf(practice)[10]));
        const amended = await patch(booked.id, booked.etag, [
            { op: 'replace', path: '/description', value: 'Ear pain, three days' },
            { op: 'add', path: '/comment', value: 'Uses a wheelchair' },
        ]);
        assert.equal(amended.status, 200, amended.text);
        assert.equal(amended.resource.meta.versionId, '2');
        assert.equal((await bookRow(practice, slot.id)).description, 'Ear pain, three days');
        const put = await fhir('PUT', `Appointment/${booked.id}`, {
            body: { ...amended.resource, comment: 'Needs a ramp' },
            headers: { 'if-match': amended.headers.get('etag') },
        });
        assert.equal(put.status, 200, put.text);
        assert.equal(put.resource.comment, 'Needs a ramp');
    });

    test('an EMIS practice cannot, and the answer says so', async () => {
        const practice = sandbox.practices.find((one) => one.system === 'emis');
        const slot = (await freeSlots(practice)).find((one) => channelOf(one) === 'In-person');
        const booked = await book(appointmentFor(slot, patientsOf(practice)[10]));
        const refused = await patch(booked.id, booked.etag, [{ op: 'replace', path: '/description', value: 'Other' }]);
        assert.equal(refused.status, 422, refused.text);
        assert.match(refused.resource.issue[0].details.text, /cannot change/);
        assert.deepEqual(refused.resource.issue[0].expression, ['Appointment.description']);
        assert.equal((await bookRow(practice, slot.id)).description, 'Ear pain, two days');
    });
});

test('a booking names the patient by the reference that a search for the patient gave', async () => {
    const practice = sandbox.practices.filter((one) => one.system === 'gpconnect')[1];
    const person = patientsOf(practice)[11];
    const body = `identifier=${encodeURIComponent(`${NHS_NUMBER}|${person.nhs_number}`)}`;
    const known = slotsIn((await fhir('POST', 'Patient/_search', { body, headers: FORM })).resource);
    const { id } = known.find((patient) => patient.id.startsWith(`${practice.ods}.`));
    const slot = (await freeSlots(practice)).find((one) => channelOf(one) === 'In-person');
    const booked = await book(appointmentFor(slot, person, { participant: [{ actor: { reference: `Patient/${id}` }, status: 'accepted' }] }));
    assert.equal((await bookRow(practice, slot.id)).who, person.nhs_number);
    const elsewhere = sandbox.practices.find((one) => one.system === 'emis');
    const there = (await freeSlots(elsewhere)).find((one) => channelOf(one) === 'In-person');
    const foreign = await fhir('POST', 'Appointment', {
        body: appointmentFor(there, person, { participant: [{ actor: { reference: `Patient/${id}` }, status: 'accepted' }] }),
    });
    assert.equal(foreign.status, 400, foreign.text);
    assert.match(foreign.resource.issue[0].details.text, /NHS number in actor.identifier/);
    const byNumber = await book(appointmentFor((await freeSlots(practice)).find((one) => channelOf(one) === 'In-person'), person));
    assert.ok(slotsIn((await fhir('GET', `Appointment?patient=Patient/${id}`)).resource).some((one) => one.id === byNumber.id), 'found by reference, booked by number');
    for (const [method, search, form] of [
        ['GET', `Appointment?patient=Patient/${id}`],
        ['GET', `Appointment?patient:Patient=${id}`],
        ['POST', 'Appointment/_search', body.replace('identifier', 'patient.identifier')],
        ['POST', 'Appointment/_search', body.replace('identifier', 'patient:identifier')],
    ]) {
        const found = await fhir(method, search, form ? { body: form, headers: FORM } : {});
        assert.ok(slotsIn(found.resource).some((one) => one.id === booked.id), `${search} ${form}`);
        assert.ok(!JSON.stringify(found.resource.link).includes(person.nhs_number));
    }
});

test('appointments are sorted and include what they refer to', async () => {
    for (const [sort, key] of [['date', (one) => one.start], ['-date', (one) => one.start], ['_lastUpdated', (one) => one.meta.lastUpdated], ['-_lastUpdated', (one) => one.meta.lastUpdated]]) {
        const keys = slotsIn((await fhir('GET', `Appointment?_sort=${sort}&_count=500`)).resource).map((one) => new Date(key(one)).toISOString());
        assert.ok(keys.length > 2);
        const sorted = [...keys].sort();
        assert.deepEqual(keys, sort.startsWith('-') ? sorted.reverse() : sorted, sort);
    }
    const practice = sandbox.practices.find((one) => one.system === 'emis');
    const last = (await freeSlots(practice)).at(-1);
    const booked = await book(appointmentFor(last, patientsOf(practice)[0]));
    assert.ok(!(await freeSlots(practice)).some((slot) => slot.id === last.id), 'the book, read again, has forgotten the slot');
    assert.equal((await fhir('GET', `Slot/${last.id}`)).resource.status, 'busy');
    const { resource } = await fhir('GET', `Appointment?_id=${booked.id}&_include=Appointment:slot&_include:iterate=Slot:schedule&_include=Appointment:patient`);
    const included = new Set(resource.entry.filter((entry) => entry.search.mode === 'include').map((entry) => entry.resource.resourceType));
    assert.ok(included.has('Slot') && included.has('Schedule'), [...included].join());
});
