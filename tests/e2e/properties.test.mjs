// SPDX-License-Identifier: Apache-2.0
// Elements that are not the sender's to set: refused, or left as the gateway has them.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { NHS_NUMBER, appointmentFor, bookingIdentifier, channelOf, fhir, freshSlots, hub, patientsOf, sandbox } from './support.mjs';

const practice = sandbox.practices.find(({ system }) => system === 'fhir_r4');
const [patient, somebody] = patientsOf(practice).slice(10, 12);
const other = sandbox.clients.find(({ ods }) => ods !== hub.ods);
const origin = new URL(sandbox.fhir_base).origin;
let slots;

before(async () => (slots = (await freshSlots(practice)).filter((each) => channelOf(each) === 'In-person')));

test('id, version, time and source of an appointment are the gateway\'s', async () => {
    const id = '0190a000-0000-7000-8000-00000000abcd';
    const answer = await fhir('POST', 'Appointment', {
        body: appointmentFor(slots.pop(), patient, { id, meta: { versionId: '77', lastUpdated: '2001-01-01T00:00:00Z', source: `${origin}/provider/Z99999`, tag: [{ code: 'trusted' }] } }),
    });
    if (answer.status === 400) return;
    assert.equal(answer.status, 201, answer.text);
    assert.notEqual(answer.resource.id, id);
    assert.equal(answer.resource.meta.versionId === '77', false);
    assert.ok(answer.resource.meta.lastUpdated > '2020');
    assert.ok(answer.resource.meta.source.endsWith(practice.ods), answer.resource.meta.source);
});

test('who booked is who holds the token, whatever the body contains', async () => {
    const forged = { resourceType: 'Organization', id: 'o', identifier: [{ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: other.ods }], name: 'Somebody Else' };
    const answer = await fhir('POST', 'Appointment', {
        body: appointmentFor(slots.pop(), patient, {
            contained: [forged],
            extension: [{ url: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-BookingOrganization', valueReference: { reference: '#o' } }],
        }),
    });
    if (answer.status >= 400) return assert.ok([400, 403, 422].includes(answer.status), answer.text);
    assert.equal((await fhir('GET', `Appointment/${answer.resource.id}`, { client: other })).status, 404);
    assert.equal((await fhir('GET', `Appointment/${answer.resource.id}`)).status, 200);
});

test('the identifier of a practice\'s own number cannot be claimed for another appointment', async () => {
    const made = await fhir('POST', 'Appointment', { body: appointmentFor(slots.pop(), patient, { identifier: [bookingIdentifier()] }) });
    assert.equal(made.status, 201, made.text);
    const theirs = made.resource.identifier.filter(({ system }) => system.startsWith(origin));
    const again = await fhir('POST', 'Appointment', { body: appointmentFor(slots.pop(), patient, { identifier: theirs.length ? theirs : [{ system: `${origin}/id/provider-appointment/${practice.ods}`, value: '1' }] }) });
    assert.ok([200, 201, 400, 409].includes(again.status), again.text);
    if (again.status === 201) assert.notEqual(again.resource.id, made.resource.id);
});

test('a change changes texts and status, not patient, slot, time or practice', async () => {
    const made = await fhir('POST', 'Appointment', { body: appointmentFor(slots.pop(), patient) });
    assert.equal(made.status, 201, made.text);
    const before = made.resource;
    const changes = {
        patient: { participant: [{ actor: { type: 'Patient', identifier: { system: NHS_NUMBER, value: somebody.nhs_number } }, status: 'accepted' }] },
        slot: { slot: [{ reference: `Slot/${slots.at(-1).id}` }] },
        times: { start: slots.at(-1).start, end: slots.at(-1).end },
        id: { id: '0190a000-0000-7000-8000-00000000abcd' },
        status: { status: 'fulfilled' },
        created: { created: '2001-01-01T00:00:00Z' },
        source: { meta: { ...before.meta, source: `${origin}/provider/Z99999` } },
    };
    for (const [what, change] of Object.entries(changes)) {
        const answer = await fhir('PUT', `Appointment/${before.id}`, { body: { ...before, ...change }, headers: { 'if-match': made.headers.get('etag') } });
        assert.ok(answer.status >= 400 || JSON.stringify(answer.resource.slot) === JSON.stringify(before.slot), `${what}: ${answer.status}`);
        const { resource: now } = await fhir('GET', `Appointment/${before.id}`);
        for (const element of ['participant', 'slot', 'start', 'end', 'status', 'created']) assert.deepEqual(now[element], before[element], `${what}: ${element}`);
        assert.equal(now.meta.source, before.meta.source, what);
    }
});

test('a patch reaches no further than an update', async () => {
    const made = await fhir('POST', 'Appointment', { body: appointmentFor(slots.pop(), patient) });
    for (const path of ['/id', '/meta/versionId', '/slot/0/reference', '/participant/0/actor/identifier/value', '/resourceType', '/created', '/__proto__/x', '/constructor']) {
        const answer = await fhir('PATCH', `Appointment/${made.resource.id}`, {
            body: [{ op: 'add', path, value: 'x' }], headers: { 'content-type': 'application/json-patch+json', 'if-match': made.headers.get('etag') },
        });
        // What the gateway sets itself is not taken, whether or not that is said.
        const left = answer.status === 200 && path.startsWith('/meta') && answer.resource.meta.versionId === made.resource.meta.versionId;
        assert.ok(left || [400, 409, 412, 422].includes(answer.status), `${path}: ${answer.status} ${answer.text.slice(0, 200)}`);
    }
    assert.equal((await fhir('GET', `Appointment/${made.resource.id}`)).resource.meta.versionId, made.resource.meta.versionId);
});
