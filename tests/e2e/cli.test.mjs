// SPDX-License-Identifier: Apache-2.0
// The command line as an integrator uses it, against the running sandbox; and the books of the days when the clocks change.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { withKeptOutput } from './support_output.mjs';
import { fhir, hub, sandbox } from './support.mjs';

const apptgw = (...words) => spawnSync(process.env.APPTGW, words, { encoding: 'utf8' });
const endpoint = sandbox.fhir_base.replace('/fhir/R4', '/oauth2/token');
const token = (...more) => apptgw('token', '--url', endpoint, '--client-id', hub.client_id, '--ca-file', sandbox.ca_file, ...more);

test('apptgw token prints a token alone, and the token opens what its scope says', async () => {
    const run = token('--key', hub.key_file, '--scope', 'system/Location.rs');
    assert.equal(run.status, 0, run.stderr);
    assert.equal(run.stderr, '');
    assert.match(run.stdout, /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const client = { token: run.stdout.trim() };
    assert.equal((await fhir('GET', 'Location?_count=1', { client })).status, 200);
    const refused = await fhir('GET', 'Organization?_count=1', { client });
    assert.equal(refused.status, 403);
    assert.match(refused.headers.get('www-authenticate'), /insufficient_scope/);
});

for (const [what, words, status, sentence] of [
    ['another client’s key', ['--key', sandbox.clients[1].key_file], 1, /invalid_client/],
    ['a scope that is not allowed', ['--key', hub.key_file, '--scope', 'system/Consent.r'], 1, /invalid_scope/],
    ['a key file that does not exist', ['--key', '/nonexistent.key'], 1, /nonexistent\.key/],
    ['an authority that did not sign the gateway', ['--key', hub.key_file, '--ca-file', '/etc/hostname'], 1, /\/etc\/hostname/],
    ['no key', [], 2, /--key/],
]) {
    test(`apptgw token says what is wrong with ${what}`, () => {
        const run = words.includes('--ca-file') ? apptgw('token', '--url', endpoint, '--client-id', hub.client_id, ...words) : token(...words);
        assert.equal(run.status, status, run.stderr);
        assert.equal(run.stdout, '');
        assert.match(run.stderr, sentence);
    });
}

test('a command that does not exist is answered with the ones that do', () => {
    const run = apptgw('bogus');
    assert.equal(run.status, 2);
    assert.equal(run.stdout, '');
    assert.match(run.stderr, /no command `bogus`.*serve, sandbox, token, unknown, audit, store, practice, valve, agreement, slot-type, consent, outbox, calendar, check-config, version.*--help/);
    assert.match(apptgw('--help').stdout, /2 usage/);
});

test('check-config finds the configuration of the sandbox complete', () => {
    const run = apptgw('check-config', sandbox.config_file);
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stdout, /is complete/);
});

test('check-config names every file that is missing, and its line', () => {
    const sample = new URL('../../config/samples/apptgw.toml', import.meta.url).pathname;
    const run = apptgw('check-config', sample);
    assert.equal(run.status, 3);
    assert.match(run.stderr, /apptgw\.toml:\d+:\d+: `tls_certificate_file` of \[server\]: .* does not exist/);
});

for (const [date, before, after] of [
    ['2027-03-25', '2027-03-26T08:30:00+00:00', '2027-03-29T08:30:00+01:00'],
    ['2027-10-28', '2027-10-29T08:30:00+01:00', '2027-11-01T08:30:00+00:00'],
]) {
    test(`morning surgery stays at half past eight when the clocks change after ${date}`, async () => {
        const dir = mkdtempSync(join(tmpdir(), 'apptgw-clock-'));
        const other = withKeptOutput('clocks', (stdio) => spawn(process.env.APPTGW, ['sandbox', '--dir', dir, '--port', '0', '--date', date], { stdio }));
        const ended = new Promise((resolve) => other.on('exit', resolve));
        try {
            for (let waited = 0; !existsSync(join(dir, 'sandbox.json')); waited += 50) {
                assert.ok(waited < 30000, 'the sandbox did not start');
                await new Promise((resolve) => setTimeout(resolve, 50));
            }
            const facts = JSON.parse(readFileSync(join(dir, 'sandbox.json'), 'utf8'));
            for (const start of [before, after]) {
                const search = `${facts.fhir_base}/Slot?status=free&start=${start.slice(0, 10)}&_count=1`;
                const run = spawnSync('curl', ['-sS', '--cacert', facts.ca_file, '-H', `Authorization: Bearer ${facts.clients[0].token}`, search], { encoding: 'utf8' });
                assert.equal(JSON.parse(run.stdout).entry[0].resource.start, start, run.stderr);
            }
        } finally {
            other.kill('SIGTERM');
            await ended;
            rmSync(dir, { recursive: true, force: true });
        }
    });
}
