// SPDX-License-Identifier: Apache-2.0
// Starts a sandbox on free ports, runs every *.test.mjs against it one after the other, stops it, passes on the result.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const binary = process.env.APPTGW ?? join(here, '..', '..', 'build', 'apptgw');
const dir = mkdtempSync(join(tmpdir(), 'apptgw-e2e-'));
const gateway = spawn(binary, ['sandbox', '--dir', dir, '--port', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
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
                NODE_EXTRA_CA_CERTS: join(dir, 'ca.pem'),
                CURL_CA_BUNDLE: join(dir, 'ca.pem'),
            },
        });
        child.on('exit', (code) => resolve(code ?? 1));
    });
}

let status = 1;
try {
    await ready();
    const wanted = process.argv.slice(2);
    const all = readdirSync(here).filter((name) => name.endsWith('.test.mjs')).sort();
    status = await test(wanted.length ? wanted : all);
} catch (error) {
    console.error(String(error.message ?? error));
} finally {
    gateway.kill('SIGTERM');
    const how = await ended;
    if (how !== 0) {
        console.error(`the sandbox ended with ${how}: ${complaints.slice(-2000)}`);
        status ||= 1;
    }
    rmSync(dir, { recursive: true, force: true });
}
process.exit(status);
