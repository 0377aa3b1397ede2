// SPDX-License-Identifier: Apache-2.0
// Patients who are hidden from organisations: sensitive ones, and those who dissent. Whoever may not see them hears at every face, word
// for word, what it hears for somebody whom no practice knows.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { NHS_NUMBER, appointmentFor, channelOf, control, detailsOf, fhir, freeSlots, freshSlots, hub, patientsOf, sandbox } from './support.mjs';
import { bookingOf, findSlots, resourcesIn, send, serviceOf } from './support_bars.mjs';
import { call, findPatient, gpconnect, practice as documented } from './support_gpconnect.mjs';

const ODS = 'https://fhir.nhs.uk/Id/ods-organization-code';
const sensitive = sandbox.hidden_patients.find(({ kind }) => kind === 'sensitive');
const dissenting = sandbox.hidden_patients.find(({ kind }) => kind === 'dissent');
const unknown = { ...sensitive, nhs_number: gpconnect.unknown_nhs_number };
const [desk] = sandbox.practice_clients;
const own = sandbox.practices.find(({ ods }) => ods === desk.ods);
const origin = new URL(sandbox.fhir_base).origin;
const coded = (system, code) => ({ coding: [{ system, code }] });

/** An answer without what is another in every answer: ids, times, and who was asked for. */
function alike({ status, headers, text }) {
    const plain = text
        .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ID')
        .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g, 'TIME')
        .replaceAll(/pt-[0-9a-z]{26}/g, 'PATIENT')
        .replaceAll(/\b\d{10}\b/g, 'NUMBER');
    const all = headers.entries ? [...headers.entries()] : Object.entries(headers);
    const changing = ['date', 'x-request-id', 'x-correlation-id', 'content-length', 'ssp-traceid'];
    const kept = all.filter(([name]) => !changing.includes(name))
        .map(([name, value]) => [name, String(value).replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')]);
    return { status, headers: Object.fromEntries(kept), text: plain };
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const searchPatient = (patient, client = hub) =>
    fhir('POST', 'Patient/_search', { client, headers: FORM, body: `identifier=${encodeURIComponent(`${NHS_NUMBER}|${patient.nhs_number}`)}` });
const onSystem = (system) => sandbox.practices.find((one) => one.system === system && one.ods !== own.ods);

/** `after`: nobody is in two places at once. */
async function bookAt(practice, patient, more = {}, client = hub, after = '') {
    const slot = (await freshSlots(practice)).find((one) => (channelOf(one) === 'In-person' || !channelOf(one)) && one.start >= after);
    return fhir('POST', 'Appointment', { client, body: appointmentFor(slot, patient, more), headers: { 'idempotency-key': randomUUID() } });
}
const withDetails = (patient) => ({
    contained: [detailsOf(patient)],
    participant: [{ actor: { reference: '#p' }, status: 'accepted' }],
});

const consentOf = (patient, more = {}) => ({
    resourceType: 'Consent',
    status: 'active',
    scope: coded('http://terminology.hl7.org/CodeSystem/consentscope', 'patient-privacy'),
    category: [
        coded(`${origin}/fhir/CodeSystem/consent-kind`, 'dissent'),
        coded(`${origin}/fhir/CodeSystem/consent-reason`, 'patient-request'),
    ],
    patient: { identifier: { system: NHS_NUMBER, value: patient.nhs_number } },
    organization: [{ identifier: { system: ODS, value: desk.ods } }],
    policyRule: coded('http://terminology.hl7.org/CodeSystem/v3-ActCode', 'OPTOUT'),
    provision: {
        type: 'deny',
        actor: [{
            role: coded('http://terminology.hl7.org/CodeSystem/v3-ParticipationType', 'IRCP'),
            reference: { identifier: { system: ODS, value: hub.ods } },
        }],
    },
    ...more,
});
const ofPatient = (patient, client = desk) =>
    fhir('POST', 'Consent/_search', { client, headers: FORM, body: `patient:identifier=${encodeURIComponent(`${NHS_NUMBER}|${patient.nhs_number}`)}` });

test('a search for a sensitive patient is a search for nobody', async () => {
    const [hidden, nobody] = [await searchPatient(sensitive), await searchPatient(unknown)];
    assert.equal(hidden.status, 200);
    assert.deepEqual(alike(hidden), alike(nobody));
    assert.equal((hidden.resource.entry ?? []).filter(({ search }) => search.mode === 'match').length, 0);
    const somebody = await searchPatient(patientsOf(own)[0]);
    assert.ok(somebody.resource.entry.some(({ search }) => search.mode === 'match'), 'others are found');
});

test('who dissents from one hub at one practice is found elsewhere, and there by others', async () => {
    const at = (reply) => (reply.resource.entry ?? []).filter(({ search }) => search.mode === 'match').map(({ resource }) => resource.id.split('.')[0]);
    const first = at(await searchPatient(dissenting));
    assert.ok(first.length > 0 && !first.includes(dissenting.at), String(first));
    const other = sandbox.clients.find(({ ods }) => ods === 'ZZ911');
    assert.ok(at(await searchPatient(dissenting, other)).includes(dissenting.at));
});

for (const system of ['gpconnect', 'microtest', 'fhir_r4', 'emis', 'tpp', 'vision'])
    test(`a booking for a sensitive patient is refused at a practice on ${system} as for one whom it does not know`, async () => {
        const practice = onSystem(system);
        const bare = [await bookAt(practice, sensitive), await bookAt(practice, unknown)];
        assert.ok(bare[0].status >= 400, bare[0].text);
        assert.deepEqual(alike(bare[0]), alike(bare[1]));
        const told = await bookAt(practice, sensitive, withDetails(sensitive));
        assert.ok(told.status >= 400, told.text);
        if (['gpconnect', 'fhir_r4'].includes(system)) return; // an unknown one is registered there
        assert.deepEqual(alike(told), alike(await bookAt(practice, unknown, withDetails(unknown))));
    });

test('nothing of a refused booking stands in the book', async () => {
    const practice = onSystem('microtest');
    const [slot] = await freshSlots(practice);
    await fhir('POST', 'Appointment', { body: appointmentFor(slot, sensitive) });
    assert.ok((await freeSlots(practice)).some(({ id }) => id === slot.id), 'the slot is free again');
    const book = await control(practice, 'GET', '/book');
    assert.ok(!JSON.stringify(book).includes(sensitive.nhs_number));
});

test('by BaRS message too', async () => {
    const practice = onSystem('microtest');
    const service = serviceOf(practice);
    const refused = [];
    for (const patient of [sensitive, unknown]) {
        const found = await findSlots(service);
        refused.push(await send(JSON.stringify(bookingOf(found, resourcesIn(found, 'Slot')[0], service, patient)), service));
    }
    assert.ok(refused[0].status >= 400, refused[0].text);
    assert.deepEqual(alike(refused[0]), alike(refused[1]));
});

test('by GP Connect too', async () => {
    const surgery = sandbox.practices.find(({ system, ods }) => system === 'gpconnect' && ods !== documented.ods);
    const at = { ods: surgery.ods };
    const search = (patient) => call(at, 'rest:search:patient-1', `Patient?identifier=${NHS_NUMBER}%7C${patient.nhs_number}`);
    const answers = [await search(sensitive), await search(unknown)];
    assert.equal(answers[0].status, 200, answers[0].text);
    assert.deepEqual(alike(answers[0]), alike(answers[1]));
    assert.equal(await findPatient(at, sensitive.nhs_number), undefined);
    assert.ok(await findPatient(at, patientsOf(own)[0].nhs_number));
});

test('what was booked before stays the hub\'s to read and to cancel; a new booking is refused; an ended consent hides nobody', async () => {
    const patient = patientsOf(own)[9];
    const booked = await bookAt(own, patient);
    assert.equal(booked.status, 201, booked.text);
    const recorded = await fhir('POST', 'Consent', { client: desk, body: consentOf(patient) });
    assert.equal(recorded.status, 201, recorded.text);
    const again = await fhir('POST', 'Consent', { client: desk, body: consentOf(patient) });
    assert.deepEqual([again.status, again.resource.id], [200, recorded.resource.id]);

    const refused = [await bookAt(own, patient), await bookAt(own, unknown)];
    assert.ok(refused[0].status >= 400, refused[0].text);
    assert.deepEqual(alike(refused[0]), alike(refused[1]));
    const read = await fhir('GET', `Appointment/${booked.resource.id}`);
    assert.equal(read.status, 200, read.text);
    const cancelled = await fhir('PATCH', `Appointment/${booked.resource.id}`, {
        headers: { 'content-type': 'application/json-patch+json', 'if-match': read.headers.get('etag') },
        body: [{ op: 'replace', path: '/status', value: 'cancelled' }, { op: 'add', path: '/cancelationReason', value: { text: 'Recovered' } }],
    });
    assert.equal(cancelled.status, 200, cancelled.text);
    const byPractice = await bookAt(own, patient, {}, desk);
    assert.equal(byPractice.status, 201, byPractice.text);

    const found = await ofPatient(patient);
    assert.deepEqual(found.resource.entry.map(({ resource }) => resource.id), [recorded.resource.id]);
    const ended = await fhir('PUT', `Consent/${recorded.resource.id}`, {
        client: desk,
        headers: { 'if-match': recorded.headers.get('etag') },
        body: { ...recorded.resource, status: 'inactive' },
    });
    assert.equal(ended.status, 200, ended.text);
    const shownAgain = await bookAt(own, patient, {}, hub, byPractice.resource.end);
    assert.equal(shownAgain.status, 201, shownAgain.text);
    const history = await fhir('GET', `Consent/${recorded.resource.id}/_history`, { client: desk });
    assert.deepEqual(history.resource.entry.map(({ resource }) => resource.status), ['inactive', 'active']);
});

test('consents are the practice\'s: a hub records none and finds none, and what is wrong is named', async () => {
    const patient = patientsOf(own)[10];
    assert.equal((await fhir('POST', 'Consent', { body: consentOf(patient) })).status, 403);
    assert.equal((await ofPatient(patient, hub)).status, 403);
    const wrong = [
        [{ organization: [{ identifier: { system: ODS, value: 'Z99201' } }] }, 'Consent.organization'],
        [{ provision: { type: 'permit' } }, 'Consent.provision.type'],
        [{ category: [coded('http://example.org', 'x')] }, 'Consent.category'],
        [{ patient: { reference: 'Patient/1' } }, 'Consent.patient.identifier'],
        [{ status: 'draft' }, 'Consent.status'],
        [{ text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">She said so</div>' } }, 'Consent.text'],
    ];
    for (const [more, path] of wrong) {
        const refused = await fhir('POST', 'Consent', { client: desk, body: consentOf(patient, more) });
        assert.ok(refused.status >= 400 && refused.status < 500, refused.text);
        assert.deepEqual(refused.resource.issue[0].expression, [path], refused.text);
    }
});

test('the practice finds the refusal in its trail, who was refused does not', async () => {
    const at = onSystem('microtest');
    const patient = encodeURIComponent(`${NHS_NUMBER}|${sensitive.nhs_number}`);
    const mine = await fhir('GET', `AuditEvent?patient:identifier=${patient}&subtype=decision`);
    assert.equal(mine.status, 200, mine.text);
    assert.ok(!mine.text.includes('consent'), mine.text);
    await bookAt(own, sensitive);
    const theirs = await fhir('GET', `AuditEvent?patient:identifier=${patient}&subtype=decision`, { client: desk });
    assert.ok((theirs.resource.entry ?? []).length > 0, `${at.ods} ${theirs.text}`);
});

test('operators list, add and end with the number on standard input', () => {
    const patient = patientsOf(own)[11];
    const consent = (words, input = '') => {
        const run = spawnSync(process.env.APPTGW,
            ['consent', ...words, '--by', 'A. Jones', '--config', sandbox.config_file, '--ca-file', sandbox.ca_file], { encoding: 'utf8', input });
        assert.ok(!(run.stdout + run.stderr).includes(patient.nhs_number), 'no number comes out');
        return run;
    };
    const number = `${patient.nhs_number}\n`;
    assert.match(consent(['list'], number).stdout, /^Nothing is recorded/);
    const added = consent(['add', '--kind', 'dissent', '--from-whom', hub.ods, '--reason', 'patient-request'], number);
    assert.equal(added.status, 0, added.stderr);
    assert.match(added.stdout, /active {2}dissent at everywhere from ZZ901/);
    const [id] = added.stdout.split(' ');
    assert.match(consent(['list'], number).stdout, new RegExp(id));
    const ended = consent(['end', id, '--reason', 'no-longer-wanted']);
    assert.equal(ended.status, 0, ended.stderr);
    assert.match(ended.stdout, /inactive/);
    assert.equal(consent(['add', '--kind', 'dissent', '--reason', 'she said so'], number).status, 1);
    assert.equal(consent(['add', '--kind', 'dissent', '--reason', 'patient-request'], '12345\n').status, 1);
});
