// SPDX-License-Identifier: Apache-2.0
// Small requests that are meant to grow: refused quickly, and the process does not grow by much more than their bytes.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { FHIR_JSON, hub } from './support.mjs';
import { Gateway } from './support_gateway.mjs';

const MIB = 1 << 20;
/** Of a build without optimization, on a machine that does other things; the best of three tries counts. */
const QUICK_MS = 500;
const FHIR_XML = 'application/fhir+xml';
const dir = mkdtempSync(join(tmpdir(), 'apptgw-bombs-'));
const gateway = new Gateway(dir);
let token;

before(async () => {
    await gateway.prepare();
    await gateway.start();
    token = gateway.token(hub);
    await explode('{}', {}); // the first request makes connections and buffers
});

after(async () => {
    assert.equal(await gateway.end('SIGTERM'), 0, gateway.complaints);
    rmSync(dir, { recursive: true, force: true });
});

const memory = (what) => Number(readFileSync(`/proc/${gateway.child.pid}/status`, 'utf8').match(new RegExp(`${what}:\\s+(\\d+)`))[1]) * 1024;

/** The answer, how long it took, and by how much the process was larger meanwhile. */
async function explode(body, headers) {
    writeFileSync(`/proc/${gateway.child.pid}/clear_refs`, '5'); // the peak counts from here
    const before = memory('VmRSS');
    const began = Date.now();
    const response = await fetch(`${gateway.origin}/fhir/R4/Appointment`, {
        method: 'POST', body, headers: { accept: FHIR_JSON, authorization: `Bearer ${token}`, 'content-type': FHIR_JSON, ...headers },
    });
    const text = await response.text();
    return { status: response.status, text, took: Date.now() - began, grew: memory('VmHWM') - before };
}

const nested = (levels, open, close) => open.repeat(levels) + close.repeat(levels);
const laughs = `<!DOCTYPE x [<!ENTITY a "ha">${Array.from({ length: 20 }, (_, i) => `<!ENTITY ${String.fromCharCode(98 + i)} "${`&${String.fromCharCode(97 + i)};`.repeat(10)}">`).join('')}]>`;
const asXml = { 'content-type': FHIR_XML };

const bombs = [
    ['a million arrays in one another', '['.repeat(1_000_000), {}, 400],
    ['a million objects in one another', '{"a":'.repeat(200_000), {}, 400],
    ['arrays that are closed again', nested(500_000, '[', ']'), {}, 400],
    ['an array of a hundred thousand', `{"resourceType":"Appointment","slot":[${Array(100_000).fill('{}').join(',')}]}`, {}, 400],
    ['a hundred thousand participants', `{"resourceType":"Appointment","participant":[${Array(100_000).fill('null').join(',')}]}`, {}, 400],
    ['a text of a megabyte', `{"resourceType":"Appointment","description":"${'x'.repeat(1_000_000)}"}`, {}, 400],
    ['a text of a megabyte in escapes', `{"resourceType":"Appointment","description":"${'\\u0041'.repeat(160_000)}"}`, {}, 400],
    ['as many small things as may be', `{"resourceType":"Appointment","slot":[${Array(9_000).fill('{}').join(',')}]}`, {}, 400],
    ['a number of a megabyte', `{"resourceType":"Appointment","minutesDuration":${'9'.repeat(1_000_000)}}`, {}, 400],
    ['an exponent without end', '{"resourceType":"Appointment","minutesDuration":1e999999999}', {}, 400],
    ['fifty thousand names', `{"resourceType":"Appointment",${Array.from({ length: 50_000 }, (_, i) => `"n${i}":1`).join(',')}}`, {}, 400],
    ['a hundred thousand elements in one another', nested(100_000, '<a>', '</a>'), asXml, 400],
    ['elements that are never closed', '<a>'.repeat(300_000), asXml, 400],
    ['a hundred thousand attributes', `<Appointment ${Array.from({ length: 80_000 }, (_, i) => `a${i}="1"`).join(' ')}/>`, asXml, 400],
    ['entities that laugh', `${laughs}<Appointment xmlns="http://hl7.org/fhir"><description value="&t;"/></Appointment>`, asXml, 400],
    ['an entity that is a file', '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><Appointment xmlns="http://hl7.org/fhir"><description value="&f;"/></Appointment>', asXml, 400],
    ['an entity that is elsewhere', '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><Appointment xmlns="http://hl7.org/fhir"/>', asXml, 400],
    ['a gigabyte in a megabyte', gzipSync(Buffer.alloc(300 * MIB)), { 'content-encoding': 'gzip' }, 415],
];

for (const [what, body, headers, status] of bombs) {
    test(`${what}: refused quickly, at the price of its own bytes`, async () => {
        const tries = [];
        for (let i = 0; i < 3; ++i) tries.push(await explode(body, headers));
        for (const answer of tries) {
            assert.equal(answer.status, status, answer.text.slice(0, 300));
            assert.ok(!answer.text.includes('root:'), 'a file was read');
        }
        const took = Math.min(...tries.map((each) => each.took));
        const grew = Math.min(...tries.map((each) => each.grew));
        assert.ok(took < QUICK_MS, `${took} ms`);
        // Beside the bytes themselves: what they are taken to pieces into before one of them is found wrong.
        assert.ok(grew < 2 * body.length + 8 * MIB, `grew by ${(grew / MIB).toFixed(1)} MiB for ${(body.length / MIB).toFixed(1)} MiB`);
    });
}

test('a body that is larger than it may be is refused before it is read', async () => {
    const answer = await explode(' '.repeat(1_048_577), {});
    assert.equal(answer.status, 413);
    assert.ok(answer.grew < 2 * MIB, `${answer.grew}`);
});

test('afterwards everything is as before', async () => {
    const response = await fetch(`${gateway.origin}/_ping`);
    assert.equal(response.status, 200);
});
