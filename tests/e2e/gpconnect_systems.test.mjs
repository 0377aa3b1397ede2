// SPDX-License-Identifier: Apache-2.0
// A GP Connect consumer at practices of every kind of system: an appointment from the search to its end.
import assert from 'node:assert/strict';
import test from 'node:test';
import { PROFILE, appointmentOf, book, call, cancelled, change, codeOf, day, entries, findPatient, gpconnect, slotSearch } from './support_gpconnect.mjs';
import { patientsOf, sandbox } from './support_sandbox.mjs';

const practices = ['gpconnect', 'tpp', 'vision', 'microtest', 'fhir_r4', 'emis'].map((system) =>
    sandbox.practices.find((practice) => practice.system === system));

for (const practice of practices) {
    test(`${practice.system}: search, book, read, retrieve, cancel`, async () => {
        const patient = await findPatient(practice, patientsOf(practice)[0].nhs_number);
        assert.ok(patient, 'the patient is found');
        const bundle = await slotSearch(practice, {
            from: 2, to: 9, more: '&_include:recurse=Schedule:actor:Practitioner&_include:recurse=Schedule:actor:Location',
        });
        assert.equal(entries(bundle, 'Organization').length, 1);
        // Some systems hold a patient to one appointment at a time, so the last slot is taken.
        const slot = entries(bundle, 'Slot').at(-1);
        const reply = await book(practice, appointmentOf(bundle, [slot], patient));
        assert.equal(reply.status, 201, reply.text);
        assert.equal(reply.resource.meta.profile[0], `${PROFILE}GPConnect-Appointment-1`);
        assert.equal(codeOf(await book(practice, appointmentOf(bundle, [slot], patient))), 'DUPLICATE_REJECTED');

        const read = await call(practice, 'rest:read:appointment-1', `Appointment/${reply.resource.id}`);
        assert.deepEqual(read.resource, reply.resource);
        const range = `start=ge${slot.start.slice(0, 10)}&start=le${day(14)}`;
        const list = await call(practice, 'rest:search:patient_appointments-1', `Patient/${patient.id}/Appointment?${range}`);
        assert.ok(entries(list.resource, 'Appointment').some((each) => each.id === reply.resource.id));

        const stale = await change(practice, 'rest:cancel:appointment-1', cancelled(reply.resource), { headers: { 'if-match': 'W/"77"' } });
        assert.equal(stale.status, 409);
        const ended = await change(practice, 'rest:cancel:appointment-1', cancelled(reply.resource), { headers: { 'if-match': read.headers.etag } });
        assert.equal(ended.status, 200, ended.text);
        assert.equal(ended.resource.status, 'cancelled');
        assert.ok(ended.resource.extension.some((each) => each.valueString === 'Patient recovered'));
        assert.ok(entries(await slotSearch(practice, { from: 2, to: 9 }), 'Slot').some((each) => each.id === slot.id), 'the slot is free again');
    });
}

test('the other faces see the same appointment', async () => {
    const practice = gpconnect.practices[0];
    const bundle = await slotSearch(practice, { from: 5, to: 5 });
    const patient = await findPatient(practice, gpconnect.patients[1].nhs_number);
    const { resource } = await book(practice, appointmentOf(bundle, [entries(bundle, 'Slot').at(-1)], patient));
    const response = await fetch(`${sandbox.fhir_base}/Appointment/${resource.id}`, { headers: { authorization: `Bearer ${gpconnect.r4_token}` } });
    const r4 = await response.json();
    assert.equal(response.status, 200, JSON.stringify(r4));
    for (const element of ['id', 'status', 'description', 'start', 'end', 'slot', 'minutesDuration']) assert.deepEqual(r4[element], resource[element], element);
    assert.equal(r4.meta.versionId, resource.meta.versionId);
    assert.deepEqual(r4.serviceCategory[0].text, resource.serviceCategory.text);
    assert.deepEqual(r4.participant[0].actor.identifier.value, gpconnect.patients[1].nhs_number);
});
