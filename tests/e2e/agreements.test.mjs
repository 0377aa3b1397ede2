// SPDX-License-Identifier: Apache-2.0
// Agreements and valves as a hub meets them, at one practice of each kind of system: what is found, what is refused, and what
// $explain says of it. Each case is a gateway of its own in front of the sandbox's practices.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { appointmentFor, assertValid, detailsOf, FHIR_JSON, hub, patientsOf, sandbox, slotSearch, slotsIn } from './support.mjs';
import { Gateway } from './support_gateway.mjs';

const practices = ['emis', 'tpp', 'vision', 'microtest', 'gpconnect', 'fhir_r4', 'bars'].map((kind) => sandbox.practices.find(({ system }) => system === kind));
const practicesFile = join(dirname(sandbox.config_file), 'practices.toml');
const ownFile = join(dirname(sandbox.config_file), `agreements-${process.pid}.toml`);
const dir = mkdtempSync(join(tmpdir(), 'apptgw-agreements-'));
let gateway;
let tokens;

/** The hub and each practice have an agreement; `more` is what else it says. */
const agreed = (more = '') =>
    practices.map(({ ods }) => `[[agreement]]\nid = "with-${ods.toLowerCase()}"\ntitle = "T"\npractices = ["${ods}"]\nconsumers = ["${hub.ods}"]\n${more}\n`).join('');

async function start(rules) {
    await gateway?.end('SIGTERM');
    // Without the federations of the sandbox, which share everything.
    const tables = readFileSync(practicesFile, 'utf8').split(/^(?=\[\[)/m).filter((table) => !table.startsWith('[[federation]]'));
    writeFileSync(ownFile, `${tables.join('')}\n${rules}`);
    gateway = new Gateway(dir, { APPTGW_DIRECTORY_PRACTICES_FILE: ownFile });
    await gateway.prepare();
    await gateway.start();
    tokens = new Map();
}

function tokenOf(client) {
    if (!tokens.has(client)) tokens.set(client, gateway.token(client));
    return tokens.get(client);
}

after(async () => {
    await gateway?.end('SIGTERM');
    rmSync(ownFile, { force: true });
    rmSync(dir, { recursive: true, force: true });
});

async function ask(method, path, { body, client = hub } = {}) {
    const response = await fetch(`${gateway.origin}/fhir/R4/${path}`, {
        method,
        headers: { accept: FHIR_JSON, authorization: `Bearer ${tokenOf(client)}`, 'cache-control': 'no-cache', ...(body ? { 'content-type': FHIR_JSON } : {}) },
        body: body && JSON.stringify(body),
    });
    const resource = await response.json();
    assertValid(resource);
    return { status: response.status, resource };
}

const named = (of, name) => (of.parameter ?? of.part).filter((each) => each.name === name);
const value = (of, name) => Object.entries(named(of, name)[0] ?? {}).find(([key]) => key.startsWith('value'))?.[1];
const explain = async ({ ods }, more = '', client = hub) => (await ask('GET', `Slot/$explain?practice=${ods}${more}`, { client })).resource;
const codes = (explanation) => [...new Set(named(explanation, 'session').flatMap((session) => named(session, 'reason').map((reason) => value(reason, 'code'))))].sort();
const total = async () => (await ask('GET', slotSearch(2, 4))).resource.total;
const bookingOf = (slot, patient) =>
    appointmentFor(slot, patient, { contained: [detailsOf(patient)], participant: [{ actor: { reference: '#p' }, status: 'accepted' }] });
const details = ({ resource }) => resource.issue.map(({ details }) => details.coding?.[0]?.code);

test('nothing is shared until something is agreed, and each practice is explained so', async () => {
    await start('');
    assert.equal((await ask('GET', slotSearch(2, 4))).status, 403);
    for (const practice of practices) assert.equal(value(named(await explain(practice), 'reason')[0], 'code'), 'no-agreement', practice.system);
});

test('an agreement shows the slots of every kind of system', async () => {
    await start(agreed());
    assert.ok((await total()) > 100);
    for (const practice of practices) assert.ok(codes(await explain(practice)).includes('offered'), practice.system);
});

test('sessions that are not shared are neither found nor booked, and are explained', async () => {
    await start(agreed('sessions = ["No such session"]'));
    assert.equal(await total(), 0);
    for (const practice of practices) assert.deepEqual(codes(await explain(practice)), ['restricted-organisation'], practice.system);
});

test('a role, a channel or a category that is asked for and missing is named', async () => {
    await start(agreed('channels = ["Carrier pigeon"]'));
    for (const practice of practices) assert.deepEqual(codes(await explain(practice)), ['channel-missing'], practice.system);
    await start(agreed('roles = ["R9999"]'));
    for (const practice of practices) assert.ok(codes(await explain(practice)).every((code) => ['role-missing', 'role-not-listed'].includes(code)), practice.system);
    await start(agreed('categories = ["Nothing of the kind"]'));
    for (const practice of practices) assert.deepEqual(codes(await explain(practice)), ['category-unmapped'], practice.system);
});

test('an embargo, a booking window and slots that went back are told apart, with the moment that changes it', async () => {
    await start(agreed('embargo = "1h"'));
    assert.equal(await total(), 0);
    for (const practice of practices) {
        const explanation = await explain(practice, `&start=ge${new Date(Date.now() + 48 * 3600e3).toISOString().slice(0, 10)}&start=lt${new Date(Date.now() + 96 * 3600e3).toISOString().slice(0, 10)}`);
        assert.deepEqual(codes(explanation), ['embargoed'], practice.system);
        const reason = named(named(explanation, 'session')[0], 'reason')[0];
        assert.ok(Date.parse(value(reason, 'until')) > Date.now());
        assert.match(value(reason, 'rule'), /^with-/);
    }
    await start(agreed('furthest = "0d"'));
    assert.equal(await total(), 0);
    await start(agreed('returned = "300d"'));
    assert.equal(await total(), 0);
});

test('a quota counts the bookings made, at each kind of system, and a cancellation gives its slot back', async () => {
    await start(agreed('slots_per_day = 1'));
    const found = slotsIn((await ask('GET', `${slotSearch(3, 4)}&_count=500`)).resource);
    for (const practice of practices) {
        const mine = found.filter(({ id }) => id.startsWith(`${practice.ods}.`));
        const [patient, other] = patientsOf(practice).slice(-2);
        const first = await ask('POST', 'Appointment', { body: bookingOf(mine.at(-1), patient) });
        assert.equal(first.status, 201, `${practice.system}: ${JSON.stringify(first.resource)}`);
        const second = await ask('POST', 'Appointment', { body: bookingOf(mine.at(-2), other) });
        assert.equal(second.status, 422, practice.system);
        assert.deepEqual(details(second), ['booking-limit'], practice.system);
        assert.ok(codes(await explain(practice)).includes('quota-reached'), practice.system);
        const cancelled = await fetch(`${gateway.origin}/fhir/R4/Appointment/${first.resource.id}`, {
            method: 'PATCH',
            headers: { accept: FHIR_JSON, authorization: `Bearer ${tokenOf(hub)}`, 'content-type': 'application/json-patch+json', 'if-match': `W/"${first.resource.meta.versionId}"` },
            body: JSON.stringify([{ op: 'replace', path: '/status', value: 'cancelled' }, { op: 'add', path: '/cancelationReason', value: { text: 'Feels better' } }]),
        });
        assert.equal(cancelled.status, 200, `${practice.system}: ${await cancelled.text()}`);
        assert.ok(!codes(await explain(practice)).includes('quota-reached'), practice.system);
    }
});

test('a paused practice is named with its reason, refuses bookings and opens by itself', async () => {
    const until = new Date(Date.now() + 3600e3).toISOString().replace(/\.\d+Z$/, 'Z');
    await start(agreed() + practices.map(({ ods }) => `[[valve]]\npractice = "${ods}"\nstate = "paused"\nuntil = "${until}"\nreason = "Two doctors are ill"\n`).join(''));
    const found = (await ask('GET', slotSearch(2, 4))).resource;
    assert.equal(found.total, 0);
    const outcome = found.entry.find(({ search }) => search.mode === 'outcome').resource;
    assert.equal(outcome.issue.length, practices.length);
    for (const issue of outcome.issue) assert.match(issue.details.text, /Two doctors are ill/);
    for (const practice of practices) {
        const reason = named(await explain(practice), 'reason')[0];
        assert.equal(value(reason, 'code'), 'practice-paused');
        assert.equal(Date.parse(value(reason, 'until')), Date.parse(until));
    }
});

test('who asks about another organisation is refused, unless it is the practice; the practice\'s own code is a mix-up', async () => {
    await start(agreed());
    const [practice] = practices;
    assert.equal((await ask('GET', `Slot/$explain?practice=${practice.ods}&organization=ZZ902`)).status, 403);
    assert.equal(value(named(await explain(practice, `&organization=${practice.ods}`), 'reason')[0], 'code'), 'wrong-consumer-code');
    assert.equal(value(named((await ask('GET', 'Slot/$explain?practice=Z00000')).resource, 'reason')[0], 'code'), 'endpoint-not-registered');
    const own = sandbox.practice_clients?.find(({ ods }) => ods === practice.ods);
    if (own) assert.ok(codes(await explain(practice, `&organization=${hub.ods}`, own)).includes('offered'));
});
