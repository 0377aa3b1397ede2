// SPDX-License-Identifier: Apache-2.0
// $find, $hold and $book (IHE Scheduling, with Argonaut's names) at every kind of system, asked by FHIR clients we did not write.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { appointmentFor, assertValid, bookRow, day, detailsOf, fhir, freshSlots, hub, NHS_NUMBER, patientsOf, sandbox } from './support.mjs';

const require = createRequire(import.meta.url);
const FhirKitClient = require('fhir-kit-client');
const { default: SmartClient } = require('fhirclient/lib/Client');

const kit = new FhirKitClient({ baseUrl: sandbox.fhir_base, bearerToken: hub.token });
const smart = new SmartClient({}, { serverUrl: sandbox.fhir_base, tokenResponse: { access_token: hub.token, token_type: 'bearer' } });
const other = sandbox.clients[2];
const systems = [...new Set(sandbox.practices.map(({ system }) => system))];
const practiceWith = (system) => sandbox.practices.find((practice) => practice.system === system);
const ODS = 'https://fhir.nhs.uk/Id/ods-organization-code';

const parameters = (...parameter) => ({ resourceType: 'Parameters', parameter });
const appointmentReference = (id) => ({ name: 'appointment-reference', valueReference: { reference: `Appointment/${id}` } });
const patientReference = (patient) => ({ name: 'patient-reference', valueReference: { identifier: { system: NHS_NUMBER, value: patient.nhs_number } } });
const post = (operation, body, options = {}) => fhir('POST', `Appointment/${operation}`, { body, ...options });
const appointmentIn = (bundle) => bundle.entry.find(({ search }) => search.mode === 'match').resource;
const until = (resource, name) => resource.extension?.find(({ url }) => url.endsWith(`/${name}`))?.valueInstant;

const find = (practice, more = []) =>
    post('$find', parameters(
        { name: 'start', valueDateTime: day(2) },
        { name: 'end', valueDateTime: day(9) },
        { name: 'organization', valueReference: { identifier: { system: ODS, value: practice.ods } } },
        ...more,
    ), { headers: { 'cache-control': 'no-cache' } });

/** A proposal that nobody has booked before, face to face where the system says. */
async function proposal(practice, more = []) {
    const fresh = new Set((await freshSlots(practice)).map(({ id }) => `Slot/${id}`));
    const found = await find(practice, [{ name: '_count', valueInteger: 500 }, ...more]);
    assert.equal(found.status, 200, found.text);
    const proposals = found.resource.entry.filter(({ search }) => search.mode === 'match').map(({ resource }) => resource);
    const channel = (one) => one.extension?.find(({ url }) => url.endsWith('DeliveryChannel'))?.valueCodeableConcept?.coding?.[0]?.code;
    return proposals.find((one) => fresh.has(one.slot[0].reference) && ['In-person', undefined].includes(channel(one)));
}
const slotOf = (appointment) => appointment.slot[0].reference.replace('Slot/', '');
/** BaRS receivers know nobody: the patient's details go along. */
const patientFor = (practice, patient) =>
    practice.system === 'bars' ? { name: 'patient-resource', resource: detailsOf(patient) } : patientReference(patient);

for (const system of systems)
    test(`${system}: found, held without a patient, booked for one, cancelled`, async () => {
        const practice = practiceWith(system);
        const patient = patientsOf(practice)[3];
        const proposed = await proposal(practice);
        assert.equal(proposed.status, 'proposed');
        assert.equal((await bookRow(practice, slotOf(proposed))).status, 'free');

        const held = await post('$hold', parameters(appointmentReference(proposed.id)));
        assert.equal(held.status, 200, held.text);
        const hold = appointmentIn(held.resource);
        assert.equal(hold.status, 'pending');
        assert.ok(hold.participant.every(({ status }) => status === 'tentative'));
        assert.equal((await bookRow(practice, slotOf(proposed))).status, 'free', 'the practice hears nothing of a hold');
        const slot = await fhir('GET', `Slot/${slotOf(proposed)}`, { client: other });
        assert.equal(slot.resource.status, 'busy-tentative');
        assert.equal(until(slot.resource, 'hold-until'), until(hold, 'hold-until'), 'others are told until when');

        const reason = { name: 'reason', valueString: 'Ear pain' };
        const booked = await post('$book', parameters(appointmentReference(hold.id), patientFor(practice, patient), reason));
        assert.equal(booked.status, 200, booked.text);
        const booking = appointmentIn(booked.resource);
        assert.equal(booking.status, 'booked');
        assert.equal(booking.id, hold.id);
        const row = await bookRow(practice, slotOf(proposed));
        assert.deepEqual([row.status, row.who, row.times_booked], ['booked', patient.nhs_number, 1]);

        const cancelled = await post('$book', parameters({ name: 'appointment-resource', resource: { ...booking, status: 'cancelled' } }));
        assert.equal(cancelled.status, 200, cancelled.text);
        assert.equal(appointmentIn(cancelled.resource).status, 'cancelled');
        assert.equal((await bookRow(practice, slotOf(proposed))).status, 'free');
    });

test('fhir-kit-client finds, holds and books in the words of IHE', async () => {
    const practice = practiceWith('gpconnect');
    const patient = patientsOf(practice)[4];
    const proposed = await proposal(practice, [patientReference(patient)]);
    assert.equal(proposed.participant[0].actor.identifier.value, patient.nhs_number);
    const held = await kit.operation({ name: '$hold', resourceType: 'Appointment', method: 'post', input: parameters(appointmentReference(proposed.id), patientReference(patient)) });
    assertValid(held);
    const booked = await kit.operation({ name: '$book', resourceType: 'Appointment', method: 'post', input: parameters(appointmentReference(appointmentIn(held).id)) });
    assertValid(booked);
    assert.equal(appointmentIn(booked).status, 'booked');
    assert.equal((await bookRow(practice, slotOf(proposed))).who, patient.nhs_number);
});

test('fhirclient finds, holds and books in the words of Argonaut', async () => {
    const practice = practiceWith('gpconnect');
    const patient = patientsOf(practice)[5];
    const found = await smart.request(`Appointment/$find?start=${day(3)}&end=${day(8)}&organization=${practice.ods}&_count=5`);
    assertValid(found);
    assert.equal(found.entry.filter(({ search }) => search.mode === 'match').length, 5);
    assert.ok(found.link.some(({ relation }) => relation === 'next'));
    const proposed = await proposal(practice);
    const send = (operation, body) => smart.request({ url: `Appointment/${operation}`, method: 'POST', headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify(body) });
    const held = await send('$hold', parameters({ name: 'appt-id', valueUri: proposed.id }));
    const booked = await send('$book', parameters(
        { name: 'appt-id', valueUri: appointmentIn(held).id }, { name: 'patient-id', valueString: patient.nhs_number }, { name: 'comment', valueString: 'Needs the ramp' },
    ));
    assertValid(booked);
    assert.equal(appointmentIn(booked).comment, 'Needs the ramp');
    assert.equal((await bookRow(practice, slotOf(proposed))).who, patient.nhs_number);
});

test('a proposal is booked at once, or as the resource it is', async () => {
    const practice = practiceWith('gpconnect');
    const [first, second] = [patientsOf(practice)[6], patientsOf(practice)[7]];
    const proposed = await proposal(practice);
    const booked = await post('$book', parameters(appointmentReference(proposed.id), patientReference(first)));
    assert.equal(booked.status, 200, booked.text);
    const again = await proposal(practice, [patientReference(second)]);
    const asResource = await post('$book', parameters({ name: 'appointment-resource', resource: { ...again, status: 'pending' } }));
    assert.equal(asResource.status, 200, asResource.text);
    assert.equal((await bookRow(practice, slotOf(again))).who, second.nhs_number);
    assert.equal(until(appointmentIn(asResource.resource), 'proposal-until'), undefined);
});

test('one key, one effect: a repeated $hold and $book answer as at first', async () => {
    const practice = practiceWith('gpconnect');
    const proposed = await proposal(practice);
    for (const [operation, body] of [
        ['$hold', () => parameters(appointmentReference(proposed.id))],
        ['$book', (id) => parameters(appointmentReference(id), patientReference(patientsOf(practice)[8]))],
    ]) {
        const id = operation === '$book' ? (await fhir('GET', 'Appointment?status=pending&_count=500')).resource.entry
            .find(({ resource }) => resource.slot[0].reference === proposed.slot[0].reference).resource.id : undefined;
        const key = { 'idempotency-key': randomUUID() };
        const [one, two] = await Promise.all([0, 1].map(() => post(operation, body(id), { headers: key })));
        const three = await post(operation, body(id), { headers: key });
        for (const answer of [one, two, three]) assert.equal(answer.status, 200, answer.text);
        assert.equal(new Set([one, two, three].map(({ resource }) => JSON.stringify(appointmentIn(resource)))).size, 1);
        assert.equal(three.headers.get('idempotency-replayed'), 'true');
        const differs = await post(operation, parameters(...body(id).parameter, { name: 'comment', valueString: 'x' }), { headers: key });
        assert.equal(differs.status, 422, differs.text);
    }
    assert.equal((await bookRow(practice, slotOf(proposed))).times_booked, 1);
});

test('the organisation\'s holds are listed with their ends; others see none of them', async () => {
    const practice = practiceWith('gpconnect');
    const proposed = await proposal(practice);
    const hold = appointmentIn((await post('$hold', parameters(appointmentReference(proposed.id)))).resource);
    const mine = await fhir('GET', 'Appointment?status=pending&_count=500');
    const listed = mine.resource.entry.map(({ resource }) => resource).find(({ id }) => id === hold.id);
    assert.ok(Date.parse(until(listed, 'hold-until')) > Date.now());
    const theirs = await fhir('GET', 'Appointment?status=pending&_count=500', { client: other });
    assert.ok(!(theirs.resource.entry ?? []).some(({ resource }) => resource.id === hold.id));
    assert.equal((await find(practice)).text.includes(`"${proposed.slot[0].reference}"`), false, 'nor is it proposed again');

    const taken = await post('$hold', parameters(appointmentReference((await proposal(practice)).id)), { client: other });
    assert.equal(taken.status, 404, 'a proposal is for the organisation that asked');
    const released = await post('$book', parameters({ name: 'appointment-resource', resource: { ...listed, status: 'cancelled' } }));
    assert.equal(released.status, 200, released.text);
    const over = await post('$hold', parameters(appointmentReference(hold.id)));
    assert.equal(appointmentIn(over.resource).status, 'cancelled');
    assert.equal(over.resource.entry.at(-1).resource.issue[0].details.coding[0].code, 'hold-expired');
});

test('what is wrong is named, with what to do', async () => {
    const practice = practiceWith('gpconnect');
    const proposed = await proposal(practice);
    const cases = [
        [await fhir('GET', `Appointment/$find?start=${day(2)}`), 400, 'http.end', /missing/],
        [await fhir('GET', `Appointment/$find?start=${day(2)}&end=${day(3)}&speciality=1`), 400, 'http.speciality', /Did you mean 'specialty'/],
        [await fhir('GET', `Appointment/$find?start=${day(2)}&end=${day(3)}&organization=ZZ999`), 404, 'http.organization', /ZZ999/],
        [await post('$find', parameters({ name: 'start', valueDateTime: day(2) }, { name: 'end', valueDateTime: day(40) })), 400, 'Parameters.parameter[0].value', /28 days/],
        [await post('$hold', parameters({ name: 'appointment', valueString: 'x' })), 400, 'Parameters.parameter[0].name', /appointment-reference/],
        [await post('$hold', parameters(appointmentReference('A1.2'))), 404, 'Parameters.parameter[0].value', /\$find or \$hold/],
        [await post('$book', parameters(appointmentReference(proposed.id))), 400, 'Parameters.parameter', /patient-reference/],
        [await post('$book', appointmentFor({ id: slotOf(proposed) }, patientsOf(practice)[1])), 400, undefined, /Parameters/],
        [await fhir('GET', `Appointment/${proposed.id}`), 404, undefined, /proposal of \$find.*\$hold or \$book/s],
        [await fhir('POST', 'Appointment', { body: { ...proposed } }), 409, 'Appointment.status', /\$find/],
    ];
    for (const [answer, status, path, words] of cases) {
        assert.equal(answer.status, status, answer.text);
        const [issue] = answer.resource.issue;
        if (path) assert.equal(issue.expression[0], path);
        assert.match(issue.details.text, words);
    }
    const refused = await fhir('GET', `Appointment/$hold?appt-id=${proposed.id}`);
    assert.equal(refused.status, 405, refused.text);
});

test('the definitions of the operations can be read and are valid', async () => {
    const { resource } = await fhir('GET', 'metadata');
    const operations = resource.rest[0].resource.find(({ type }) => type === 'Appointment').operation;
    for (const name of ['find', 'hold', 'book']) {
        assert.equal(operations.find((one) => one.name === name).definition, `https://profiles.ihe.net/ITI/Scheduling/OperationDefinition/appointment-${name}`);
        const definition = await fhir('GET', `OperationDefinition/appointment-${name}`, { client: null });
        assert.equal(definition.status, 200, definition.text);
        assert.equal(definition.resource.base, operations.find((one) => one.name === name).definition);
    }
});
