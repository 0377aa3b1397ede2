// SPDX-License-Identifier: Apache-2.0
// Tasks go into EMIS and TPP as messages and prescription requests: each once, also when the reply is lost or the gateway dies, with a receipt that both
// sides read; a practice that takes none keeps them in its inbox with a note.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import {
    NHS_NUMBER, appointmentFor, assertValid, channelOf, control, detailsOf, fhir, freshSlots, patientsOf, poll, sandbox,
} from './support.mjs';
import { ODS } from './support_bars.mjs';
import { Gateway } from './support_gateway.mjs';

const configDir = dirname(sandbox.config_file);
// Beside the original, as its paths are relative to it.
const practicesFile = join(configDir, `practices-delivery-${process.pid}.toml`);
const dir = mkdtempSync(join(tmpdir(), 'apptgw-delivery-'));
const gateway = new Gateway(dir, { APPTGW_DIRECTORY_PRACTICES_FILE: practicesFile });
const hub = { ...sandbox.clients[0] };
const desk = { ...sandbox.practice_clients[0] };
const named = (ods) => sandbox.practices.find((practice) => practice.ods === ods);
const emis = named(desk.ods), tpp = named('Z99301'), silent = named('Z99102');
const at = (path) => `${gateway.origin}/fhir/R4/${path}`;
const AMLODIPINE = 'Amlodipine 5mg tablets';

before(async () => {
    let text = readFileSync(join(configDir, 'practices.toml'), 'utf8');
    for (const { ods } of [emis, tpp, silent]) text = text.replace(`ods = "${ods}"\n`, (line) => `${line}deliver_tasks = true\n`);
    assert.equal(text.split('deliver_tasks').length, 4);
    writeFileSync(practicesFile, text);
    await gateway.prepare();
    await gateway.start();
    for (const client of [hub, desk]) client.token = gateway.token(client);
});

after(async () => {
    await gateway.end('SIGTERM');
    for (const [practice, patient] of linked) await control(practice, 'POST', '/reception', { unlink: patient.nhs_number }); // for the next gateway
    rmSync(practicesFile, { force: true });
    rmSync(dir, { recursive: true, force: true });
});

const parameter = (code, valueString) =>
    ({ type: { coding: [{ system: `${gateway.origin}/fhir/CodeSystem/task-parameter`, code }] }, valueString });

/** Somebody whom this gateway has booked there, and so has a link for: the last of the practice's list, whom no other test uses. */
let turn = 0;
const linked = [];
async function linkedPatient(practice) {
    const patient = patientsOf(practice).at(-1 - turn++);
    await control(practice, 'POST', '/reception', { unlink: patient.nhs_number });
    const slot = (await freshSlots(practice)).filter((each) => [undefined, 'In-person'].includes(channelOf(each))).at(-1 - turn);
    const body = appointmentFor(slot, patient, {
        contained: [detailsOf(patient)], participant: [{ actor: { reference: '#p' }, status: 'accepted' }],
    });
    const booked = await fhir('POST', at('Appointment'), { client: hub, body });
    assert.equal(booked.status, 201, booked.text);
    linked.push([practice, patient]);
    return patient;
}

async function ask(kind, practice, patient, inputs) {
    const answer = await fhir('POST', at('Task'), {
        client: hub,
        body: {
            resourceType: 'Task',
            status: 'requested',
            intent: 'order',
            code: { coding: [{ system: `${gateway.origin}/fhir/CodeSystem/task-type`, code: kind }] },
            for: { type: 'Patient', identifier: { system: NHS_NUMBER, value: patient.nhs_number } },
            owner: { identifier: { system: ODS, value: practice.ods } },
            performerType: [{ text: 'Reception' }],
            input: inputs.map(([code, value]) => parameter(code, value)),
        },
    });
    assert.equal(answer.status, 201, answer.text);
    return answer.resource;
}

const read = async (client, id) => (await fhir('GET', at(`Task/${id}`), { client })).resource;
const noted = (task) => (task.note ?? []).filter(({ authorString }) => authorString === 'Gateway').map(({ text }) => text);
/** The one note that says what became of it. */
async function told(id, limit = 40000) {
    const task = await poll(() => read(hub, id), (now) => noted(now).length > 0, limit);
    assert.equal(noted(task).length, 1);
    assert.equal(task.status, 'requested', 'a task never ends by being delivered');
    return noted(task)[0];
}
/** What the practice has of one task. */
async function arrived(practice, task) {
    const { messages } = await control(practice, 'GET', '/messages');
    return messages.filter(({ text }) => text.includes(task.id.slice(-12)));
}

for (const practice of [emis, tpp]) {
    test(`${practice.system}: a message to the practice is in its own system once, and both sides read the receipt`, async () => {
        const patient = await linkedPatient(practice);
        const task = await ask('practice-message', practice, patient, [['message', 'Please call back about the results'], ['subject', 'Results']]);
        const receipt = await told(task.id);
        const [message, ...others] = await arrived(practice, task);
        assert.deepEqual(others, []);
        assert.deepEqual([message.kind, message.who, message.recipient], ['message', patient.nhs_number, 'Reception']);
        assert.match(message.text, /Message: Please call back about the results/);
        assert.match(receipt, new RegExp(`^Received by .* of ${practice.name} as a message, number ${message.id}, on `));
        if (practice === emis) {
            const held = await read(desk, task.id);
            assertValid(held);
            assert.deepEqual(noted(held), [receipt]);
        }
    });

    test(`${practice.system}: a message whose reply is lost after it was made is looked for and not sent again`, async () => {
        const patient = await linkedPatient(practice);
        await control(practice, 'PUT', '/fault', { kind: 'drop_after', writes_only: true, times: 1 });
        const task = await ask('hub-outcome', practice, patient, [['outcome', 'Seen, blood pressure 128/80']]);
        const receipt = await told(task.id);
        await control(practice, 'DELETE', '/fault');
        const found = await arrived(practice, task);
        assert.equal(found.length, 1);
        assert.match(receipt, new RegExp(`number ${found[0].id}`));
    });

    test(`${practice.system}: a message that did not arrive is sent again`, async () => {
        const patient = await linkedPatient(practice);
        await control(practice, 'PUT', '/fault', { kind: 'drop_before', writes_only: true, times: 1 });
        const task = await ask('follow-up', practice, patient, [['action', 'Blood pressure in a week']]);
        await told(task.id, 60000);
        assert.equal((await arrived(practice, task)).length, 1);
    });

    test(`${practice.system}: medicines named as the practice names them are requested, others go as a message`, async () => {
        const patient = await linkedPatient(practice);
        const exact = await ask('prescription-request', practice, patient, [['medication', AMLODIPINE]]);
        assert.match(await told(exact.id), /as a prescription request/);
        const [request, ...others] = await arrived(practice, exact);
        assert.deepEqual(others, []);
        assert.deepEqual([request.kind, request.medicines], ['prescription-request', [AMLODIPINE]]);
        const loose = await ask('prescription-request', practice, patient, [['medication', 'Amlodipine']]);
        assert.match(await told(loose.id), /as a message/);
        const [message] = await arrived(practice, loose);
        assert.deepEqual([message.kind, message.medicines], ['message', []]);
    });
}

test('a gateway that is killed while it sends leaves one message', async () => {
    const patient = await linkedPatient(emis);
    await control(emis, 'PUT', '/fault', { kind: 'latency', latency_ms: 3000, writes_only: true, times: 1 });
    const task = await ask('practice-message', emis, patient, [['message', 'Killed on the way']]);
    await poll(() => arrived(emis, task), (found) => found.length > 0);
    await gateway.end('SIGKILL');
    await control(emis, 'DELETE', '/fault');
    await gateway.start();
    for (const client of [hub, desk]) client.token = gateway.token(client);
    await told(task.id);
    assert.equal((await arrived(emis, task)).length, 1);
});

test('a practice that has messages switched off keeps its tasks in the inbox, with a note', async () => {
    const patient = await linkedPatient(silent);
    const task = await ask('practice-message', silent, patient, [['message', 'Please call back']]);
    assert.match(await told(task.id), /^Not put into EMIS Web of .*switched off\. The task stays in this inbox\.$/);
    assert.deepEqual(await arrived(silent, task), []);
});

test('a patient whom nobody has booked there yet is told of in a note', async () => {
    const patient = patientsOf(emis).at(-1 - turn++);
    const task = await ask('practice-message', emis, patient, [['message', 'Please call back']]);
    assert.match(await told(task.id), /no online link/);
    assert.deepEqual(await arrived(emis, task), []);
});
