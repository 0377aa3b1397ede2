// SPDX-License-Identifier: Apache-2.0
// One appointment, made through one face and read through all three: what they show is the same.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { NHS_NUMBER, appointmentFor, day, detailsOf, fhir, patientsOf, sandbox, slotsIn } from './support.mjs';
import * as bars from './support_bars.mjs';
import * as gpconnect from './support_gpconnect.mjs';

const consumer = gpconnect.gpconnect.consumers[0];
const asHub = { token: gpconnect.gpconnect.r4_token, ods: consumer.ods, name: consumer.title };
const practices = ['emis', 'tpp', 'fhir_r4'].map((system) => sandbox.practices.find((practice) => practice.system === system && bars.serviceOf(practice)));
const made = [];

after(async () => {
    for (const id of made) {
        const { headers, resource } = await asR4('GET', `Appointment/${id}`);
        if (resource.status !== 'booked') continue;
        const body = { ...resource, status: 'cancelled', cancelationReason: { text: 'The test is over' } };
        assert.equal((await asR4('PUT', `Appointment/${id}`, { body, headers: { 'if-match': headers.get('etag') } })).status, 200);
    }
});

const asR4 = (method, path, options = {}) => fhir(method, path, { client: asHub, ...options });
const numberIn = (values) => values.flat().find(({ system }) => system === NHS_NUMBER)?.value;

async function seenByR4(id) {
    const { status, resource } = await asR4('GET', `Appointment/${id}`);
    assert.equal(status, 200, JSON.stringify(resource));
    const patient = resource.participant.map(({ actor }) => actor?.identifier).find((identifier) => identifier?.system === NHS_NUMBER);
    return { status: resource.status, start: Date.parse(resource.start), end: Date.parse(resource.end), description: resource.description, patient: patient.value };
}

async function seenByGpConnect(practice, id) {
    const { status, resource, text } = await gpconnect.call(practice, 'rest:read:appointment-1', `Appointment/${id}`);
    assert.equal(status, 200, text);
    const reference = resource.participant.map(({ actor }) => actor.reference).find((each) => each.startsWith('Patient/'));
    const patient = await gpconnect.call(practice, 'rest:read:patient-1', reference);
    return {
        status: resource.status, start: Date.parse(resource.start), end: Date.parse(resource.end), description: resource.description,
        patient: numberIn([patient.resource.identifier]),
    };
}

async function seenByBars(practice, id) {
    const { status, resource, text } = await bars.bars('GET', `Appointment/${id}`, bars.serviceOf(practice), { client: asHub });
    assert.equal(status, 200, text);
    const patient = (resource.contained ?? []).find(({ resourceType }) => resourceType === 'Patient')?.identifier;
    const actors = resource.participant.map(({ actor }) => actor?.identifier).filter(Boolean);
    return {
        status: resource.status, start: Date.parse(resource.start), end: Date.parse(resource.end), description: resource.description,
        patient: numberIn([patient ?? [], actors]),
    };
}

const makers = {
    async 'the R4 face'(practice, patient) {
        const owner = encodeURIComponent(`${gpconnect.ODS}|${practice.ods}`);
        const found = await asR4('GET', `Slot?status=free&start=ge${day(3)}&start=lt${day(6)}&schedule.actor:HealthcareService.organization.identifier=${owner}&_count=500`);
        const slot = slotsIn(found.resource).at(-1);
        const { status, resource } = await asR4('POST', 'Appointment', {
            body: { ...appointmentFor(slot, patient, { contained: [detailsOf(patient)] }), description: 'Ear pain, two days' },
        });
        assert.equal(status, 201, JSON.stringify(resource));
        return resource.id;
    },
    async 'the GP Connect face'(practice, patient) {
        const bundle = await gpconnect.slotSearch(practice, { from: 3, to: 6, more: '&_include:recurse=Schedule:actor:Location' });
        const known = await gpconnect.findPatient(practice, patient.nhs_number);
        const reply = await gpconnect.book(practice, gpconnect.appointmentOf(bundle, [gpconnect.entries(bundle, 'Slot').at(-1)], known));
        assert.equal(reply.status, 201, reply.text);
        return reply.resource.id;
    },
    async 'the BaRS face'(practice, patient) {
        const service = bars.serviceOf(practice);
        const found = await bars.findSlots(service, day(3), day(6), asHub);
        const slot = bars.resourcesIn(found, 'Slot').at(-1);
        const reply = await bars.bars('POST', '$process-message', service, { body: bars.bookingOf(found, slot, service, patient, asHub), client: asHub });
        assert.equal(reply.status, 200, reply.text);
        return bars.resourcesIn(reply.resource, 'Appointment')[0].id;
    },
};

for (const practice of practices)
    for (const [face, book] of Object.entries(makers))
        test(`${practice.system}: what is booked through ${face} is the same seen from all three`, async () => {
            const patient = patientsOf(practice)[Object.keys(makers).indexOf(face)];
            const id = await book(practice, patient);
            made.push(id);
            const r4 = await seenByR4(id);
            assert.equal(r4.status, 'booked');
            assert.equal(r4.patient, patient.nhs_number);
            assert.deepEqual(await seenByGpConnect(practice, id), r4);
            assert.deepEqual(await seenByBars(practice, id), r4);
        });
