// SPDX-License-Identifier: Apache-2.0
// Every route, asked without a token, with another organisation's token and with a token that lacks the scope: never data.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { appointmentFor, bookingIdentifier, channelOf, fhir, freeSlots, hub, NHS_NUMBER, patientsOf, sandbox, slotSearch } from './support.mjs';
import { mint } from './support_oauth.mjs';

// GP Connect practices know their patients by id, so that an appointment can refer to one.
const practice = sandbox.practices.find(({ system }) => system === 'gpconnect');
const others = sandbox.clients.slice(1);
const types = ['Slot', 'Schedule', 'Appointment', 'Patient', 'Practitioner', 'PractitionerRole', 'Location', 'Organization', 'HealthcareService', 'Task'];
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const PATCH = { 'content-type': 'application/json-patch+json' };

const patient = patientsOf(practice)[11];
const identifier = bookingIdentifier();
const tokens = new Map();
let booked;
let etag;
let ids;

/** A token with every scope of the hub but those of one type, or with one letter less. */
async function without(type, letter) {
    const name = `${type}.${letter ?? ''}`;
    if (!tokens.has(name)) {
        const scopes = hub.scope.split(' ').flatMap((scope) => {
            if (!scope.startsWith(`system/${type}.`)) return [scope];
            const left = letter ? scope.split('.')[1].replace(letter, '') : '';
            return left ? [`system/${type}.${left}`] : [];
        });
        tokens.set(name, { token: await mint(hub, scopes.join(' ')) });
    }
    return tokens.get(name);
}

before(async () => {
    const slot = (await freeSlots(practice)).filter((each) => channelOf(each) === 'In-person').at(-1);
    const found = await fhir('GET', `Patient?identifier=${encodeURIComponent(`${NHS_NUMBER}|${patient.nhs_number}`)}`);
    const known = found.resource.entry.map((entry) => entry.resource).find((resource) => resource.resourceType === 'Patient' && resource.id.startsWith(practice.ods));
    assert.ok(known, found.text);
    const body = appointmentFor(slot, patient, { identifier: [identifier] });
    body.participant[0].actor.reference = `Patient/${known.id}`;
    const answer = await fhir('POST', 'Appointment', { body });
    assert.equal(answer.status, 201, answer.text);
    booked = answer.resource;
    etag = answer.headers.get('etag');
    ids = { Appointment: booked.id, Slot: slot.id, Patient: known.id };
    for (const type of types.filter((each) => !ids[each])) {
        const some = await fhir('GET', `${type}?_count=1`);
        ids[type] = some.resource?.entry?.[0]?.resource.id ?? `${practice.ods}.1`;
    }
});

/** method, path, needed permission, options; made when asked, as ids are known only then. */
function routes() {
    const changed = { ...booked, comment: 'Seen by another' };
    const named = { resourceType: 'Parameters', parameter: [{ name: 'appt-id', valueString: booked.id }] };
    const moved = { resourceType: 'Parameters', parameter: [{ name: 'slot', valueReference: { reference: `Slot/${ids.Slot}` } }] };
    const cancel = [{ op: 'replace', path: '/status', value: 'cancelled' }];
    const all = types.flatMap((type) => [
        ['GET', type === 'Slot' ? slotSearch(2, 3) : type, type, 's'],
        ['POST', `${type}/_search`, type, 's', { headers: FORM, body: type === 'Slot' ? slotSearch(2, 3).slice(5) : '_count=1' }],
        ['GET', `${type}/${ids[type]}`, type, 'r'],
        ['HEAD', `${type}/${ids[type]}`, type, 'r'],
    ]);
    return [
        ...all,
        ['GET', `Appointment/${booked.id}/_history`, 'Appointment', 'r'],
        ['GET', `Appointment/${booked.id}/_history/1`, 'Appointment', 'r'],
        ['POST', 'Appointment', 'Appointment', 'c', { body: appointmentFor({ id: ids.Slot, start: booked.start, end: booked.end }, patient) }],
        ['GET', `Appointment/$find?start=${booked.start.slice(0, 10)}&end=${booked.start.slice(0, 10)}`, 'Appointment', 's'],
        ['POST', 'Appointment/$hold', 'Appointment', 'c', { body: named }],
        ['POST', 'Appointment/$book', 'Appointment', 'c', { body: named }],
        ['POST', `Appointment/${booked.id}/$reschedule`, 'Appointment', 'u', { headers: { 'if-match': etag }, body: moved }],
        ['PUT', `Appointment/${booked.id}`, 'Appointment', 'u', { headers: { 'if-match': etag }, body: changed }],
        ['GET', `Task/${ids.Task}/_history`, 'Task', 'r'],
        ['GET', `Task/${ids.Task}/_history/1`, 'Task', 'r'],
        ['GET', `Task/${ids.Task}/messages/1`, 'Task', 'r'],
        ['POST', 'Task', 'Task', 'c', { body: { resourceType: 'Task', status: 'requested', intent: 'order' } }],
        ['PATCH', `Task/${ids.Task}`, 'Task', 'u', { headers: { ...PATCH, 'if-match': 'W/"1"' }, body: cancel }],
        ['PATCH', `Appointment/${booked.id}`, 'Appointment', 'u', { headers: { ...PATCH, 'if-match': etag }, body: cancel }],
    ];
}

const secrets = () => [patient.nhs_number, patient.family, identifier.value, booked.id];
function assertNothingTold(answer, what) {
    for (const secret of secrets()) assert.ok(!answer.text.includes(secret), `${what} tells ${secret}: ${answer.text.slice(0, 300)}`);
}

test('no route answers a caller who does not say who they are', async () => {
    for (const [method, path, , , options] of routes()) {
        for (const token of [null, { token: 'nonsense' }, { token: '' }]) {
            const answer = await fhir(method, path, { ...options, client: token });
            assert.equal(answer.status, 401, `${method} ${path}: ${answer.text}`);
            assert.match(answer.headers.get('www-authenticate'), /^Bearer/);
            assertNothingTold(answer, `${method} ${path}`);
        }
    }
});

test('no route answers a token that lacks its scope', async () => {
    for (const [method, path, type, letter, options] of routes()) {
        for (const client of [await without(type), await without(type, letter)]) {
            const answer = await fhir(method, path, { ...options, client });
            assert.equal(answer.status, 403, `${method} ${path}: ${answer.text}`);
            assert.match(answer.headers.get('www-authenticate'), /insufficient_scope/);
            assertNothingTold(answer, `${method} ${path}`);
        }
    }
});

test("another organisation neither reads nor changes the hub's appointment", async () => {
    for (const client of others) {
        for (const [method, path, type, letter, options] of routes().filter(([, path]) => path.startsWith(`Appointment/${ids.Appointment}`))) {
            const answer = await fhir(method, path, { ...options, client });
            // An update of an id that is not there is 405 (FHIR R4 http.html#update), and it must look the same.
            assert.equal(answer.status, method === 'PUT' ? 405 : 404, `${client.client_id} ${method} ${path}: ${answer.text}`);
            assertNothingTold(answer, `${method} ${path} (${type}.${letter})`);
        }
    }
    const still = await fhir('GET', `Appointment/${booked.id}`);
    assert.equal(still.headers.get('etag'), etag, 'the appointment was changed');
});

test("another organisation's appointment cannot be told from one that does not exist", async () => {
    const nobody = '0190a000-0000-7000-8000-000000000000';
    const plain = (answer) => answer.text.replace(/"id":"[^"]*"/g, '');
    for (const [method, path, , , options] of routes().filter(([, path]) => path.startsWith(`Appointment/${booked.id}`))) {
        const body = options?.body?.id ? { ...options.body, id: nobody } : options?.body;
        const theirs = await fhir(method, path, { ...options, client: others[0] });
        const nowhere = await fhir(method, path.replace(booked.id, nobody), { ...options, body, client: others[0] });
        assert.equal(theirs.status, nowhere.status, `${method} ${path}`);
        assert.equal(plain(theirs), plain(nowhere), `${method} ${path}`);
    }
});

test("no search of another organisation finds the hub's appointment, or counts it", async () => {
    const number = encodeURIComponent(`${NHS_NUMBER}|${patient.nhs_number}`);
    const searches = [
        '_id=' + booked.id,
        'identifier=' + encodeURIComponent(`${identifier.system}|${identifier.value}`),
        'slot=Slot/' + ids.Slot,
        'patient:identifier=' + number,
        'patient.identifier=' + number,
        'date=ge2020-01-01',
        'status=booked&_summary=count',
        '_count=0',
        '_include=Appointment:patient&_include=Appointment:slot',
    ];
    for (const client of others) {
        for (const search of searches) {
            const answer = await fhir('GET', `Appointment?${search}`, { client });
            assert.equal(answer.status, 200, answer.text);
            assert.equal(answer.resource.total, 0, `${search}: ${answer.text.slice(0, 300)}`);
            const found = (answer.resource.entry ?? []).filter((entry) => entry.search?.mode !== 'outcome');
            assert.deepEqual(found, [], search);
        }
    }
});

test("another organisation's identifier and idempotency key do not reach the hub's appointment", async () => {
    const slot = (await freeSlots(practice)).filter((each) => channelOf(each) === 'In-person').at(-1);
    const body = appointmentFor(slot, patientsOf(practice)[12], { identifier: [identifier] });
    const answer = await fhir('POST', 'Appointment', {
        body,
        client: others[0],
        headers: { 'if-none-exist': `identifier=${identifier.system}|${identifier.value}`, 'idempotency-key': booked.id },
    });
    assert.equal(answer.status, 201, answer.text);
    assert.notEqual(answer.resource.id, booked.id);
});

test("another client's page link is worth nothing", async () => {
    const page = await fhir('GET', slotSearch(2, 9, '&_count=5'));
    const next = page.resource.link.find(({ relation }) => relation === 'next').url;
    assert.equal((await fhir('GET', next)).status, 200);
    for (const client of others) assert.equal((await fhir('GET', next, { client })).status, 410);
    assert.equal((await fhir('GET', next, { client: null })).status, 401);
});

test('an include brings nothing that the token may not read by itself', async () => {
    const narrow = { token: await mint(hub, 'system/Appointment.rs system/Slot.rs') };
    const withPatient = `Appointment?_id=${booked.id}&_include=Appointment:patient`;
    const whole = await fhir('GET', withPatient);
    assert.ok(whole.resource.entry.some(({ resource }) => resource.resourceType === 'Patient'), 'the include works for who may');
    const asked = [
        withPatient,
        'Appointment?_include=Appointment:actor',
        slotSearch(2, 4, '&_include=Slot:schedule&_include:iterate=Schedule:actor'),
    ];
    for (const path of asked) {
        const answer = await fhir('GET', path, { client: narrow });
        assert.equal(answer.status, 200, answer.text);
        const included = answer.resource.entry.filter((entry) => entry.search.mode === 'include').map((entry) => entry.resource.resourceType);
        assert.deepEqual(included.filter((type) => !['Appointment', 'Slot'].includes(type)), [], path);
    }
});

test('open routes tell nothing about patients', async () => {
    const origin = new URL(sandbox.fhir_base).origin;
    for (const url of [`${sandbox.fhir_base}/metadata`, `${sandbox.fhir_base}/.well-known/smart-configuration`, `${origin}/oauth2/jwks`, `${origin}/_ping`, `${origin}/_status`]) {
        const text = await (await fetch(url)).text();
        for (const secret of secrets()) assert.ok(!text.includes(secret), `${url} tells ${secret}`);
    }
});

test('neither metrics nor a token in the query let anybody in', async () => {
    const origin = new URL(sandbox.fhir_base).origin;
    assert.equal((await fetch(`${origin}/metrics`)).status, 404);
    const answer = await fhir('GET', `Appointment/${booked.id}?access_token=${hub.token}`, { client: null });
    assert.equal(answer.status, 401);
});
