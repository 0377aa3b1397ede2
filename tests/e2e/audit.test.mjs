// SPDX-License-Identifier: Apache-2.0
// Books, is refused, and comes with a bad token; then the audit trail is exported, verified and asked who did it, as an auditor would.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { appointmentFor, channelOf, fhir, freshSlots, patientsOf, sandbox } from './support.mjs';
import { Gateway } from './support_gateway.mjs';

const dir = mkdtempSync(join(tmpdir(), 'apptgw-audit-'));
const gateway = new Gateway(dir);
const client = { ...sandbox.clients[0] };
const practice = sandbox.practices.find(({ system }) => system === 'gpconnect');
const secrets = [];
const at = (path) => `${gateway.origin}/fhir/R4/${path}`;
const file = (name) => join(dir, name);
let booked;
let events;
let made;
let readAgain;
let monthly;

function audit(words, input = '') {
    const run = spawnSync(process.env.APPTGW, ['audit', ...words], { encoding: 'utf8', env: gateway.env, input });
    return { status: run.status, text: run.stdout + run.stderr };
}
const withConfig = ['--config', sandbox.config_file];
const publicKey = ['--public-key', file('audit.pem')];

before(async () => {
    await gateway.prepare();
    await gateway.start();
    client.token = gateway.token(client);
    const slot = (await freshSlots(practice)).find((one) => channelOf(one) === 'In-person');
    const patient = patientsOf(practice)[0];
    secrets.push(patient.nhs_number, patient.family);
    const order = { client, body: appointmentFor(slot, patient) };
    booked = (await fhir('POST', at('Appointment'), order)).resource;
    assert.equal(booked.status, 'booked', JSON.stringify(booked));
    assert.equal((await fhir('POST', at('Appointment'), order)).status, 409);
    assert.equal((await fhir('GET', at(`Appointment/${booked.id}`), { client })).status, 200);
    assert.equal((await fhir('GET', at(`Appointment/${booked.id}`), { client: { ...client, token: 'nonsense' } })).status, 401);
    events = await fhir('GET', at(`AuditEvent?entity=Appointment/${booked.id}`), { client });
    made = await fhir('GET', at(`Provenance?target=Appointment/${booked.id}`), { client });
    const first = [events, made].map(({ resource }) => resource.entry[0].resource);
    readAgain = await Promise.all(first.map(({ resourceType, id }) => fhir('GET', at(`${resourceType}/${id}`), { client })));
    monthly = audit(['export', ...withConfig, '--out', file('monthly.txt'), '--by', 'A. Jones', '--ca-file', sandbox.ca_file]);
    await gateway.end('SIGTERM');
});

after(() => rmSync(dir, { recursive: true, force: true }));

test('the export is whole by the public key alone and names no patient', () => {
    assert.equal(audit(['public-key', ...withConfig, '--out', file('audit.pem')]).status, 0);
    const exported = audit(['export', ...withConfig, '--out', file('audit.txt')]);
    assert.equal(exported.status, 0, exported.text);
    const verified = audit(['verify', file('audit.txt'), ...publicKey]);
    assert.equal(verified.status, 0, verified.text);
    assert.match(verified.text, /^Whole: /);
    const text = readFileSync(file('audit.txt'), 'utf8');
    for (const secret of secrets) assert.ok(!text.includes(secret));
    assert.match(text, /event=login_failure/);
    assert.match(text, /event=write\toutcome=refused.*reason=slot-unavailable/);
    assert.match(text, /event=supplier_call\toutcome=ok\tvia=gpconnect\taction=book/);
});

test('an export is on record with who made it and what the file is', () => {
    assert.equal(monthly.status, 0, monthly.text);
    const hash = createHash('sha256').update(readFileSync(file('monthly.txt'))).digest('hex');
    assert.match(readFileSync(file('audit.txt'), 'utf8'), new RegExp(`event=export\\toutcome=ok\\tvia=management\\taction=audit export.*user=A\\. Jones.*id=${hash}`));
});

test('an export that could not be put on record leaves no file', () => {
    const unheard = audit(['export', ...withConfig, '--out', file('unheard.txt'), '--by', 'A. Jones', '--ca-file', sandbox.ca_file]);
    assert.equal(unheard.status, 1, unheard.text);
    assert.equal(existsSync(file('unheard.txt')), false);
});

test('one changed byte is found, and the record named', () => {
    const text = readFileSync(file('audit.txt'), 'utf8');
    writeFileSync(file('changed.txt'), text.replace('event=login_failure', 'event=login_failura'));
    const verified = audit(['verify', file('changed.txt'), ...publicKey]);
    assert.equal(verified.status, 1);
    assert.match(verified.text, /NOT whole: chain node-a, record \d+, line \d+: Record \d+ was changed/);
});

test('who touched the appointment, and the patient', () => {
    const who = audit(['who', file('audit.txt'), '--appointment', booked.id]);
    assert.equal(who.status, 0, who.text);
    assert.match(who.text, /write +ok .*POST \[base\]\/Appointment/);
    assert.match(who.text, /access +ok .*GET \[base\]\/Appointment\/\{id\}/);
    assert.ok(who.text.includes(client.client_id));
    const key = join(dirname(sandbox.config_file), 'store.key');
    const patient = audit(['who', file('audit.txt'), '--patient', '--key-file', key], `${secrets[0]}\n`);
    assert.equal(patient.status, 0, patient.text);
    assert.ok(patient.text.includes(booked.id), patient.text);
    assert.ok(!patient.text.includes(secrets[0]));
});

test('whom it concerns finds what was done as AuditEvent, and who made the appointment as Provenance', () => {
    assert.equal(events.status, 200, events.text);
    const done = events.resource.entry.map(({ resource }) => resource);
    assert.ok(done.some(({ action, outcome }) => action === 'C' && outcome === '0'), events.text);
    assert.ok(done.some(({ action }) => action === 'R'), events.text);
    assert.equal(made.status, 200, made.text);
    const [first] = made.resource.entry.map(({ resource }) => resource);
    assert.ok(first.target.some(({ reference }) => reference.startsWith(`Appointment/${booked.id}`)), made.text);
    assert.deepEqual(readAgain.map(({ resource }) => resource), [done[0], first]);
});
