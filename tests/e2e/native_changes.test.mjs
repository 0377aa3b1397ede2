// SPDX-License-Identifier: Apache-2.0
// What reception does in the practice's own book, at each kind of system: the gateway sees it within a look or two, keeps it as a version,
// and searches agree.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { appointmentFor, channelOf, control, detailsOf, fhir, freshSlots, poll, sandbox } from './support.mjs';
import { peopleFor, systems } from './support_faults.mjs';
import { Gateway } from './support_gateway.mjs';

const dir = mkdtempSync(join(tmpdir(), 'apptgw-native-'));
const gateway = new Gateway(dir, { APPTGW_BOOKING_WATCH_EVERY: '1s', APPTGW_BOOKING_WATCH_CALLS: '100' });
const client = { ...sandbox.clients[0] };
const at = (path) => `${gateway.origin}/fhir/R4/${path}`;
const get = async (path) => (await fhir('GET', at(path), { client })).resource;
const MARKS = ['fhir_r4', 'gpconnect', 'bars']; // whose wire tells whether the patient came
const SLOT_IS_KEY = ['emis', 'vision', 'microtest']; // there an appointment that is moved is another appointment
const practices = systems.map((system) => sandbox.practices.filter((practice) => practice.system === system).at(-1));
const local = (slot) => slot.id.slice(slot.id.indexOf('.') + 1);
const reception = (booked, order) => control(booked.practice, 'POST', '/reception', order);

/** An appointment of somebody who has none at that practice. */
async function book(practice, slot, patient) {
    const body = appointmentFor(slot, patient, { contained: [detailsOf(patient)] });
    body.participant[0].actor.reference = '#p';
    const answer = await fhir('POST', at('Appointment'), { client, body });
    assert.equal(answer.status, 201, `${practice.system}: ${answer.text}`);
    return { practice, slot, id: answer.resource.id, path: `Appointment/${answer.resource.id}` };
}

const seen = (booked, until, limit = 30000) => poll(() => get(booked.path), until, limit);
const byPractice = (resource) => resource.meta.tag?.[0]?.code === 'practice';

async function isFree(slot) {
    const [start, owner] = [slot.start, encodeURIComponent(`https://fhir.nhs.uk/Id/ods-organization-code|${slot.id.split('.')[0]}`)];
    const end = new Date(Date.parse(start) + 60000).toISOString();
    const bundle = await get(`Slot?status=free&start=ge${encodeURIComponent(new Date(start).toISOString())}&start=lt${encodeURIComponent(end)}`
        + `&schedule.actor:HealthcareService.organization.identifier=${owner}&_count=100`);
    return (bundle.entry ?? []).some((entry) => entry.resource.id === slot.id);
}

const stories = new Map();

before(async () => {
    await gateway.prepare();
    await gateway.start();
    client.token = gateway.token(client);
    await Promise.all(practices.map(async (practice) => {
        const slots = (await freshSlots(practice)).filter((slot) => channelOf(slot) !== 'Telephone');
        const people = await peopleFor(practice, 3);
        // Apart in time, since nobody is in two places at once.
        const [cancelled, moved, marked] = [await book(practice, slots[0], people[0]), await book(practice, slots[2], people[1]), await book(practice, slots[4], people[2])];
        stories.set(practice.system, { cancelled, moved, marked, target: slots[6] });
    }));
    for (const [system, { cancelled, moved, marked, target }] of stories) {
        await reception(cancelled, { cancel: local(cancelled.slot) });
        if (!SLOT_IS_KEY.includes(system)) await reception(moved, { move: local(moved.slot), to: local(target) });
        if (MARKS.includes(system)) await reception(marked, { mark: local(marked.slot), as: 'arrived' });
    }
});

after(async () => {
    await gateway.end('SIGTERM');
    rmSync(dir, { recursive: true, force: true });
});

for (const system of systems) {
    test(`${system}: what reception cancelled is cancelled, and its slot is free`, async () => {
        const { cancelled } = stories.get(system);
        const now = await seen(cancelled, (resource) => resource.status === 'cancelled', 120000);
        assert.ok(byPractice(now), JSON.stringify(now.meta));
        assert.equal(now.meta.versionId, '2');
        assert.ok(now.cancelationReason);
        assert.equal((await get(`${cancelled.path}/_history`)).total, 2);
        assert.ok(await isFree(cancelled.slot));
    });

    if (!SLOT_IS_KEY.includes(system))
        test(`${system}: what reception moved has its new time, and searches show the old one`, async () => {
            const { moved, target } = stories.get(system);
            const now = await seen(moved, (resource) => Date.parse(resource.start) === Date.parse(target.start));
            assert.ok(byPractice(now), JSON.stringify(now.meta));
            assert.equal(now.status, 'booked');
            assert.equal(Date.parse(now.end), Date.parse(target.end));
            if (now.slot) assert.equal(now.slot[0].reference, `Slot/${target.id}`);
            assert.ok(await isFree(moved.slot));
            assert.ok(!(await isFree(target)));
        });

    if (MARKS.includes(system))
        test(`${system}: that the patient came, was seen, or did not come is a version each`, async () => {
            const { marked } = stories.get(system);
            await seen(marked, (resource) => resource.status === 'arrived');
            await reception(marked, { mark: local(marked.slot), as: 'seen' });
            await seen(marked, (resource) => resource.status === 'fulfilled');
            await reception(marked, { mark: local(marked.slot), as: 'noshow' });
            const now = await seen(marked, (resource) => resource.status === 'noshow');
            assert.ok(byPractice(now));
            const history = await get(`${marked.path}/_history`);
            assert.deepEqual(history.entry.map((entry) => entry.resource.status), ['noshow', 'fulfilled', 'arrived', 'booked']);
        });
    else
        test(`${system}: what its wire cannot tell is refused by its simulator and stays booked`, async () => {
            const { marked } = stories.get(system);
            await assert.rejects(reception(marked, { mark: local(marked.slot), as: 'arrived' }), /409/);
            assert.equal((await get(marked.path)).status, 'booked');
        });
}

test('every change was counted', async () => {
    const text = await (await fetch(`https://localhost:${gateway.managementPort}/metrics`)).text();
    for (const system of systems)
        assert.match(text, new RegExp(`apptgw_practice_changes_total\\{change="cancelled",connector="${system}"\\} 1`));
});
