// SPDX-License-Identifier: Apache-2.0
// `apptgw serve` in front of practices whose systems are a FHIR R4 server that we did not write: what the gateway says must be
// what that server's own store holds.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { NHS_NUMBER, appointmentFor, assertValid, day, fhir, poll, sandbox, slotsIn } from './support.mjs';
import { FhirServer, certificateOf, isWrite } from './support_fhir_server.mjs';
import { ODS_CODE, furnish, writePracticesFile, writeSecret } from './support_fhir_practice.mjs';
import { Gateway } from './support_gateway.mjs';
import { SCOPE, TokenServer } from './support_token_server.mjs';

const SECRET = 'pass:word/+ &=%7E';
const people = sandbox.patients.slice(0, 12);
const dir = mkdtempSync(join(tmpdir(), 'apptgw-fhir-'));
const gateway = new Gateway(dir, { APPTGW_DIRECTORY_PRACTICES_FILE: join(dir, 'practices.toml') });
const tokens = new TokenServer();
const authorise = (token) => tokens.accepts(token);

/** What the three servers can do differs as servers do. */
const practices = [
    { ods: 'Z98701', name: 'Fernhill Surgery', server: new FhirServer() },
    { ods: 'Z98702', name: 'Gorse Bank Practice', server: new FhirServer({ conditionalCreate: false, patch: false, authorise }) },
    { ods: 'Z98703', name: 'Heronsgate Medical Centre', server: new FhirServer({ keepsSlots: true, authorise }) },
];
const [plain, modest, keeper] = practices;
const clients = [];

before(async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    await tokens.start([
        { client_id: 'apptgw hub', client_secret: SECRET },
        { client_id: 'apptgw-key', jwk: { ...publicKey.export({ format: 'jwk' }), kid: 'k-1', use: 'sig', alg: 'ES384' } },
    ]);
    for (const practice of practices) {
        await practice.server.start();
        await furnish(practice.server.store, practice, people);
    }
    plain.settings = { keeps_slots: 'no' };
    copyFileSync(sandbox.ca_file, join(dir, 'token-ca.pem'));
    const elsewhere = { token_url: tokens.tokenUrl, token_ca_file: 'token-ca.pem', scope: SCOPE };
    modest.settings = {
        ...elsewhere, keeps_slots: 'no', client_id: 'apptgw hub', client_secret_file: writeSecret(dir, 'secret', SECRET),
    };
    keeper.settings = {
        ...elsewhere, client_id: 'apptgw-key', key_id: 'k-1',
        private_key_file: writeSecret(dir, 'key.pem', privateKey.export({ type: 'pkcs8', format: 'pem' })),
    };
    writePracticesFile(dir, practices);
    await gateway.prepare();
    await gateway.start();
    for (const client of sandbox.clients.slice(0, 2)) clients.push({ ...client, token: gateway.token(client) });
});

after(async () => {
    try {
        assert.equal(await gateway.end('SIGTERM'), 0, gateway.complaints);
    } finally { // also when it never started: open servers would keep the run waiting
        for (const { server } of practices) server.stop();
        tokens.stop();
        rmSync(dir, { recursive: true, force: true });
    }
});

const through = (method, path, { client = clients[0], ...more } = {}) => fhir(method, `${gateway.origin}/fhir/R4/${path}`, { client, ...more });

/** Straight from the practice, by `no-cache`. */
async function offered(practice, more = '') {
    const owner = encodeURIComponent(`${ODS_CODE}|${practice.ods}`);
    const found = await through('GET', `Slot?status=free&start=ge${day(1)}&start=lt${day(8)}&_count=500`
        + `&schedule.actor:HealthcareService.organization.identifier=${owner}${more}`, { headers: { 'cache-control': 'no-cache' } });
    assert.equal(found.status, 200, found.text);
    return found.resource;
}

const freeSlots = async (practice) => slotsIn(await offered(practice));
const local = (practice, id) => id.slice(practice.ods.length + 1);
const isOffered = async (practice, slot) => (await freeSlots(practice)).some((each) => each.id === slot.id);

/** A slot and a person that no other test has had. */
let turn = 0;
const used = new Set();
async function fresh(practice) {
    const slot = (await freeSlots(practice)).find((each) => !used.has(each.id));
    assert.ok(slot, `no fresh slot left at ${practice.ods}`);
    used.add(slot.id);
    return { slot, patient: people[turn++ % people.length] };
}

/** What the practice's own store holds for that slot. */
async function held(practice, slot) {
    const reference = `Slot/${local(practice, slot.id)}`;
    return (await practice.server.all('Appointment')).filter((each) => each.slot.some((named) => named.reference === reference));
}

async function personIn(practice, appointment) {
    const references = appointment.participant.map((each) => each.actor.reference).filter((each) => each.startsWith('Patient/'));
    assert.equal(references.length, 1);
    const person = await practice.server.store.readReference({ reference: references[0] });
    return person.identifier.find((each) => each.system === NHS_NUMBER).value;
}

async function book(practice) {
    const { slot, patient } = await fresh(practice);
    const booked = await through('POST', 'Appointment', { body: appointmentFor(slot, patient) });
    assert.equal(booked.status, 201, booked.text);
    return { slot, patient, booked };
}

const patch = (booked, changes) => through('PATCH', `Appointment/${booked.resource.id}`, {
    body: JSON.stringify(Object.entries(changes).map(([element, value]) => ({ op: 'add', path: `/${element}`, value }))),
    headers: { 'content-type': 'application/json-patch+json', 'if-match': booked.headers.get('etag') },
});

for (const practice of practices) {
    const { server, name } = practice;

    test(`${name}: its CapabilityStatement and all it holds are valid R4`, async () => {
        assertValid(server.capabilities());
        for (const type of ['Organization', 'Location', 'HealthcareService', 'Practitioner', 'PractitionerRole', 'Schedule', 'Slot', 'Patient'])
            for (const resource of await server.all(type)) assertValid(resource);
    });

    test(`${name}: a search returns the slots of its store, with where they are and with whom`, async () => {
        const bundle = await offered(practice, '&_include=Slot:schedule&_include:iterate=Schedule:actor');
        const mine = (await server.all('Slot')).map((slot) => ({ id: `${practice.ods}.${slot.id}`, start: Date.parse(slot.start), end: Date.parse(slot.end) }));
        const seen = slotsIn(bundle).map((slot) => ({ id: slot.id, start: Date.parse(slot.start), end: Date.parse(slot.end) }));
        const sorted = (list) => list.sort((a, b) => a.id.localeCompare(b.id));
        assert.equal(seen.length, 24);
        assert.deepEqual(sorted(seen), sorted(mine));
        const named = (type) => bundle.entry.filter((entry) => entry.resource.resourceType === type).map((entry) => entry.resource);
        assert.deepEqual(named('Practitioner').map((each) => each.name[0].family).sort(), ['Oakhanger', 'Silverdale']);
        assert.deepEqual(named('Location').map((each) => each.name), [`${name}, main building`]);
        assert.equal(named('Schedule').length, 2);
        assert.equal(bundle.entry.some((entry) => entry.search.mode === 'outcome'), false, JSON.stringify(bundle.entry.at(-1)));
    });

    test(`${name}: a booking is in its own store, with that slot, that person and who booked`, async () => {
        const { slot, patient, booked } = await book(practice);
        const rows = await held(practice, slot);
        assert.equal(rows.length, 1);
        assert.equal(rows[0].status, 'booked');
        assert.equal(await personIn(practice, rows[0]), patient.nhs_number);
        assert.equal(Date.parse(rows[0].start), Date.parse(slot.start));
        assert.equal(Date.parse(rows[0].end), Date.parse(slot.end));
        assert.equal(rows[0].description, 'Ear pain, two days');
        assert.equal(rows[0].contained[0].identifier[0].value, clients[0].ods);
        const actors = rows[0].participant.map((each) => each.actor.reference.split('/')[0]).sort();
        assert.deepEqual(actors, ['HealthcareService', 'Location', 'Patient', 'Practitioner', 'PractitionerRole']);
        assertValid(rows[0]);
        const read = await through('GET', `Appointment/${booked.resource.id}`);
        assert.deepEqual([read.status, read.resource.status, read.resource.slot[0].reference], [200, 'booked', `Slot/${slot.id}`]);
    });

    test(`${name}: a booked slot is offered to nobody, and a second booking of it is refused`, async () => {
        const { slot } = await book(practice);
        assert.equal(await isOffered(practice, slot), false);
        const second = await through('POST', 'Appointment', {
            client: clients[1], body: appointmentFor(slot, people[turn++ % people.length]),
        });
        assert.equal(second.status, 409, second.text);
        assert.equal((await held(practice, slot)).length, 1);
    });

    test(`${name}: an amendment is seen in its store`, async () => {
        const { slot, booked } = await book(practice);
        const amended = await patch(booked, { description: 'Ear pain, three days', comment: 'Needs the ground floor' });
        assert.equal(amended.status, 200, amended.text);
        const [row] = await held(practice, slot);
        assert.deepEqual([row.status, row.description, row.comment], ['booked', 'Ear pain, three days', 'Needs the ground floor']);
        assertValid(row);
    });

    test(`${name}: a cancellation is seen in its store, and the slot is offered again`, async () => {
        const { slot, booked } = await book(practice);
        const cancelled = await patch(booked, { status: 'cancelled', cancelationReason: { text: 'Feels better' } });
        assert.equal(cancelled.status, 200, cancelled.text);
        const rows = await held(practice, slot);
        assert.deepEqual(rows.map((row) => [row.status, row.cancelationReason?.text]), [['cancelled', 'Feels better']]);
        assertValid(rows[0]);
        assert.equal(await isOffered(practice, slot), true);
        const again = await through('POST', 'Appointment', { body: appointmentFor(slot, people[turn++ % people.length]) });
        assert.equal(again.status, 201, again.text);
        assert.deepEqual((await held(practice, slot)).map((row) => row.status).sort(), ['booked', 'cancelled']);
    });

    test(`${name}: a booking whose answer is lost is settled, not doubled`, async () => {
        const { slot, patient } = await fresh(practice);
        server.cutNextWrite();
        const answer = await through('POST', 'Appointment', { body: appointmentFor(slot, patient) });
        assert.ok([201, 504].includes(answer.status), answer.text);
        assert.equal(server.cut, false, 'the cut came to nothing');
        const id = new URL(answer.headers.get('location')).pathname.split('/Appointment/')[1].split('/')[0];
        await poll(() => through('GET', `Appointment/${id}`), (read) => read.resource.status === 'booked');
        const rows = await held(practice, slot);
        assert.deepEqual(rows.map((row) => row.status), ['booked']);
        assert.equal(await personIn(practice, rows[0]), patient.nhs_number);
    });

    test(`${name}: a cancellation whose answer is lost is settled`, async () => {
        const { slot, booked } = await book(practice);
        server.cutNextWrite();
        const answer = await patch(booked, { status: 'cancelled' });
        assert.ok([200, 504].includes(answer.status), answer.text);
        assert.equal(server.cut, false, 'the cut came to nothing');
        await poll(() => through('GET', `Appointment/${booked.resource.id}`), (read) => read.resource.status === 'cancelled');
        assert.deepEqual((await held(practice, slot)).map((row) => row.status), ['cancelled']);
    });

    test(`${name}: a slot that reception takes after the search is not booked over it`, async () => {
        const { slot, patient } = await fresh(practice);
        const mine = await server.store.readResource('Slot', local(practice, slot.id));
        await server.store.updateResource({ ...mine, status: 'busy' });
        const refused = await through('POST', 'Appointment', { body: appointmentFor(slot, patient) });
        assert.equal(refused.status, 409, refused.text);
        assert.deepEqual(await held(practice, slot), []);
    });

    test(`${name}: the gateway shows its certificate, and nothing in a URL tells who a patient is`, async () => {
        assert.ok(server.calls.every((call) => call.guest === 'apptgw sandbox gateway'));
        assert.ok(server.calls.every((call) => !people.some((person) => call.url.includes(person.nhs_number) || call.url.includes(person.family))));
        await assert.rejects(new Promise((resolve, reject) => {
            const { ca } = certificateOf('server');
            request(`${server.root}/metadata`, { ca }, resolve).on('error', reject).end();
        }), 'a connection without a certificate was let in');
    });
}

test('If-None-Exist goes to servers that have conditional create, and to no other', () => {
    for (const practice of practices) {
        const bookings = practice.server.calls.filter((call) => call.method === 'POST' && call.url.endsWith('/Appointment'));
        assert.ok(bookings.length > 0);
        assert.ok(bookings.every((call) => Boolean(call.headers['if-none-exist']) === practice.server.conditionalCreate));
    }
});

test('appointments are changed by PATCH where the server has it, else by PUT', () => {
    for (const practice of practices) {
        const changes = new Set(practice.server.calls.filter(isWrite).map((call) => call.method));
        assert.deepEqual([...changes].sort(), practice.server.patch ? ['PATCH', 'POST'] : ['POST', 'PUT']);
    }
});

test('without a token those servers answer nothing, and one token is good for many calls', async () => {
    assert.equal(await tokens.accepts('no-such-token'), false);
    for (const practice of [modest, keeper]) {
        const used = new Set(practice.server.calls.filter((call) => call.status !== 401).map((call) => call.headers.authorization ?? call.url));
        used.delete('/fhir/R4/metadata');
        assert.equal(used.size, 1, [...used].length);
    }
    assert.equal(tokens.issued.length, 2);
});

test('a token that the authorization server has revoked is renewed, and the booking made once', async () => {
    for (const practice of [modest, keeper]) {
        const { slot, patient } = await fresh(practice);
        const before = practice.server.calls.length;
        await tokens.revokeAll();
        const booked = await through('POST', 'Appointment', { body: appointmentFor(slot, patient) });
        assert.equal(booked.status, 201, booked.text);
        assert.ok(practice.server.calls.slice(before).some((call) => call.status === 401));
        assert.deepEqual((await held(practice, slot)).map((row) => row.status), ['booked']);
    }
});
