// SPDX-License-Identifier: Apache-2.0
// Work handed over by clients and a receiver that are not ours (fhirclient, fhir-kit-client, Express with Stripe's signature check): each party acts on what
// it is told and on nothing else. Then the same while the receiver is away, and while the gateway is killed.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { FHIR_JSON, NHS_NUMBER, appointmentFor, assertValid, channelOf, freshSlots, introducing, patientsOf, poll, sandbox } from './support.mjs';
import { ODS } from './support_bars.mjs';
import { Gateway, freePort } from './support_gateway.mjs';
import { WebhookReceiver } from './support_receiver.mjs';

const require = createRequire(import.meta.url);
const FhirKitClient = require('fhir-kit-client');
const { default: SmartClient } = require('fhirclient/lib/Client');

const dir = mkdtempSync(join(tmpdir(), 'apptgw-handover-'));
const gateway = new Gateway(dir, { APPTGW_NOTIFY_FIRST_PAUSE: '100ms' });
const ERRAND = 'https://hub.example.org/id/errand';
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let receiver;

/** An organisation with a client of its own and a hook at which it is told of tasks. */
class Party {
    constructor(client) {
        Object.assign(this, { client: { ...client }, ods: client.ods, hook: client.client_id });
    }

    async arrive() {
        this.client.token = gateway.token(this.client);
        const serverUrl = `${gateway.origin}/fhir/R4`;
        this.kit = new FhirKitClient({ baseUrl: serverUrl, bearerToken: this.client.token });
        this.smart = new SmartClient({}, { serverUrl, tokenResponse: { access_token: this.client.token, token_type: 'bearer' } });
        const made = await this.kit.create({
            resourceType: 'Subscription',
            body: {
                resourceType: 'Subscription',
                status: 'requested',
                reason: 'tell the team',
                criteria: `${gateway.origin}/fhir/SubscriptionTopic/task-change`,
                channel: { type: 'rest-hook', endpoint: `https://localhost:${receiver.port}/hooks/${this.hook}`, payload: FHIR_JSON },
            },
        });
        receiver.secrets.set(this.hook, made.channel.extension.find(({ url }) => url.endsWith('/notification-secret')).valueString);
        await poll(() => this.kit.read({ resourceType: 'Subscription', id: made.id }), ({ status }) => status === 'active');
    }

    /** The versions of a task that it was told of, in the order in which it was. */
    toldOf(id) {
        return receiver.events(this.hook).filter(({ focus }) => focus === `Task/${id}`).map(({ version }) => version);
    }

    /** Waits until it is told of a task in that state, which it reads for itself. */
    hears(matching, limitMs = 30000) {
        const seen = new Map();
        return poll(async () => {
            for (const { focus, version } of receiver.events(this.hook)) {
                if (seen.get(focus) >= version) continue;
                const task = await this.smart.request(focus).catch(() => undefined); // handed on, or the gateway is away: asked again
                if (!task) continue;
                assertValid(task);
                seen.set(focus, Number(task.meta.versionId));
                if (matching(task)) return task;
            }
            return undefined;
        }, Boolean, limitMs);
    }

    /** Asked again under the same key until there is an answer. */
    async insist(send) {
        const key = randomUUID();
        for (;;) {
            try {
                return await send({ headers: { 'Idempotency-Key': key } });
            } catch (error) {
                const status = error.response?.status;
                if (status !== undefined && status < 500) throw error;
                await pause(50);
            }
        }
    }

    ask(owner, patient, more = {}) {
        const body = {
            resourceType: 'Task',
            status: 'requested',
            intent: 'order',
            identifier: [{ system: ERRAND, value: randomUUID() }],
            code: { coding: [{ system: `${gateway.origin}/fhir/CodeSystem/task-type`, code: 'follow-up' }] },
            for: { type: 'Patient', identifier: { system: NHS_NUMBER, value: patient.nhs_number } },
            owner: { identifier: { system: ODS, value: owner.ods } },
            performerType: [{ text: 'Reception' }],
            input: [{ type: { text: 'action' }, valueString: 'Blood pressure in a week' }],
            ...more,
        };
        return this.insist((options) => this.kit.create({ resourceType: 'Task', body, options }));
    }

    become(task, status, more = {}) {
        const body = { ...task, status, ...more };
        return this.insist(({ headers }) => this.kit.update({
            resourceType: 'Task', id: task.id, body, options: { headers: { ...headers, 'If-Match': `W/"${task.meta.versionId}"` } },
        }));
    }

    async finish(task) {
        let work = task;
        for (const status of ['accepted', 'in-progress']) work = await this.become(work, status);
        return this.become(work, 'completed', { output: [{ type: { text: 'reply' }, valueString: '128/80' }] });
    }
}

const hub = new Party(sandbox.clients[0]);
const [deskA, deskB] = sandbox.practice_clients.slice(0, 2).map((client) => new Party(client));
const practiceA = sandbox.practices.find(({ ods }) => ods === deskA.ods);
const patients = patientsOf(practiceA);

/** Both organisations of a task have heard of every version, once and in order, and of nothing else about it. */
async function heardAll(task, ...parties) {
    const { meta } = await hub.kit.read({ resourceType: 'Task', id: task.id });
    const all = Array.from({ length: Number(meta.versionId) }, (_, i) => i + 1);
    for (const party of parties) {
        await poll(() => party.toldOf(task.id).length, (told) => told >= all.length, 60000);
        assert.deepEqual(party.toldOf(task.id), all, `${party.hook} of Task/${task.id}`);
    }
    return all.length;
}

async function onlyOne(task) {
    const found = await hub.kit.search({ resourceType: 'Task', searchParams: { identifier: `${ERRAND}|${task.identifier[0].value}` } });
    assert.deepEqual((found.entry ?? []).map(({ resource }) => resource.id), [task.id]);
}

/** The hub asks A, which refuses; told so, it asks B, which does it; told so, the hub is done. */
async function errand(patient, more = {}) {
    const toA = hub.ask(deskA, patient, more);
    const refusing = deskA.hears((task) => task.status === 'requested' && task.for.identifier.value === patient.nhs_number, 60000)
        .then((task) => deskA.become(task, 'rejected', { statusReason: { text: 'Not registered with us any more' } }));
    const first = await toA;
    await refusing;
    const refused = await hub.hears((task) => task.id === first.id && task.status === 'rejected', 60000);
    assert.equal(refused.statusReason.text, 'Not registered with us any more');
    const toB = hub.ask(deskB, patient, { partOf: [{ reference: `Task/${first.id}` }] });
    const doing = deskB.hears((task) => task.status === 'requested' && task.for.identifier.value === patient.nhs_number, 60000)
        .then((task) => deskB.finish(task));
    const second = await toB;
    await doing;
    const done = await hub.hears((task) => task.id === second.id && task.status === 'completed', 60000);
    assert.equal(done.output[0].valueString, '128/80');
    assert.deepEqual(done.groupIdentifier, first.groupIdentifier, 'one journey');
    return { first, second };
}

before(async () => {
    receiver = new WebhookReceiver(await freePort());
    await receiver.listen();
    await gateway.prepare();
    await gateway.start();
    for (const party of [hub, deskA, deskB]) await party.arrive();
});

after(async () => {
    await gateway.end('SIGTERM');
    await receiver.close();
    rmSync(dir, { recursive: true, force: true });
});

test('booked by the hub at one practice, refused there and done at another: everybody acts on what they are told', async () => {
    const slot = (await freshSlots(practiceA)).find((each) => channelOf(each) === 'In-person');
    const booked = await hub.smart.create(appointmentFor(slot, patients[5], introducing(patients[5])));
    assertValid(booked);
    const { first, second } = await errand(patients[5], { focus: { reference: `Appointment/${booked.id}` } });
    assert.equal(await heardAll(first, hub, deskA), 2);
    assert.equal(await heardAll(second, hub, deskB), 4);
    assert.deepEqual([deskB.toldOf(first.id), deskA.toldOf(second.id)], [[], []], 'nobody hears of what is not theirs');
    for (const { body } of receiver.got.filter((each) => each.body))
        assert.ok(!body.includes(patients[5].nhs_number), 'a notification names nobody');
    assert.equal(receiver.refused(hub.hook).length, 0, 'every signature was right');
});

test('a notification that was changed on its way is not believed', async () => {
    const genuine = receiver.got.find(({ delivery }) => delivery);
    const answer = await fetch(`https://localhost:${receiver.port}/hooks/${genuine.hook}`, {
        method: 'POST',
        headers: { 'content-type': FHIR_JSON, 'apptgw-delivery': genuine.delivery, 'apptgw-signature': `t=${Math.floor(Date.now() / 1000)},v1=${'0'.repeat(64)}` },
        body: genuine.body,
    });
    assert.equal(answer.status, 400);
});

test('a receiver that is away for a while has missed nothing and hears nothing twice', async () => {
    await receiver.close();
    const task = await hub.ask(deskA, patients[6]);
    await deskA.finish(task);
    const other = await hub.ask(deskB, patients[6]);
    const back = pause(1500).then(() => receiver.listen());
    assert.deepEqual([hub.toldOf(task.id), deskA.toldOf(task.id)], [[], []]);
    await back;
    assert.equal(await heardAll(task, hub, deskA), 4);
    assert.equal(await heardAll(other, hub, deskB), 1);
    await onlyOne(task);
});

test('killed again and again in the middle, it loses nothing and doubles nothing', async () => {
    let over = false;
    const working = Promise.all([7, 8, 9].map((n) => errand(patients[n]))).finally(() => (over = true));
    working.catch(() => {});
    for (let kill = 0; kill < 6; ++kill) {
        await pause(150 + 130 * kill);
        await gateway.end('SIGKILL');
        if (kill === 2) await receiver.close();
        await gateway.start();
        if (kill === 3) await receiver.listen();
        if (over && kill >= 3) break;
    }
    for (const { first, second } of await working) {
        assert.equal(await heardAll(first, hub, deskA), 2);
        assert.equal(await heardAll(second, hub, deskB), 4);
        await onlyOne(first);
        await onlyOne(second);
    }
    // What was heard is noted a moment later.
    const outbox = await poll(async () => (await fetch(`https://localhost:${gateway.managementPort}/outbox`)).json(), ({ due }) => due === 0);
    assert.deepEqual([outbox.held, outbox.dead], [0, 0]);
    const numbers = receiver.events(hub.hook).map(({ number }) => number).sort((a, b) => a - b);
    assert.deepEqual(numbers, numbers.map((_, i) => i + 1), 'numbers without a gap');
    assert.equal(numbers.length, outbox.subscriptions.find(({ client }) => client === hub.client.client_id).events);
});
