// SPDX-License-Identifier: Apache-2.0
// Work between a hub and practices: asked for, refused with a reason, asked of another, done; what practices do themselves becomes work for
// whoever booked; what is late is marked.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { NHS_NUMBER, appointmentFor, assertValid, channelOf, control, fhir, freshSlots, introducing, patientsOf, poll, sandbox } from './support.mjs';
import { ODS } from './support_bars.mjs';
import { Gateway } from './support_gateway.mjs';

const require = createRequire(import.meta.url);
const FhirKitClient = require('fhir-kit-client');

const dir = mkdtempSync(join(tmpdir(), 'apptgw-tasks-'));
const gateway = new Gateway(dir, { APPTGW_BOOKING_WATCH_EVERY: '1s', APPTGW_BOOKING_WATCH_CALLS: '100', APPTGW_WORKFLOW_ESCALATE_EVERY: '1s' });
const hub = { ...sandbox.clients[0] };
const [deskA, deskB] = sandbox.practice_clients.slice(0, 2).map((client) => ({ ...client }));
const practiceA = sandbox.practices.find(({ ods }) => ods === deskA.ods);
const at = (path) => `${gateway.origin}/fhir/R4/${path}`;
const kits = new Map();
const kit = (client) => kits.get(client.client_id);

before(async () => {
    await gateway.prepare();
    await gateway.start();
    for (const client of [hub, deskA, deskB]) {
        client.token = gateway.token(client);
        kits.set(client.client_id, new FhirKitClient({ baseUrl: at('').slice(0, -1), bearerToken: client.token }));
    }
});

after(async () => {
    await gateway.end('SIGTERM');
    rmSync(dir, { recursive: true, force: true });
});

const organisation = (ods) => ({ identifier: { system: ODS, value: ods } });
const patientIn = (patient) => ({ type: 'Patient', identifier: { system: NHS_NUMBER, value: patient.nhs_number } });
const parameter = (code, value) => ({ type: { coding: [{ system: `${gateway.origin}/fhir/CodeSystem/task-parameter`, code }] }, ...value });

const taskFor = (kind, owner, patient, inputs, more = {}) => ({
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: `${gateway.origin}/fhir/CodeSystem/task-type`, code: kind }] },
    for: patientIn(patient),
    owner: organisation(owner),
    performerType: [{ text: 'Reception' }],
    input: inputs.length ? inputs.map(([code, value]) => parameter(code, value)) : undefined, // an empty list is malformed
    ...more,
});

async function create(client, body) {
    const made = await kit(client).create({ resourceType: 'Task', body });
    assertValid(made);
    return made;
}

/** The inbox of a client's organisation. */
async function inbox(client, more = {}) {
    const bundle = await kit(client).search({
        resourceType: 'Task',
        searchParams: { 'owner:identifier': `${ODS}|${client.ods}`, _sort: '-priority,due', ...more },
    });
    assertValid(bundle);
    return (bundle.entry ?? []).map(({ resource }) => resource);
}

async function become(client, task, status, more = []) {
    const reply = await kit(client).patch({
        resourceType: 'Task',
        id: task.id,
        JSONPatch: [{ op: 'replace', path: '/status', value: status }, ...more],
        options: { headers: { 'If-Match': `W/"${task.meta.versionId}"` } },
    });
    assertValid(reply);
    return reply;
}

const because = (text) => [{ op: 'add', path: '/statusReason', value: { text } }];
const read = (client, id) => fhir('GET', at(`Task/${id}`), { client });

async function refused(promise) {
    const error = await promise.then(() => assert.fail('it was taken'), (failure) => failure);
    return [error.response.status, error.response.data.issue[0].expression?.[0]];
}

let turn = 0;
/** The hub books for somebody at practice A, each time for another. */
async function bookAtA(more = {}, client = hub) {
    const slots = (await freshSlots(practiceA)).filter((slot) => channelOf(slot) === 'In-person');
    const patient = patientsOf(practiceA)[turn++];
    const answer = await fhir('POST', at('Appointment'), { client, body: appointmentFor(slots[2 * turn], patient, { ...introducing(patient), ...more }) });
    assert.equal(answer.status, 201, answer.text);
    return { patient, appointment: answer.resource, slot: slots[2 * turn] };
}

test('a practice refuses with a reason, the hub asks another, which works and completes', async () => {
    const { patient, appointment } = await bookAtA();
    const asked = await create(hub, taskFor('follow-up', deskA.ods, patient, [['action', { valueString: 'Blood pressure in a week' }]], {
        focus: { reference: `Appointment/${appointment.id}` },
    }));
    assert.equal(asked.requester.identifier.value, hub.ods);
    assert.equal(asked.owner.display, practiceA.name);

    const [held] = await inbox(deskA, { focus: `Appointment/${appointment.id}`, status: 'requested' });
    assert.equal(held.id, asked.id);
    assert.ok(held.input.some(({ valueString }) => valueString === 'Blood pressure in a week'));
    assert.ok(held.input.some(({ type }) => type.coding?.[0].code === 'call-back'), 'who sent it can be called');
    assert.equal((await read(deskB, asked.id)).status, 404, 'nobody else sees it');
    assert.deepEqual(await refused(become(deskA, held, 'rejected')), [400, 'Task.statusReason']);
    await become(deskA, held, 'rejected', because('Not registered with us any more'));

    const seen = (await read(hub, asked.id)).resource;
    assert.deepEqual([seen.status, seen.statusReason.text], ['rejected', 'Not registered with us any more']);
    const child = await create(hub, taskFor('follow-up', deskB.ods, patient, [['action', { valueString: 'Blood pressure in a week' }]], {
        partOf: [{ reference: `Task/${asked.id}` }],
    }));
    assert.deepEqual(child.groupIdentifier, asked.groupIdentifier, 'one journey');

    let work = (await inbox(deskB)).find(({ id }) => id === child.id);
    for (const status of ['accepted', 'in-progress']) work = await become(deskB, work, status);
    work = await become(deskB, work, 'completed', [{ op: 'add', path: '/output', value: [parameter('reply', { valueString: '128/80' })] }]);
    const done = (await read(hub, child.id)).resource;
    assert.deepEqual([done.status, done.output[0].valueString], ['completed', '128/80']);
    assert.ok(done.executionPeriod.end);

    const journey = await kit(hub).search({ resourceType: 'Task', searchParams: { 'group-identifier': `${asked.groupIdentifier.system}|${asked.groupIdentifier.value}` } });
    assert.deepEqual(journey.entry.map(({ resource }) => resource.status).sort(), ['completed', 'rejected']);
});

test('a request sent twice is one task, and another under the same key is refused', async () => {
    const body = taskFor('practice-message', deskA.ods, patientsOf(practiceA)[9], [['message', { valueString: 'Please call back' }]]);
    const headers = { 'idempotency-key': randomUUID() };
    const [first, again] = [await fhir('POST', at('Task'), { client: hub, body, headers }), await fhir('POST', at('Task'), { client: hub, body, headers })];
    assert.deepEqual([first.status, again.status], [201, 201]);
    assert.equal(first.resource.id, again.resource.id);
    assert.equal(again.headers.get('idempotency-replayed'), 'true');
    body.input[0].valueString = 'Something else';
    assert.equal((await fhir('POST', at('Task'), { client: hub, body, headers })).status, 422);
});

test('what a kind does not have is refused with its place', async () => {
    const patient = patientsOf(practiceA)[10];
    const medication = [['medication', { valueString: 'Salbutamol 100 micrograms inhaler' }]];
    const rows = [
        [taskFor('prescription-request', deskA.ods, patient, []), 400, 'Task.input'],
        [taskFor('prescription-request', deskA.ods, patient, [...medication, ['diagnosis', { valueString: 'x' }]]), 400, 'Task.input[1].type'],
        [taskFor('prescription-request', deskA.ods, patient, medication, { description: 'x' }), 400, 'Task.description'],
        [taskFor('rebook-required', deskA.ods, patient, []), 403, 'Task.code'],
        [taskFor('practice-message', 'Q99', patient, [['message', { valueString: 'x' }]]), 403, 'Task.owner'],
        [taskFor('practice-message', deskA.ods, patient, [['message', { valueString: 'x' }]], { owner: { reference: 'Practitioner/p1' } }), 400, 'Task.owner'],
        [taskFor('practice-message', deskA.ods, patient, [['message', { valueString: 'x' }]], { performerType: undefined }), 400, 'Task.performerType'],
        [taskFor('practice-message', deskA.ods, { nhs_number: '9990000019' }, [['message', { valueString: 'x' }]]), 400, 'Task.for.identifier.value'],
    ];
    for (const [body, status, expression] of rows) {
        const answer = await fhir('POST', at('Task'), { client: hub, body });
        assert.deepEqual([answer.status, answer.resource.issue[0].expression?.[0]], [status, expression], answer.text);
    }
    assert.equal((await create(hub, taskFor('prescription-request', deskA.ods, patient, medication))).code.coding[0].display, 'Repeat prescription request');
});

test('an e-consultation becomes an appointment, of the same patient only', async () => {
    const one = await bookAtA({}, deskA);
    const other = await bookAtA({}, deskA);
    let work = await create(hub, taskFor('e-consultation', deskA.ods, one.patient, [['message', { valueString: 'A rash since Monday' }]]));
    for (const status of ['accepted', 'in-progress']) work = await become(deskA, work, status);
    const into = ({ appointment }) => [{ op: 'add', path: '/output', value: [parameter('appointment', { valueReference: { reference: `Appointment/${appointment.id}` } })] }];
    assert.deepEqual(await refused(become(deskA, work, 'completed', into(other))), [400, 'Task.output[0].value']);
    const done = await become(deskA, work, 'completed', into(one));
    assert.equal(done.output[0].valueReference.reference, `Appointment/${one.appointment.id}`);
});

for (const [how, cancel] of [
    ['in its own system', ({ slot }) => control(practiceA, 'POST', '/reception', { cancel: slot.id.slice(slot.id.indexOf('.') + 1) })],
    ['through the gateway', ({ appointment }) => fhir('PATCH', at(`Appointment/${appointment.id}`), {
        client: deskA,
        headers: { 'content-type': 'application/json-patch+json', 'if-match': 'W/"1"' },
        body: [{ op: 'replace', path: '/status', value: 'cancelled' }, { op: 'add', path: '/cancelationReason', value: { text: 'Clinic withdrawn' } }],
    })],
]) {
    test(`what the practice cancels ${how} is to be rebooked by the hub, which says where`, async () => {
        const booked = await bookAtA();
        await cancel(booked);
        const find = () => inbox(hub, { focus: `Appointment/${booked.appointment.id}`, code: 'rebook-required' });
        let [work] = await poll(find, (found) => found.length > 0, 120000); // a list may lag: what was booked just now is not doubted for a minute
        assert.equal(work.performerType[0].text, 'Appointments');
        assert.equal(work.requester.identifier.value, practiceA.ods);
        assert.equal(work.for.identifier.value, booked.patient.nhs_number);
        assert.equal(Date.parse(work.input.find(({ valueDateTime }) => valueDateTime).valueDateTime), Date.parse(booked.appointment.start));
        for (const status of ['accepted', 'in-progress']) work = await become(hub, work, status);
        assert.deepEqual(await refused(become(hub, work, 'completed')), [400, 'Task.output']);
        const slots = (await freshSlots(practiceA)).filter((slot) => channelOf(slot) === 'In-person');
        const again = await fhir('POST', at('Appointment'), { client: hub, body: appointmentFor(slots[2 * turn + 40], booked.patient, introducing(booked.patient)) });
        assert.equal(again.status, 201, again.text);
        const output = [parameter('appointment', { valueReference: { reference: `Appointment/${again.resource.id}` } })];
        work = await become(hub, work, 'completed', [{ op: 'add', path: '/output', value: output }]);
        assert.equal(work.status, 'completed');
        assert.equal((await find()).length, 1, 'raised once');
    });
}

test('what is not done in time is marked overdue and becomes more urgent', async () => {
    const end = new Date(Date.now() + 2000).toISOString();
    const task = await create(hub, taskFor('practice-message', deskB.ods, patientsOf(practiceA)[11], [['message', { valueString: 'Today please' }]], {
        restriction: { period: { end } },
    }));
    const late = await poll(async () => (await read(deskB, task.id)).resource, (now) => now.businessStatus !== undefined, 20000);
    assert.deepEqual([late.businessStatus.coding[0].code, late.priority, late.status], ['overdue', 'urgent', 'requested']);
    assert.match(late.note.at(-1).text, /^Overdue by/);
    assert.equal(late.owner.identifier.value, deskB.ods);
    const [first] = await inbox(deskB, { status: 'requested', _count: 1, due: `lt${new Date().toISOString()}` });
    assert.equal(first.id, task.id);
});
