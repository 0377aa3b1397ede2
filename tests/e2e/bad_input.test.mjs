// SPDX-License-Identifier: Apache-2.0
// Every kind of bad input: a clear OperationOutcome, the element's path, and no effect on the practice's book.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { appointmentFor, channelOf, control, day, fhir, freeSlots, patientsOf, sandbox, slotSearch } from './support.mjs';

const practice = sandbox.practices[0];
let slot;
let patient;
let bookBefore;

before(async () => {
    slot = (await freeSlots(practice)).find((candidate) => channelOf(candidate) === 'In-person');
    patient = patientsOf(practice)[8];
    bookBefore = await control(practice, 'GET', '/book');
});

after(async () => {
    assert.deepEqual(await control(practice, 'GET', '/book'), bookBefore, 'a refused request changed the book');
});

const good = (more = {}) => appointmentFor(slot, patient, more);
const participant = (value) => [{ actor: { type: 'Patient', identifier: { system: 'https://fhir.nhs.uk/Id/nhs-number', value } }, status: 'accepted' }];
const book = (body, headers) => fhir('POST', 'Appointment', { body, headers });

const personOf = (ods) =>
    JSON.stringify({
        resourceType: 'Provenance',
        agent: [
            {
                who: { identifier: { system: 'https://fhir.nhs.uk/Id/sds-user-id', value: '555012345678' }, display: 'Ms A Receptionist' },
                onBehalfOf: { identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: ods } },
            },
        ],
    });

const cases = [
    ['malformed JSON', () => book('{"resourceType": "Appointment",'), 400],
    ['a duplicate key', () => book('{"resourceType":"Appointment","status":"booked","status":"cancelled"}'), 400],
    ['a wrong type', () => book(good({ minutesDuration: 'ten' })), 400, 'Appointment.minutesDuration'],
    ['an unknown element', () => book(good({ shoeSize: 9 })), 400, 'Appointment.shoeSize'],
    ['an unknown status code', () => book(good({ status: 'bokked' })), 400, 'Appointment.status'],
    ['an impossible date', () => book(good({ start: '2026-02-30T09:00:00Z' })), 400, 'Appointment.start'],
    ['start after end', () => book(good({ start: slot.end, end: slot.start })), 400],
    ['no participant', () => book(good({ participant: [] })), 400],
    ['no slot', () => book(good({ slot: undefined })), 400, 'Appointment.slot'],
    ['an unknown slot', () => book(good({ slot: [{ reference: `Slot/${practice.ods}.1` }] })), 422],
    ['an unknown practice', () => book(good({ slot: [{ reference: 'Slot/Z00000.1' }] })), 422],
    ['a bad check digit', () => book(good({ participant: participant('9990000019') })), 400, 'Appointment.participant[0]'],
    ['an unknown patient', () => book(good({ participant: participant('9434765919') })), 422],
    ['another resource type', () => book({ resourceType: 'Slot' }), 400],
    ['another media type', () => book('<Appointment/>', { 'content-type': 'text/csv' }), 415],
    ['a body that is too large', () => book(JSON.stringify(good({ comment: 'x'.repeat(1_200_000) }))), 413],
    ['nesting that is too deep', () => book('[['.repeat(50_000)), 400],
    ['an impossible search date', () => fhir('GET', `Slot?status=free&start=ge2026-13-01&start=lt${day(3)}`), 400, 'http.start'],
    ['a search window that ends before it starts', () => fhir('GET', slotSearch(5, 3)), 400],
    ['a search window without an end', () => fhir('GET', `Slot?status=free&start=ge${day(1)}`), 400],
    ['a search window that is too wide', () => fhir('GET', slotSearch(0, 60)), 400],
    ['an unknown resource type in the path', () => fhir('GET', 'Spaceship/1'), 404],
    ['an unknown id', () => fhir('GET', 'Appointment/0190a000-0000-7000-8000-000000000000'), 404],
    ['a verb that is not offered', () => fhir('DELETE', 'Appointment/0190a000-0000-7000-8000-000000000000'), 405],
    ['a slot status that does not exist', () => fhir('GET', slotSearch(2, 3).replace('status=free', 'status=fre')), 400, 'http.status'],
    ['a parameter that a booking does not take', () => fhir('POST', 'Appointment?colour=red', { body: good() }), 400, 'http.colour'],
    ['a modifier extension', () => book(good({ modifierExtension: [{ url: 'https://example.org/m', valueBoolean: true }] })), 400, 'Appointment.modifierExtension'],
    ['implicit rules', () => book(good({ implicitRules: 'https://example.org/rules' })), 400, 'Appointment.implicitRules'],
    ['an extension that says nothing', () => book(good({ extension: [{ url: 'https://example.org/e' }] })), 400, 'Appointment.extension'],
    ['a booking longer than its slot', () => book(good({ minutesDuration: 999 })), 400, 'Appointment.minutesDuration'],
    ['a hold, which is not offered', () => book(good({ status: 'pending' })), 400, 'Appointment.status'],
    ['a compressed body', () => book(good(), { 'content-encoding': 'gzip' }), 415, 'http.Content-Encoding'],
    ['a provenance that names nobody', () => book(good(), { 'x-provenance': '{"resourceType":"Provenance"}' }), 400, 'http.X-Provenance'],
    ['a provenance that is not JSON', () => book(good(), { 'x-provenance': 'Ms A' }), 400, 'http.X-Provenance'],
    ['a person of another organisation', () => book(good(), { 'x-provenance': personOf('ZZ902') }), 403, 'http.X-Provenance'],
    ['an empty idempotency key', () => book(good(), { 'idempotency-key': '' }), 400, 'http.Idempotency-Key'],
    ['an idempotency key that is too long', () => book(good(), { 'idempotency-key': 'k'.repeat(256) }), 400, 'http.Idempotency-Key'],
    ['a condition that is not an identifier', () => book(good(), { 'if-none-exist': 'status=booked' }), 400, 'http.If-None-Exist'],
    ['an address that is too long', () => fhir('GET', `Slot?identifier=${'a'.repeat(20_000)}`), 414],
    ['a path that leads nowhere', () => fhir('GET', 'nowhere'), 404],
    ['a token that is not one', () => fhir('GET', slotSearch(2, 3), { headers: { authorization: 'Bearer nonsense' } }), 401],
];

for (const [what, request, status, path] of cases) {
    test(`${what} is answered ${status} with an OperationOutcome`, async () => {
        const answer = await request();
        assert.equal(answer.status, status, answer.text);
        assert.equal(answer.resource.resourceType, 'OperationOutcome');
        const issue = answer.resource.issue[0];
        assert.ok(issue.details.text.length > 20, 'a sentence');
        if (path) assert.ok(issue.expression?.some((expression) => expression.startsWith(path)), JSON.stringify(issue));
    });
}

test('an update without If-Match is refused', async () => {
    const answer = await fhir('PUT', 'Appointment/0190a000-0000-7000-8000-000000000000', {
        body: good({ id: '0190a000-0000-7000-8000-000000000000' }),
    });
    assert.ok([400, 404].includes(answer.status), answer.text);
});
