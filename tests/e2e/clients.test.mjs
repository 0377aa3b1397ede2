// SPDX-License-Identifier: Apache-2.0
// Two FHIR clients that we did not write do a receptionist's whole errand: find, book, read, cancel.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { appointmentFor, assertValid, bookRow, channelOf, day, hub, patientsOf, practiceOf, sandbox, slotsIn } from './support.mjs';

const require = createRequire(import.meta.url);
const FhirKitClient = require('fhir-kit-client');
const { default: SmartClient } = require('fhirclient/lib/Client');

const kit = new FhirKitClient({ baseUrl: sandbox.fhir_base, bearerToken: hub.token });
const smart = new SmartClient({}, { serverUrl: sandbox.fhir_base, tokenResponse: { access_token: hub.token, token_type: 'bearer' } });

/** First face-to-face slot of a practice that runs the given system. */
function pickSlot(bundle, system) {
    return slotsIn(bundle).find((slot) => practiceOf(slot.id).system === system && channelOf(slot) === 'In-person');
}

test('fhir-kit-client reads a capability statement that offers slot search and booking', async () => {
    const statement = await kit.capabilityStatement();
    assertValid(statement);
    const types = statement.rest[0].resource.map((resource) => resource.type);
    assert.ok(types.includes('Slot') && types.includes('Appointment'));
});

for (const system of ['emis', 'gpconnect']) {
    test(`fhir-kit-client finds, books, reads and cancels at a practice that runs ${system}`, async () => {
        const bundle = await kit.search({
            resourceType: 'Slot',
            searchParams: { status: 'free', start: [`ge${day(3)}`, `lt${day(8)}`], _count: 500 },
        });
        assertValid(bundle);
        const slot = pickSlot(bundle, system);
        const practice = practiceOf(slot.id);
        const patient = patientsOf(practice)[1];

        const booked = await kit.create({ resourceType: 'Appointment', body: appointmentFor(slot, patient) });
        assertValid(booked);
        assert.equal(booked.status, 'booked');
        assert.equal((await bookRow(practice, slot.id)).who, patient.nhs_number);

        const read = await kit.read({ resourceType: 'Appointment', id: booked.id });
        assert.equal(read.start, booked.start);

        const cancelled = await kit.update({
            resourceType: 'Appointment',
            id: booked.id,
            body: { ...read, status: 'cancelled', cancelationReason: { text: 'Unable to attend' } },
            options: { headers: { 'If-Match': `W/"${read.meta.versionId}"` } },
        });
        assertValid(cancelled);
        assert.equal(cancelled.status, 'cancelled');
        assert.equal((await bookRow(practice, slot.id)).status, 'free');
    });

    test(`fhirclient finds, books, reads and cancels at a practice that runs ${system}`, async () => {
        const bundle = await smart.request(`Slot?status=free&start=ge${day(4)}&start=lt${day(9)}&_count=500`);
        assertValid(bundle);
        const slot = pickSlot(bundle, system);
        const practice = practiceOf(slot.id);
        const patient = patientsOf(practice)[2];

        const booked = await smart.create(appointmentFor(slot, patient));
        assertValid(booked);
        assert.equal((await bookRow(practice, slot.id)).who, patient.nhs_number);

        const read = await smart.request(`Appointment/${booked.id}`);
        assert.equal(read.status, 'booked');

        const patched = await smart.request({
            url: `Appointment/${booked.id}`,
            method: 'PATCH',
            headers: { 'content-type': 'application/json-patch+json', 'if-match': `W/"${read.meta.versionId}"` },
            body: JSON.stringify([
                { op: 'test', path: '/status', value: 'booked' },
                { op: 'replace', path: '/status', value: 'cancelled' },
                { op: 'add', path: '/cancelationReason', value: { text: 'No longer required' } },
            ]),
        });
        assertValid(patched);
        assert.equal(patched.status, 'cancelled');
        assert.equal((await bookRow(practice, slot.id)).status, 'free');
    });
}
