// SPDX-License-Identifier: Apache-2.0
// What operators change of the policy while the gateway runs: it holds for the next request on a connection that is open already, outlives
// a restart, and a wrong change changes nothing. And booking against a rule, with the right to do so and a reason.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { appointmentFor, assertValid, channelOf, detailsOf, FHIR_JSON, hub, patientsOf, sandbox, slotSearch, slotsIn } from './support.mjs';
import { Gateway } from './support_gateway.mjs';

const practicesFile = join(dirname(sandbox.config_file), 'practices.toml');
const ownFile = join(dirname(sandbox.config_file), `policy-${process.pid}.toml`);
const dir = mkdtempSync(join(tmpdir(), 'apptgw-policy-'));
const gateway = new Gateway(dir, { APPTGW_DIRECTORY_PRACTICES_FILE: ownFile });
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const practice = sandbox.practices.find(({ system }) => system === 'emis');
const other = sandbox.practices.find(({ system }) => system === 'tpp');
let token;

function apptgw(...words) {
    return spawnSync(process.env.APPTGW, [...words, '--config', sandbox.config_file, '--ca-file', sandbox.ca_file], { encoding: 'utf8', env: gateway.env });
}
const why = ['--reason', 'two doctors ill', '--by', 'A. Jones'];

function done(...words) {
    const run = apptgw(...words);
    assert.equal(run.status, 0, run.stderr);
    return run.stdout;
}

before(async () => {
    const tables = readFileSync(practicesFile, 'utf8').split(/^(?=\[\[)/m).filter((table) => !table.startsWith('[[federation]]'))
        .map((table) => (table.startsWith('[[client]]') && table.includes(`"${hub.client_id}"`) ? `${table.trimEnd()}\nmay_override = true\n\n` : table));
    const shared = `[[agreement]]\nid = "hub"\ntitle = "Hub"\npractices = ["${practice.ods}", "${other.ods}"]\nconsumers = ["${hub.ods}"]\n`;
    writeFileSync(ownFile, `${tables.join('')}\n${shared}`);
    await gateway.prepare();
    await gateway.start();
    token = gateway.token(hub);
});

after(async () => {
    agent.destroy();
    await gateway.end('SIGTERM');
    rmSync(ownFile, { force: true });
    rmSync(dir, { recursive: true, force: true });
});

/** All on one connection. */
function ask(method, path, body) {
    return new Promise((resolve, reject) => {
        const sent = request(`${gateway.origin}/fhir/R4/${path}`, {
            agent, method, headers: { accept: FHIR_JSON, authorization: `Bearer ${token}`, ...(body ? { 'content-type': FHIR_JSON } : {}) },
        }, (response) => {
            let text = '';
            response.on('data', (data) => (text += data));
            response.on('end', () => {
                const resource = JSON.parse(text);
                assertValid(resource);
                resolve({ status: response.statusCode, resource, reused: sent.reusedSocket });
            });
        });
        sent.on('error', reject);
        sent.end(body && JSON.stringify(body));
    });
}

const search = () => ask('GET', `${slotSearch(2, 4)}&_count=500`);
const of = (found, { ods }) => slotsIn(found.resource).filter(({ id }) => id.startsWith(`${ods}.`));
const texts = (found) => found.resource.entry.filter(({ search }) => search?.mode === 'outcome').flatMap(({ resource }) => resource.issue.map(({ details }) => details.text));
const manage = (path, options) => fetch(`https://localhost:${gateway.managementPort}/policy/${path}`, options);

test('a pause by command holds for the next request on an open connection, and so does its end', async () => {
    const before = await search();
    const [slot] = of(before, practice).filter((one) => channelOf(one) === 'In-person');
    assert.ok(slot && of(before, other).length > 0);
    assert.match(done('practice', 'pause', practice.ods, ...why), /Valve: paused/);

    const paused = await search();
    assert.ok(paused.reused, 'the same connection');
    assert.equal(of(paused, practice).length, 0);
    assert.ok(of(paused, other).length > 0, 'the other practice goes on');
    assert.ok(texts(paused).some((text) => text.includes('two doctors ill')), JSON.stringify(texts(paused)));
    const refused = await ask('POST', 'Appointment', appointmentFor(slot, patientsOf(practice).at(-1)));
    assert.equal(refused.status, 422, JSON.stringify(refused.resource));
    assert.equal(refused.resource.issue[0].details.coding[0].code, 'practice-paused');

    done('practice', 'resume', practice.ods, ...why);
    assert.ok(of(await search(), practice).length > 0);
});

test('with the right to override and a reason a paused practice is booked, and the appointment keeps the reason', async () => {
    const [slot] = of(await search(), practice).slice(-1);
    const patient = patientsOf(practice).at(-5); // nobody else links this one
    done('valve', 'pause', practice.ods, ...why);
    const url = `${gateway.origin}/fhir/StructureDefinition/override-reason`;
    const details = { contained: [detailsOf(patient)], participant: [{ actor: { reference: '#p' }, status: 'accepted' }] };
    const wanted = appointmentFor(slot, patient, { ...details, extension: [{ url, valueString: 'Agreed with the practice by telephone' }] });
    assert.equal((await ask('POST', 'Appointment', { ...wanted, extension: undefined })).status, 422, 'the right alone books nothing');
    const booked = await ask('POST', 'Appointment', wanted);
    assert.equal(booked.status, 201, JSON.stringify(booked.resource));
    const kept = await ask('GET', `Appointment/${booked.resource.id}`);
    assert.equal(kept.resource.extension.find((one) => one.url === url)?.valueString, 'Agreed with the practice by telephone');
    done('valve', 'open', practice.ods, ...why);
    const file = join(dir, 'audit.txt');
    const written = spawnSync(process.env.APPTGW, ['audit', 'export', '--out', file, '--config', sandbox.config_file], { encoding: 'utf8', env: gateway.env });
    assert.equal(written.status, 0, written.stderr);
    assert.ok(readFileSync(file, 'utf8').split('\n').some((line) => line.includes(booked.resource.id) && line.includes('override=yes')));
});

test('an agreement is put, shown, listed as a register and removed; a restart changes nothing of it', async () => {
    const toml = join(dir, 'other.toml');
    writeFileSync(toml, `[[agreement]]\nid = "hub"\ntitle = "=Hub, limited"\npractices = ["${practice.ods}"]\nconsumers = ["${hub.ods}"]\n`);
    assert.match(done('agreement', 'put', toml, ...why), /agreement hub stands/);
    assert.equal(of(await search(), other).length, 0, 'the file said more');
    await gateway.end('SIGTERM');
    await gateway.start();
    assert.equal(of(await search(), other).length, 0);
    assert.ok(of(await search(), practice).length > 0);
    assert.match(done('agreement', 'list', '--csv'), /hub,"'=Hub, limited",/);
    assert.match(done('agreement', 'history', 'hub'), /practices file/);
    done('agreement', 'remove', 'hub', ...why);
    assert.equal((await search()).status, 403, 'nobody shares any more');
    assert.equal(apptgw('agreement', 'show', 'hub').status, 1);
});

test('a wrong change is refused whole, over HTTP and by command', async () => {
    const before = await (await manage('agreements')).text();
    const toml = join(dir, 'wrong.toml');
    writeFileSync(toml, `[[agreement]]\nid = "wrong"\ntitle = "W"\npractices = ["Z00000"]\nconsumers = ["${hub.ods}"]\n`);
    const run = apptgw('agreement', 'put', toml, ...why);
    assert.equal(run.status, 1);
    assert.match(run.stderr, /Z00000.*Nothing was changed/s);
    const unproved = await manage('agreements/wrong', { method: 'PUT', headers: { 'content-type': 'application/json', 'if-none-match': '*', 'x-change-reason': 'x' }, body: '{}' });
    assert.equal(unproved.status, 401);
    assertValid(await unproved.json());
    assert.equal(await (await manage('agreements')).text(), before);
});
