// SPDX-License-Identifier: Apache-2.0
// A sandbox of a run's own, whose practices survive whatever happens to the gateway in front of them.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withKeptOutput } from '../e2e/support_output.mjs';

const binary = process.env.APPTGW ?? join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'build', 'apptgw');

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Returns only in a process whose environment names a sandbox: Node reads further authorities only when it starts. */
export async function inSandbox(...options) {
    if (process.env.APPTGW_SANDBOX) return;
    const dir = mkdtempSync(join(tmpdir(), 'apptgw-chaos-'));
    const facts = join(dir, 'sandbox.json');
    const practices = withKeptOutput('chaos-sandbox', ([, log]) =>
        spawn(binary, ['sandbox', '--dir', dir, '--port', '0', ...options], { stdio: ['ignore', log, 'inherit'] }));
    const end = Date.now() + 60000;
    while (!existsSync(facts) && practices.exitCode === null && Date.now() < end) await pause(20);
    const run = spawnSync(process.execPath, process.argv.slice(1), {
        stdio: 'inherit',
        env: { ...process.env, APPTGW: binary, APPTGW_SANDBOX: facts, APPTGW_SANDBOX_PID: String(practices.pid), NODE_EXTRA_CA_CERTS: join(dir, 'ca.pem') },
    });
    practices.kill('SIGTERM');
    rmSync(dir, { recursive: true, force: true });
    process.exit(run.status ?? 1);
}
