// SPDX-License-Identifier: Apache-2.0
// References that point elsewhere: the gateway never fetches one. A server listens where they point, and hears nothing.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { FHIR_JSON, NHS_NUMBER, appointmentFor, channelOf, detailsOf, fhir, freeSlots, patientsOf, sandbox, slotSearch } from './support.mjs';

const practice = sandbox.practices.find(({ system }) => system === 'gpconnect');
const patient = patientsOf(practice)[5];
const heard = [];
const server = createServer((request, response) => {
    heard.push(request.url);
    response.end('{}');
});
server.on('connection', (socket) => heard.push(`connection from ${socket.remotePort}`));
let slot;
let elsewhere;

before(async () => {
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    elsewhere = `http://127.0.0.1:${server.address().port}`;
    slot = (await freeSlots(practice)).find((each) => channelOf(each) === 'In-person');
});

after(() => {
    server.close();
    assert.deepEqual(heard, [], 'something followed a reference');
});

const tricks = () => [
    `${elsewhere}/Slot/1`,
    `${elsewhere}/Slot/${practice.ods}.1`,
    `${elsewhere.replace('http:', 'https:')}/fhir/R4/Slot/1`,
    `//127.0.0.1:${server.address().port}/Slot/1`,
    `file:///etc/passwd`,
    `gopher://127.0.0.1:${server.address().port}/_`,
    `urn:uuid:0190a000-0000-7000-8000-000000000000`,
    `urn:oid:2.16.840.1.113883.2.1.4.1`,
    '#missing',
    `Slot/../../${slot.id}`,
    `Slot/../Patient/${slot.id}`,
    `Slot/${slot.id}/../../metadata`,
    `Slot/%2e%2e/${slot.id}`,
    `Slot/${practice.ods}.1/Slot/../1`,
    `http://localhost/../../Slot/${practice.ods}.1`,
    `Slot/${slot.id}?redirect=${encodeURIComponent('http://127.0.0.1/')}`,
    `Slot/${slot.id}\u0000`,
    `Slot/${'9'.repeat(5000)}`,
];
const shown = (text) => JSON.stringify(text.slice(0, 60)).replace(/127\.0\.0\.1:\d+/, 'elsewhere');
const refused = (answer, what) => assert.ok([400, 404, 409, 422].includes(answer.status), `${what}: ${answer.status} ${answer.text}`);

test('a slot reference that is none of ours is refused, and nobody is asked about it', async () => {
    for (const reference of tricks()) {
        const answer = await fhir('POST', 'Appointment', { body: appointmentFor(slot, patient, { slot: [{ reference }] }) });
        refused(answer, shown(reference));
    }
});

test('so is a reference to a patient', async () => {
    for (const reference of tricks().map((each) => each.replaceAll('Slot/', 'Patient/'))) {
        const answer = await fhir('POST', 'Appointment', {
            body: appointmentFor(slot, patient, { participant: [{ actor: { reference }, status: 'accepted' }] }),
        });
        refused(answer, shown(reference));
    }
});

test('links in a contained patient are kept to ourselves', async () => {
    const person = detailsOf(patient, {
        photo: [{ contentType: 'image/png', url: `${elsewhere}/photo.png` }],
        managingOrganization: { reference: `${elsewhere}/Organization/1` },
        generalPractitioner: [{ reference: `${elsewhere}/Practitioner/1` }],
    });
    const answer = await fhir('POST', 'Appointment/$hold', {
        body: { resourceType: 'Parameters', parameter: [{ name: 'patient-resource', resource: person }, { name: 'appt-id', valueString: elsewhere }] },
    });
    refused(answer, 'a hold of an address');
});

test('where to move an appointment is an id of ours too', async () => {
    for (const reference of tricks().slice(0, 9)) {
        const body = { resourceType: 'Parameters', parameter: [{ name: 'slot', valueReference: { reference } }] };
        const answer = await fhir('POST', 'Appointment/0190a000-0000-7000-8000-000000000000/$reschedule', { body, headers: { 'if-match': 'W/"1"' } });
        refused(answer, shown(reference));
    }
});

test('references in searches and profiles in headers are compared, never followed', async () => {
    const address = encodeURIComponent(`${elsewhere}/Schedule/1`);
    for (const path of [
        `${slotSearch(2, 3)}&schedule=${address}`,
        `${slotSearch(2, 3)}&_profile=${address}`,
        `Appointment?patient=${address}`,
        `Appointment?patient:identifier=${address}%7C1`,
        `Patient?identifier=${encodeURIComponent(`${NHS_NUMBER}|${patient.nhs_number}`)}&organization=${address}`,
    ]) {
        const answer = await fhir('GET', path);
        assert.ok(answer.status < 500, `${path}: ${answer.status}`);
    }
    for (const header of ['x-provenance', 'link', 'referer', 'x-original-url', 'x-rewrite-url', 'destination', 'forwarded'])
        assert.ok((await fhir('GET', slotSearch(2, 3), { headers: { [header]: `${elsewhere}/` } })).status < 500, header);
});

test('a token whose header names a key elsewhere is refused without a look there', async () => {
    const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    for (const names of [{ jku: `${elsewhere}/jwks` }, { x5u: `${elsewhere}/cert` }, { kid: `${elsewhere}/key` }, { kid: '../../../../dev/null' }]) {
        const token = `${encoded({ alg: 'ES256', typ: 'JWT', ...names })}.${encoded({ iss: elsewhere, sub: 'x', aud: sandbox.fhir_base, exp: 4e9 })}.${'A'.repeat(86)}`;
        const response = await fetch(`${sandbox.fhir_base}/${slotSearch(2, 3)}`, { headers: { accept: FHIR_JSON, authorization: `Bearer ${token}` } });
        assert.equal(response.status, 401);
    }
});
