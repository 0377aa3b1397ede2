// SPDX-License-Identifier: Apache-2.0
// A practice's system that lies: other people's data, other ids, other types, too much, too slowly, packed to burst. What it says is
// compared with what was asked, and nothing of a lie reaches a consumer.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { NHS_NUMBER, appointmentFor, day, fhir, hub, sandbox, slotsIn } from './support.mjs';
import { certificateOf, listen } from './support_fhir_server.mjs';
import { writePracticesFile } from './support_fhir_practice.mjs';
import { Gateway } from './support_gateway.mjs';

const ods = 'Z98801';
const [asked, somebodyElse] = sandbox.patients;
const dir = mkdtempSync(join(tmpdir(), 'apptgw-lying-'));
const gateway = new Gateway(dir, { APPTGW_DIRECTORY_PRACTICES_FILE: join(dir, 'practices.toml'), APPTGW_SEARCH_BOOK_LIFETIME: '0s' });
const at = (hour) => new Date(Date.parse(day(2)) + hour * 3600000).toISOString();
let token;
let root;
let lie = {};
const asks = [];

const organization = { resourceType: 'Organization', id: 'org', active: true, name: 'Lying Surgery', identifier: [{ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: ods }] };
const schedule = (more = {}) => ({ resourceType: 'Schedule', id: 'sch', active: true, actor: [{ reference: 'Location/loc' }], ...more });
const location = { resourceType: 'Location', id: 'loc', status: 'active', name: 'Main building', managingOrganization: { reference: 'Organization/org' } };
const slot = (more = {}) => ({ resourceType: 'Slot', id: 's1', schedule: { reference: 'Schedule/sch' }, status: 'free', start: at(10), end: at(10.25), ...more });
const bundle = (resources, more = {}) => ({
    resourceType: 'Bundle', type: 'searchset', link: [{ relation: 'self', url: `${root}/Slot` }],
    entry: resources.map((resource) => ({ fullUrl: `${root}/${resource.resourceType}/${resource.id}`, resource, search: { mode: resource.resourceType === 'Slot' || resource.resourceType === 'Patient' || resource.resourceType === 'Appointment' ? 'match' : 'include' } })), ...more,
});
const person = (who, more = {}) => ({ resourceType: 'Patient', id: 'pt1', active: true, identifier: [{ system: NHS_NUMBER, value: who.nhs_number }], name: [{ family: who.family, given: [who.given] }], birthDate: who.birth_date, ...more });
const capabilities = {
    resourceType: 'CapabilityStatement', status: 'active', date: '2026-01-01', kind: 'instance', fhirVersion: '4.0.1', format: ['json'],
    rest: [{ mode: 'server', resource: ['Slot', 'Schedule', 'Location', 'Organization', 'Patient', 'Appointment'].map((type) => ({ type, interaction: ['read', 'search-type', 'create', 'update'].map((code) => ({ code })) })) }],
};
const truth = {
    metadata: () => capabilities,
    Slot: () => bundle([slot(), schedule(), location, organization]),
    Patient: () => bundle([person(asked)]),
    Schedule: () => bundle([schedule()]),
    Location: () => bundle([location]),
    Organization: () => bundle([organization]),
    Appointment: () => bundle([]),
};

const server = createServer({ ...certificateOf('server'), requestCert: true }, async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const path = new URL(request.url, 'https://x').pathname.split('/').filter(Boolean).slice(2);
    asks.push(`${request.method} ${path.join('/')}`);
    const what = request.method === 'POST' && path[0] === 'Appointment' && path[1] !== '_search' ? 'book' : path[1] && path[1] !== '_search' ? `${path[0]}/one` : path[0];
    const reply = lie[what] ?? (what === 'Slot/one' ? () => slot() : (truth[what] ?? (() => undefined)));
    const answer = await reply(body, response);
    if (response.writableEnded || response.destroyed || answer === 'answered') return;
    response.statusCode = answer === undefined ? 404 : what === 'book' ? 201 : 200;
    response.setHeader('content-type', 'application/fhir+json');
    if (what === 'book' && answer?.id) response.setHeader('location', `${root}/Appointment/${answer.id}/_history/1`);
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer ?? { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'not-found' }] }));
});
server.on('clientError', (_error, socket) => socket.destroy());

before(async () => {
    root = `https://localhost:${await listen(server)}/fhir/R4`;
    writePracticesFile(dir, [{ ods, name: 'Lying Surgery', server: { root } }]);
    await gateway.prepare();
    await gateway.start();
    token = gateway.token(hub);
});

after(async () => {
    try {
        assert.equal(await gateway.end('SIGTERM'), 0, gateway.complaints);
    } finally {
        server.close();
        server.closeAllConnections();
        rmSync(dir, { recursive: true, force: true });
    }
});

const through = (method, path, body) => fhir(method, `${gateway.origin}/fhir/R4/${path}`, { client: { token }, body, headers: { 'cache-control': 'no-cache' } });
const search = () => through('GET', `Slot?status=free&start=ge${day(1)}&start=lt${day(8)}&_include=Slot:schedule&_include:iterate=Schedule:actor:Location`);
const lookUp = () => through('GET', `Patient?identifier=${encodeURIComponent(`${NHS_NUMBER}|${asked.nhs_number}`)}`);
async function saying(what, work) {
    lie = what;
    try {
        return await work();
    } finally {
        lie = {};
    }
}
const memory = () => Number(readFileSync(`/proc/${gateway.child.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]) * 1024;

test('as long as it tells the truth, its slots and its patient are shown', async () => {
    const found = await search();
    assert.equal(found.status, 200, found.text);
    assert.deepEqual(slotsIn(found.resource).map(({ id }) => id), [`${ods}.s1`], JSON.stringify(asks));
    assert.equal((await lookUp()).resource.total, 1);
});

test("another patient's record is not shown to who asked for one", async () => {
    for (const [what, resources] of [
        ['somebody else', [person(somebodyElse)]],
        ['both', [person(asked), person(somebodyElse, { id: 'pt2' })]],
        ['the right number beside a wrong one', [person(asked, { identifier: [{ system: NHS_NUMBER, value: somebodyElse.nhs_number }, { system: NHS_NUMBER, value: asked.nhs_number }] })]],
        ['no number', [person(asked, { identifier: [] })]],
    ]) {
        const answer = await saying({ Patient: () => bundle(resources) }, lookUp);
        assert.ok(!answer.text.includes(somebodyElse.nhs_number), `${what}: ${answer.text.slice(0, 300)}`);
        assert.ok(!answer.text.includes(`"${somebodyElse.family}"`) || somebodyElse.family === asked.family, what);
    }
});

test('slots under a wrong id, of another practice or another time are not offered as if they were', async () => {
    for (const [what, wrong] of [
        ['an id with a path', slot({ id: '../../Patient/1' })],
        ['an id that is another practice\'s', slot({ id: `Z98701.1` })],
        ['an id of five thousand characters', slot({ id: 's'.repeat(5000) })],
        ['no id', slot({ id: undefined })],
        ['a slot that ends before it starts', slot({ start: at(11), end: at(10) })],
        ['a slot of a thousand years', slot({ end: '3026-01-01T00:00:00Z' })],
        ['an impossible time', slot({ start: '2026-02-30T25:61:00Z' })],
        ['another status', slot({ status: 'busy' })],
        ['a schedule elsewhere', slot({ schedule: { reference: 'https://evil.example/Schedule/1' } })],
        ['an overbooked word of its own', slot({ status: '<script>' })],
    ]) {
        const found = await saying({ Slot: () => bundle([wrong, schedule(), location, organization]) }, search);
        assert.ok(found.status < 500 || found.resource?.resourceType === 'OperationOutcome', what);
        for (const each of slotsIn(found.resource ?? {})) {
            assert.match(each.id, /^Z98801\.[A-Za-z0-9-]{1,57}$/, what);
            assert.equal(each.status, 'free', what);
            assert.ok(Date.parse(each.start) < Date.parse(each.end), what);
        }
        assert.ok(!found.text.includes('<script>') && !found.text.includes('evil.example'), what);
    }
});

test('another type, no JSON, a page of a web server: named as no answer of that practice', async () => {
    for (const [what, reply] of [
        ['a Patient', () => person(somebodyElse)],
        ['a list', () => '[]'],
        ['null', () => 'null'],
        ['half a document', () => JSON.stringify(bundle([slot()])).slice(0, 150)],
        ['a page', () => '<html><script>alert(1)</script></html>'],
        ['nothing', () => ''],
        ['a deep document', () => '['.repeat(500_000)],
        ['names twice', () => '{"resourceType":"Bundle","type":"searchset","type":"searchset"}'],
    ]) {
        const found = await saying({ Slot: reply }, search);
        assert.equal(slotsIn(found.resource ?? {}).length, 0, what);
        assert.ok(!found.text.includes('<script>') && !found.text.includes(somebodyElse.nhs_number), what);
        const issues = found.resource.resourceType === 'OperationOutcome' ? found.resource.issue : found.resource.entry.flatMap(({ resource }) => resource.issue ?? []);
        assert.ok(issues.some(({ details }) => details.text.includes(ods) || details.text.length > 20), what);
    }
});

test('next pages elsewhere are not fetched, and pages in a circle come to an end', async () => {
    const heard = [];
    const elsewhere = createServer(certificateOf('server'), (request, response) => response.end(String(heard.push(request.url))));
    const port = await listen(elsewhere);
    try {
        const next = (url) => () => bundle([slot(), schedule(), location, organization], { link: [{ relation: 'next', url }] });
        for (const url of [`https://localhost:${port}/Slot`, `https://127.0.0.1:${port}/`, `http://localhost:${port}/`, `//localhost:${port}/x`, 'file:///etc/passwd', `${root}/../../secret`])
            await saying({ Slot: next(url) }, search);
        assert.deepEqual(heard, []);
        const before = asks.length;
        await saying({ Slot: next(`${root}/Slot?page=2`) }, search);
        assert.ok(asks.length - before < 250, `${asks.length - before} requests`);
    } finally {
        elsewhere.close();
        elsewhere.closeAllConnections();
    }
});

test('an answer without end, or one that is packed to burst, is cut off and costs little memory', async () => {
    const before = memory();
    const endless = (_body, response) => {
        response.writeHead(200, { 'content-type': 'application/fhir+json' });
        const chunk = ' '.repeat(1 << 20);
        const more = () => {
            while (!response.destroyed && response.write(chunk));
        };
        response.on('drain', more);
        more();
        return 'answered';
    };
    const packed = gzipSync(Buffer.alloc(400 << 20, ' '));
    const bomb = (_body, response) => {
        response.writeHead(200, { 'content-type': 'application/fhir+json', 'content-encoding': 'gzip', 'content-length': packed.length });
        response.end(packed);
        return 'answered';
    };
    for (const [what, reply] of [['endless', endless], ['packed', bomb]]) {
        const began = Date.now();
        const found = await saying({ Slot: reply }, search);
        assert.equal(slotsIn(found.resource ?? {}).length, 0, what);
        assert.ok(Date.now() - began < 6000, what);
    }
    assert.ok(memory() - before < 100 << 20, `${((memory() - before) >> 20)} MiB more`);
});

test('an answer that trickles is given up at the deadline, and the next one is heard', async () => {
    const trickle = (_body, response) => {
        response.writeHead(200, { 'content-type': 'application/fhir+json' });
        const timer = setInterval(() => (response.destroyed ? clearInterval(timer) : response.write(' ')), 50);
        response.on('close', () => clearInterval(timer));
        return 'answered';
    };
    const began = Date.now();
    const found = await saying({ Slot: trickle }, search);
    assert.ok(Date.now() - began < 6000, `${Date.now() - began} ms`);
    assert.equal(slotsIn(found.resource ?? {}).length, 0);
    let again;
    for (let i = 0; i < 40 && slotsIn(again?.resource ?? {}).length === 0; ++i) {
        again = await search();
        await new Promise((resolve) => setTimeout(resolve, 500));
    }
    assert.equal(slotsIn(again.resource).length, 1, again.text);
});

test('a booking that is confirmed for somebody else, another slot or another time is none', async () => {
    for (const [what, change] of [
        ['somebody else', { participant: [{ actor: { reference: 'Patient/pt9', identifier: { system: NHS_NUMBER, value: somebodyElse.nhs_number } }, status: 'accepted' }] }],
        ['another slot', { slot: [{ reference: 'Slot/s2' }] }],
        ['another time', { start: at(12), end: at(12.25) }],
        ['another status', { status: 'cancelled' }],
        ['another type', { resourceType: 'Patient' }],
    ]) {
        const answer = await saying({ book: (body) => ({ ...JSON.parse(body), id: 'ap1', meta: { versionId: '1' }, ...change }) }, () =>
            through('POST', 'Appointment', appointmentFor({ id: `${ods}.s1`, start: at(10).replace('.000Z', 'Z'), end: at(10.25).replace('.000Z', 'Z') }, asked)));
        assert.ok(answer.status >= 400, `${what}: ${answer.status} ${answer.text.slice(0, 300)}`);
        assert.ok(!answer.text.includes(somebodyElse.nhs_number), what);
    }
});
