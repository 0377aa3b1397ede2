// SPDX-License-Identifier: Apache-2.0
// A 111 provider refers a patient by BaRS message; the practice finds the Task in its inbox over R4, takes it and ends it.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { NHS_NUMBER, fhir, hub, patientsOf, sandbox } from './support.mjs';
import { ODS, bars, bookingOf, feedbackOn, findSlots, provider, referralCancellationOf, referralOf, refusal, resourcesIn, send } from './support_bars.mjs';

const service = sandbox.services.find(({ referrals }) => referrals);
const other = sandbox.services.find(({ referrals, practices }) => !referrals && practices.length === 1);
const desk = sandbox.practice_clients.find(({ ods }) => ods === service.practices[0]);
const practice = sandbox.practices.find(({ ods }) => ods === desk.ods);
const PATCH = { 'content-type': 'application/json-patch+json' };

/** Sends a referral; its reply, and the id by which its sender knows it. */
async function refer(patient, ids) {
    const body = referralOf(service, patient);
    const reply = await send(JSON.stringify(body), service, ids);
    assert.equal(reply.status, 200, reply.text);
    const [request] = resourcesIn(reply.resource, 'ServiceRequest');
    assert.equal(request.status, 'active');
    assert.equal(reply.resource.entry[0].resource.response.code, 'ok');
    return { body, reply: reply.resource, id: request.id };
}

async function taskOf(id, client = desk) {
    const found = await fhir('GET', `Task?focus=ServiceRequest/${id}&owner:identifier=${encodeURIComponent(`${ODS}|${desk.ods}`)}`, { client });
    assert.equal(found.status, 200, found.text);
    return found.resource.entry?.[0]?.resource;
}

async function become(task, status, client = desk) {
    const body = [{ op: 'replace', path: '/status', value: status }, { op: 'add', path: '/statusReason', value: { text: 'Seen to' } }];
    const reply = await fhir('PATCH', `Task/${task.id}`, { client, headers: { ...PATCH, 'if-match': `W/"${task.meta.versionId}"` }, body });
    return reply;
}

const statusOf = async (id) => (await bars('GET', `ServiceRequest/${id}`, service)).resource.status;

test('a referral is a task of the practice, which takes it and ends it, and its sender reads what became of it', async () => {
    const patient = patientsOf(practice)[0];
    const { body, id } = await refer(patient);
    assert.equal(await statusOf(id), 'active');
    let task = await taskOf(id);
    assert.deepEqual([task.status, task.code.coding[0].code, task.priority], ['requested', 'referral', 'urgent']);
    assert.deepEqual([task.owner.identifier.value, task.performerType[0].text], [desk.ods, 'Reception']);
    assert.equal(task.requester.identifier.value, provider.ods);
    assert.equal(task.for.identifier.value, patient.nhs_number);
    assert.ok(Date.parse(task.restriction.period.end) > Date.parse(task.authoredOn));
    const message = await fhir('GET', task.input[0].valueString, { client: desk });
    assert.deepEqual(JSON.parse(message.text), body, 'the message is kept whole');

    for (const status of ['accepted', 'in-progress', 'completed']) {
        const reply = await become(task, status);
        assert.equal(reply.status, 200, reply.text);
        task = reply.resource;
    }
    assert.equal(await statusOf(id), 'completed');
    assert.equal((await become(task, 'accepted')).status, 409);
    const history = await fhir('GET', `Task/${task.id}/_history`, { client: desk });
    assert.deepEqual(history.resource.entry.map(({ resource }) => resource.status), ['completed', 'in-progress', 'accepted', 'requested']);
});

test('a refusal says why, and of two who take it one is first', async () => {
    const { id } = await refer(patientsOf(practice)[1]);
    const task = await taskOf(id);
    const silent = await fhir('PATCH', `Task/${task.id}`, { client: desk, headers: { ...PATCH, 'if-match': 'W/"1"' }, body: [{ op: 'replace', path: '/status', value: 'rejected' }] });
    assert.deepEqual([silent.status, silent.resource.issue[0].expression[0]], [400, 'Task.statusReason']);
    const both = await Promise.all([become(task, 'accepted'), become(task, 'rejected')]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 412]);
});

test('a message sent again is a duplicate, and there is one task', async () => {
    const ids = { request: randomUUID(), correlation: randomUUID() };
    const { body, id } = await refer(patientsOf(practice)[2], ids);
    assert.equal(refusal(await send(JSON.stringify(body), service, ids)), '409 REC_CONFLICT duplicate');
    body.entry[1].resource.priority = 'routine';
    assert.equal(refusal(await send(JSON.stringify(body), service, ids)), '400 REC_BAD_REQUEST invariant');
    const number = encodeURIComponent(`${NHS_NUMBER}|${patientsOf(practice)[2].nhs_number}`);
    const found = await bars('GET', `ServiceRequest?patient:identifier=${number}`, service);
    assert.deepEqual(resourcesIn(found.resource, 'ServiceRequest').map((each) => each.id), [id]);
});

test('its sender takes it back while nobody works on it', async () => {
    const patient = patientsOf(practice)[3];
    const { reply, id } = await refer(patient);
    const cancellation = JSON.stringify(referralCancellationOf(reply, service, patient));
    const ids = { request: randomUUID(), correlation: randomUUID() };
    const back = await send(cancellation, service, ids);
    assert.equal(back.status, 200, back.text);
    assert.equal(await statusOf(id), 'revoked');
    const task = await taskOf(id);
    assert.deepEqual([task.status, task.statusReason.text], ['cancelled', 'Caller has gone to hospital']);
    assert.equal(refusal(await send(cancellation, service, ids)), '409 REC_CONFLICT duplicate');
    assert.equal(refusal(await send(cancellation, service)), '409 REC_CONFLICT conflict');
});

test('feedback is a note on the task', async () => {
    const patient = patientsOf(practice)[4];
    const { reply, id } = await refer(patient);
    const noted = await send(feedbackOn(reply, service, patient), service);
    assert.equal(noted.status, 200, noted.text);
    assert.equal((await taskOf(id)).note[0].text, 'The patient did not come');
    assert.equal(refusal(await send(feedbackOn({ id: randomUUID() }, service, patient), service)), '404 REC_NOT_FOUND not-found');
});

test('a booking rests on the referral', async () => {
    const patient = patientsOf(practice)[5];
    const { id } = await refer(patient);
    const found = await findSlots(service);
    const slot = resourcesIn(found, 'Slot').findLast((each) => (each.extension?.[0]?.valueCode ?? 'In-person') === 'In-person'); // others take the first ones
    const booking = bookingOf(found, slot, service, patient);
    const based = (on) => {
        const message = structuredClone(booking);
        message.entry[1].resource.basedOn = [{ reference: `ServiceRequest/${on}` }];
        return message;
    };
    assert.equal(refusal(await send(based(randomUUID()), service)), '404 REC_NOT_FOUND not-found');
    const booked = await send(based(id), service);
    assert.equal(booked.status, 200, booked.text);
    const [appointment] = resourcesIn(booked.resource, 'Appointment');
    const read = await fhir('GET', `Appointment/${appointment.id}`, { client: provider });
    assert.equal(read.resource.basedOn[0].reference, `ServiceRequest/${id}`);
    assert.equal(await statusOf(id), 'active');
});

test('nobody else sees it, and other services take none', async () => {
    const patient = patientsOf(practice)[6];
    const { id } = await refer(patient);
    const task = await taskOf(id);
    assert.equal((await fhir('GET', `Task/${task.id}`, { client: provider })).status, 200, 'its sender sees the task');
    assert.equal((await fhir('GET', `Task/${task.id}`, { client: hub })).status, 404);
    assert.equal((await become(task, 'accepted', hub)).status, 404);
    assert.equal(refusal(await bars('GET', `ServiceRequest/${id}`, service, { client: hub })), '404 REC_NOT_FOUND not-found');
    assert.equal(refusal(await send(referralOf(other, patient), other)), '422 REC_UNPROCESSABLE_ENTITY not-supported');
    const definitions = await bars('GET', 'MessageDefinition', service);
    assert.equal(definitions.resource.total, 6, definitions.text);
    const statement = await bars('GET', 'metadata', service);
    assert.ok(statement.resource.messaging[0].supportedMessage.some(({ definition }) => definition.endsWith('servicerequest-request-referral')));
});
