// SPDX-License-Identifier: Apache-2.0
// The GP Connect face over mutual TLS: the documented practice of sandbox.json, its data, and who may call.
import assert from 'node:assert/strict';
import test from 'node:test';
import { gunzipSync } from 'node:zlib';
import {
    ODS, ORGANISATION_TYPE, REASON, appointmentOf, baseOf, book, call, codeOf, day, entries, findPatient, gpconnect, practice, send, slotSearch, tokenOf,
} from './support_gpconnect.mjs';
import { control } from './support_sandbox.mjs';

const ordinary = gpconnect.patients.filter((patient) => patient.state === 'ordinary');

test('a connection without a client certificate is not made', async () => {
    await assert.rejects(send(`${practice.base}/metadata`));
});

test('metadata, not stored, with its ETag', async () => {
    const reply = await call(practice, 'rest:read:metadata-1', 'metadata');
    assert.equal(reply.status, 200, reply.text);
    assert.equal(reply.resource.fhirVersion, '3.0.1');
    assert.equal(reply.headers['cache-control'], 'no-store');
    assert.match(reply.headers.etag, /^W\/".+"$/);
    assert.equal(reply.headers['content-type'], 'application/fhir+json;charset=utf-8');
});

test('who is known but shares with nobody is told so', async () => {
    const stranger = gpconnect.consumers.find((consumer) => consumer.name === 'stranger');
    const reply = await call(practice, 'rest:read:metadata-1', 'metadata', { consumer: stranger });
    assert.equal(reply.status, 403);
    assert.equal(codeOf(reply), 'NO_ORGANISATION_CONSENT');
});

test("one consumer's ASID does not come with another's certificate", async () => {
    const [first, second] = gpconnect.consumers;
    const reply = await call(practice, 'rest:read:metadata-1', 'metadata', { consumer: first, headers: { 'ssp-from': second.asid } });
    assert.equal(reply.status, 403);
    assert.equal(codeOf(reply), 'ACCESS_DENIED');
});

test('an expired token is refused', async () => {
    const token = tokenOf(gpconnect.consumers[0], 'organization/*.read', (payload) => ({ ...payload, iat: payload.iat - 600, exp: payload.exp - 600 }));
    const reply = await call(practice, 'rest:read:metadata-1', 'metadata', { headers: { authorization: `Bearer ${token}` } });
    assert.equal(reply.status, 400);
    assert.equal(codeOf(reply), 'BAD_REQUEST');
});

test('gzip on request', async () => {
    const reply = await call(practice, 'rest:read:metadata-1', 'metadata', { headers: { 'accept-encoding': 'gzip' } });
    assert.equal(reply.headers['content-encoding'], 'gzip');
    assert.equal(JSON.parse(gunzipSync(reply.bytes)).resourceType, 'CapabilityStatement');
});

test('a refusal by the HTTP layer is an OperationOutcome too', async () => {
    const reply = await call(practice, 'rest:read:metadata-1', `metadata?x=${'y'.repeat(20000)}`);
    assert.equal(reply.status, 414);
    assert.equal(reply.resource.resourceType, 'OperationOutcome');
});

test('patients in every documented state', async () => {
    assert.ok(ordinary.length >= 11);
    for (const patient of gpconnect.patients) {
        const found = await findPatient(practice, patient.nhs_number);
        const hidden = ['sensitive', 'deceased', 'inactive'].includes(patient.state);
        assert.equal(found === undefined, hidden, patient.state);
        if (hidden) continue;
        assert.deepEqual(found.name.map((name) => [name.use, name.family]), [['official', patient.family]]);
        assert.equal(found.gender, patient.gender);
        assert.equal(found.birthDate, patient.birth_date);
        assert.ok(found.telecom.every((point) => point.system && point.value && point.use));
        assert.ok(found.managingOrganization.reference);
        assert.match(JSON.stringify(found.extension), /preferredBranchSurgery.*Location\//);
    }
    assert.equal(await findPatient(practice, gpconnect.unknown_nhs_number), undefined);
});

test('practitioners with no, one and two role profile ids', async () => {
    for (const { sds_user_id, role_profiles } of practice.practitioners) {
        const reply = await call(practice, 'rest:search:practitioner-1', `Practitioner?identifier=https://fhir.nhs.uk/Id/sds-user-id%7C${sds_user_id}`);
        const [found] = entries(reply.resource, 'Practitioner');
        assert.equal(found.identifier.filter((each) => each.system.endsWith('sds-role-profile-id')).length, role_profiles);
        const read = await call(practice, 'rest:read:practitioner-1', `Practitioner/${found.id}`);
        assert.deepEqual(read.resource, found);
        assert.deepEqual(Object.keys(found).sort(), ['gender', 'id', 'identifier', 'meta', 'name', 'resourceType']);
    }
});

test('three locations under fixed ids', async () => {
    assert.equal(practice.locations.length, 3);
    for (const id of practice.locations) {
        const reply = await call(practice, 'rest:read:location-1', `Location/${id}`);
        assert.equal(reply.status, 200, reply.text);
        assert.equal(reply.resource.id, id);
        assert.equal(reply.headers.etag, `W/"${reply.resource.meta.versionId}"`);
    }
});

test('twenty free slots on every day of the fortnight from tomorrow', async () => {
    for (let days = 1; days <= 14; ++days) {
        const bundle = await slotSearch(practice, { from: days, to: days });
        const slots = entries(bundle, 'Slot');
        assert.ok(slots.length >= 20, `${day(days)}: ${slots.length}`);
        const schedules = entries(bundle, 'Schedule');
        for (const slot of slots) {
            assert.equal(slot.extension.length, 1);
            assert.ok(slot.serviceType[0].text);
            const schedule = schedules.find((each) => slot.schedule.reference === `Schedule/${each.id}`);
            assert.equal(schedule.extension[0].valueCodeableConcept.coding[0].display, 'General Medical Practitioner');
            assert.ok(schedule.serviceCategory.text);
            assert.equal(schedule.actor.filter((actor) => actor.reference.startsWith('Location/')).length, 1);
        }
        assert.ok(schedules.some((schedule) => schedule.actor.some((actor) => actor.reference.startsWith('Practitioner/'))));
        assert.ok(schedules.some((schedule) => schedule.actor.every((actor) => actor.reference.startsWith('Location/'))));
    }
});

test('slots for some organisations only, by the four combinations of filters', async () => {
    const [hub, provider] = gpconnect.consumers;
    const filters = (consumer, code, type) => (code ? `&searchFilter=${ODS}%7C${consumer.ods}` : '') + (type ? `&searchFilter=${ORGANISATION_TYPE}%7C${type}` : '');
    for (const restricted of gpconnect.practices.slice(1)) {
        const seen = async (consumer, code, type) =>
            entries(await slotSearch(restricted, { from: 2, to: 2, consumer, more: filters(consumer, code, type) }), 'Slot').length;
        assert.equal(await seen(hub, false, ''), 6);
        assert.equal(await seen(hub, false, 'urgent-care'), 12);
        assert.equal(await seen(hub, true, ''), 12);
        assert.equal(await seen(hub, true, 'urgent-care'), 24);
        assert.equal(await seen(hub, true, 'gp-practice'), 12);
        assert.equal(await seen(provider, true, 'urgent-care'), 12);
    }
});

test('two bookings of one slot at the same time: one is made', async () => {
    const bundle = await slotSearch(practice, { from: 9, to: 9 });
    const slot = entries(bundle, 'Slot')[0];
    const patients = await Promise.all(ordinary.slice(0, 4).map((patient) => findPatient(practice, patient.nhs_number)));
    const replies = await Promise.all(patients.map((patient) => book(practice, appointmentOf(bundle, [slot], patient))));
    assert.deepEqual(replies.map((reply) => reply.status).sort(), [201, 409, 409, 409]);
    const loser = replies.find((reply) => reply.status === 409);
    assert.equal(codeOf(loser), 'DUPLICATE_REJECTED');
});

test('a body sent in chunks is read', async () => {
    const bundle = await slotSearch(practice, { from: 8, to: 8 });
    const patient = await findPatient(practice, ordinary[0].nhs_number);
    const reply = await book(practice, appointmentOf(bundle, [entries(bundle, 'Slot')[0]], patient), { chunked: true });
    assert.equal(reply.status, 201, reply.text);
    assert.equal(reply.headers.location, `${baseOf(practice)}/Appointment/${reply.resource.id}/_history/1`);
});

test('an appointment is read in XML, edited as text and put back', async () => {
    const xml = { accept: 'application/fhir+xml' };
    const search = await call(practice, 'rest:search:slot-1', `Slot?status=free&_include=Slot:schedule&start=ge${day(7)}&end=le${day(7)}&_format=application/fhir%2Bxml`);
    assert.match(search.text, /^(<\?xml[^>]*>)?<Bundle xmlns="http:\/\/hl7.org\/fhir">/);
    const bundle = await slotSearch(practice, { from: 7, to: 7 });
    const patient = await findPatient(practice, ordinary[2].nhs_number);
    const booked = await book(practice, appointmentOf(bundle, [entries(bundle, 'Slot')[0]], patient));
    assert.equal(booked.status, 201, booked.text);
    const read = await call(practice, 'rest:read:appointment-1', `Appointment/${booked.resource.id}`, { headers: xml });
    assert.equal(read.headers['content-type'], 'application/fhir+xml;charset=utf-8');
    const at = read.text.lastIndexOf('</extension>') + '</extension>'.length;
    const body = `${read.text.slice(0, at)}<extension url="${REASON}"><valueString value="Recovered"/></extension>${read.text.slice(at)}`
        .replace('<status value="booked"/>', '<status value="cancelled"/>');
    const ended = await call(practice, 'rest:cancel:appointment-1', `Appointment/${booked.resource.id}`, {
        method: 'PUT', body, headers: { ...xml, 'content-type': 'application/fhir+xml', 'if-match': read.headers.etag },
    });
    assert.equal(ended.status, 200, ended.text);
    assert.match(ended.text, /<status value="cancelled"\/>/);
});

test('the book can be set back', async () => {
    await control(gpconnect.practices[2], 'POST', '/reset');
    assert.equal(entries(await slotSearch(gpconnect.practices[2], { from: 3, to: 3 }), 'Slot').length, 6);
});
