// SPDX-License-Identifier: Apache-2.0
// Starts a sandbox on free ports, runs every *.test.mjs against it one after the other, stops it, then searches whatever it and all
// other gateways of the run have said for patients and secrets. Passes on the result.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkOutput } from './scan_output.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const binary = process.env.APPTGW ?? join(here, '..', '..', 'build', 'apptgw');
const dir = mkdtempSync(join(tmpdir(), 'apptgw-e2e-'));
const output = join(dir, 'output'); // of every gateway and sandbox of the run
mkdirSync(output);
/** Everything there is to say, as far as the sandbox can be told so. */
const log = openSync(join(output, 'sandbox.log'), 'a');
const gateway = spawn(binary, ['sandbox', '--dir', dir, '--port', '0', '--log-level', 'debug'], { stdio: ['ignore', log, 'pipe'] });
closeSync(log);
let complaints = '';
gateway.stderr.on('data', (data) => (complaints += data));
const ended = new Promise((resolve) => gateway.on('exit', (code, signal) => resolve(signal ?? code)));

async function ready() {
    const end = Date.now() + 60000;
    while (!existsSync(join(dir, 'sandbox.json'))) {
        const exit = await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 50, undefined))]);
        if (exit !== undefined || Date.now() > end) throw new Error(`the sandbox did not start (${exit ?? 'too slow'}): ${complaints}`);
    }
}

function test(files) {
    return new Promise((resolve) => {
        const child = spawn(process.execPath, ['--test', '--test-reporter=tap', '--test-concurrency=1', ...files], {
            stdio: 'inherit',
            cwd: here,
            env: {
                ...process.env,
                APPTGW_SANDBOX: join(dir, 'sandbox.json'),
                APPTGW: binary,
                APPTGW_OUTPUT: output,
                APPTGW_LOG_LEVEL: 'debug',
                NODE_EXTRA_CA_CERTS: join(dir, 'ca.pem'),
                CURL_CA_BUNDLE: join(dir, 'ca.pem'),
            },
        });
        child.on('exit', (code) => resolve(code ?? 1));
    });
}

function metrics({ management_url, ca_file }) {
    return new Promise((resolve, reject) => {
        get(`${management_url}/metrics`, { ca: readFileSync(ca_file) }, (response) => {
            let text = '';
            response.on('data', (data) => (text += data)).on('end', () => resolve(text));
        }).on('error', reject);
    });
}

/** What the sandbox's own gateway shows besides its log. */
async function keepTheRest(facts) {
    writeFileSync(join(output, 'sandbox.metrics'), await metrics(facts));
    const exported = spawnSync(binary, ['audit', 'export', '--config', facts.config_file, '--out', join(output, 'sandbox.audit')], { encoding: 'utf8' });
    if (exported.status !== 0) throw new Error(`the audit trail was not exported: ${exported.stderr}`);
}

let status = 1;
let facts;
try {
    await ready();
    const wanted = process.argv.slice(2);
    const all = readdirSync(here).filter((name) => name.endsWith('.test.mjs')).sort();
    status = await test(wanted.length ? wanted : all);
    facts = JSON.parse(readFileSync(join(dir, 'sandbox.json'), 'utf8'));
    await keepTheRest(facts);
} catch (error) {
    console.error(String(error.message ?? error));
} finally {
    gateway.kill('SIGTERM');
    const how = await ended;
    if (how !== 0) {
        console.error(`the sandbox ended with ${how}: ${complaints.slice(-2000)}`);
        status ||= 1;
    }
    writeFileSync(join(output, 'sandbox.stderr'), complaints);
    const clean = facts && (await checkOutput(output, facts, dir).catch((error) => console.error(`the output was not searched: ${error.message}`)));
    if (!clean) status ||= 1;
    if (clean || !facts) rmSync(dir, { recursive: true, force: true });
}
process.exit(status);
