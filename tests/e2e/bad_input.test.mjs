// SPDX-License-Identifier: Apache-2.0
// Every kind of bad input: a clear OperationOutcome, the element's path, and no effect on the practice's book.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { appointmentFor, assertValid, channelOf, control, day, fhir, FHIR_JSON, freeSlots, NHS_NUMBER, patientsOf, sandbox, slotSearch } from './support.mjs';
import { Gateway } from './support_gateway.mjs';
import { reissued } from './support_oauth.mjs';

const practice = sandbox.practices.find(({ system }) => system === 'emis');
const gpconnect = sandbox.practices.find(({ system }) => system === 'gpconnect');
const books = new Map();
let slot;
let otherSlot;
let patient;

before(async () => {
    const inPerson = async (where) => (await freeSlots(where)).find((candidate) => channelOf(candidate) === 'In-person');
    slot = await inPerson(practice);
    otherSlot = await inPerson(gpconnect);
    patient = patientsOf(practice)[8];
    for (const where of [practice, gpconnect]) books.set(where, await control(where, 'GET', '/book'));
});

after(async () => {
    for (const [where, before] of books) assert.deepEqual(await control(where, 'GET', '/book'), before, 'a refused request changed the book');
});

const good = (more = {}) => appointmentFor(slot, patient, more);
const participant = (value) => [{ actor: { type: 'Patient', identifier: { system: NHS_NUMBER, value } }, status: 'accepted' }];
/** The booking with a contained patient whose details are changed. */
const described = (where, more) => {
    const person = patientsOf(where)[8];
    return appointmentFor(where === practice ? slot : otherSlot, person, {
        contained: [{
            resourceType: 'Patient',
            id: 'p',
            identifier: [{ system: NHS_NUMBER, value: person.nhs_number }],
            name: [{ family: person.family, given: [person.given] }],
            birthDate: person.birth_date,
            ...more,
        }],
        participant: [{ actor: { reference: '#p' }, status: 'accepted' }],
    });
};
const withToken = (token) => fhir('POST', 'Appointment', { body: good(), client: { token } });
const seconds = (offset) => Math.floor(Date.now() / 1000) + offset;
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
    ['an unknown patient at a GP Connect practice', () => book(appointmentFor(otherSlot, { nhs_number: '9434765919' })), 404],
    ['another birth date than EMIS holds', () => book(described(practice, { birthDate: '1901-01-01' })), 422],
    ['another family name than EMIS holds', () => book(described(practice, { name: [{ family: 'Otherby' }] })), 422],
    ['another birth date than a GP Connect practice holds', () => book(described(gpconnect, { birthDate: '1901-01-01' })), 422],
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
    ['a proposal, which is made by $find only', () => book(good({ status: 'proposed' })), 409, 'Appointment.status'],
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
    ['a token that has expired', () => withToken(reissued({ iat: seconds(-900), exp: seconds(-600) })), 401],
    ['a token for another audience', () => withToken(reissued({ aud: 'https://elsewhere.example/fhir/R4' })), 401],
    ['a token of another issuer', () => withToken(reissued({ iss: 'https://elsewhere.example' })), 401],
];

for (const [what, request, status, path] of cases) {
    test(`${what} is answered ${status} with an OperationOutcome`, async () => {
        const answer = await request();
        assert.equal(answer.status, status, answer.text);
        assert.equal(answer.resource.resourceType, 'OperationOutcome');
        const issue = answer.resource.issue[0];
        assert.ok(issue.details.text.length > 20, 'a sentence');
        assert.equal(issue.details.coding[0].system, `${new URL(sandbox.fhir_base).origin}/fhir/CodeSystem/outcome`);
        if (path) assert.ok(issue.expression?.some((expression) => expression.startsWith(path)), JSON.stringify(issue));
    });
}

test('an update without If-Match is refused', async () => {
    const answer = await fhir('PUT', 'Appointment/0190a000-0000-7000-8000-000000000000', {
        body: good({ id: '0190a000-0000-7000-8000-000000000000' }),
    });
    assert.ok([400, 404].includes(answer.status), answer.text);
});

test('a token that is well in every claim is accepted, so that the refusals above are about their claims', async () => {
    const answer = await fhir('GET', slotSearch(2, 3), { client: { token: reissued({}) } });
    assert.equal(answer.status, 200, answer.text);
});

test('an expired token is told from one that was never good', async () => {
    const issue = async (token) => (await withToken(token)).resource.issue[0];
    assert.equal((await issue(reissued({ iat: seconds(-900), exp: seconds(-600) }))).code, 'expired');
    assert.equal((await issue(reissued({ aud: 'https://elsewhere.example/fhir/R4' }))).code, 'unknown');
});

test('a slot that is past by the clock of the practice is refused as past', async () => {
    await fhir('GET', `Slot/${slot.id}`); // the gateway still has it in its book
    await control(practice, 'PUT', '/fault', { kind: 'clock_skew', skew_s: 20 * 86400 });
    try {
        const answer = await book(good());
        assert.equal(answer.status, 422, answer.text);
        const [issue] = answer.resource.issue;
        assert.equal(issue.details.coding[0].code, 'slot-in-past');
        assert.match(issue.details.text, /already started.*choose a later slot/i);
        assert.deepEqual(issue.expression, ['Appointment.slot[0]']);
    } finally {
        await control(practice, 'DELETE', '/fault');
    }
});

/** Bytes on one TLS connection, then silence, until the other side has closed. */
async function stall(port, bytes) {
    const socket = connect({ host: '127.0.0.1', port, servername: 'localhost' });
    await once(socket, 'secureConnect');
    let answer = '';
    socket.on('data', (data) => (answer += data));
    socket.write(bytes);
    await once(socket, 'end');
    socket.destroy();
    return answer;
}

test('requests that are too slow are answered 408 with an OperationOutcome and the connection is closed', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'apptgw-slow-'));
    const gateway = new Gateway(dir, { APPTGW_SERVER_HEADER_LIMIT: '300ms', APPTGW_SERVER_BODY_LIMIT: '300ms' });
    try {
        await gateway.prepare();
        await gateway.start();
        const token = gateway.token(sandbox.clients[0]);
        const body = JSON.stringify(good());
        const head = `POST /fhir/R4/Appointment HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nContent-Type: ${FHIR_JSON}\r\n`;
        for (const [what, bytes] of [
            ['a header that stops', head],
            ['a body that stops', `${head}Content-Length: ${body.length}\r\n\r\n${body.slice(0, -1)}`],
        ]) {
            const answer = await stall(gateway.port, bytes);
            assert.match(answer, /^HTTP\/1\.1 408 /, what);
            assert.match(answer, /\r\nConnection: close\r\n/, what);
            const outcome = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));
            assertValid(outcome);
            assert.equal(outcome.issue[0].code, 'timeout', what);
            assert.match(outcome.issue[0].details.text, /did not arrive in time/, what);
        }
        assert.equal(await gateway.end('SIGTERM'), 0, gateway.complaints);
    } finally {
        await gateway.end('SIGKILL');
        rmSync(dir, { recursive: true, force: true });
    }
});
