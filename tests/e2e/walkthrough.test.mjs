// SPDX-License-Identifier: Apache-2.0
// The README's walk-through, run as it is printed.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { withKeptOutput } from './support_output.mjs';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const walkthrough = readme.split('<!-- walkthrough -->')[1].split('<!-- /walkthrough -->')[0];
const lines = [...walkthrough.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1]);

/** A sandbox as a newcomer has it: other tests leave bookings and open circuit breakers behind. */
async function freshSandbox(dir) {
    const gateway = withKeptOutput('walkthrough', (stdio) => spawn(process.env.APPTGW, ['sandbox', '--dir', dir, '--port', '0'], { stdio }));
    const ended = new Promise((resolve) => gateway.on('exit', resolve));
    for (const end = Date.now() + 30000; !existsSync(join(dir, 'sandbox.json')); ) {
        assert.ok(gateway.exitCode === null && Date.now() < end, 'the sandbox did not start');
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return async () => {
        gateway.kill('SIGTERM');
        await ended;
    };
}

test('the walk-through of README.md does what it says', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'apptgw-walk-'));
    const stop = await freshSandbox(join(dir, 'sandbox'));
    const script = `set -euo pipefail\n${lines.join('\necho ---\n')}`;
    const run = spawnSync('bash', ['-c', script], { cwd: dir, encoding: 'utf8', env: { ...process.env, S: join(dir, 'sandbox', 'sandbox.json') } });
    await stop();
    rmSync(dir, { recursive: true, force: true });
    assert.equal(run.status, 0, run.stdout + run.stderr);
    const [, offers, search, explained, booked, book, taken, moved, cancelled, held, proposed, asked, task, missing, told] = run.stdout.split('---\n');
    assert.match(offers, /Slot: .*search-type/);
    assert.equal(search.trim().split('\n').length >= 2, true, search);
    assert.match(explained, /^.+: \d+ slots offered$/m);
    assert.match(booked, /^Appointment\/\S+ is booked/);
    assert.equal(JSON.parse(book).status, 'booked');
    assert.match(taken, /slot/i);
    assert.match(moved, /^Slot\/\S+, Moved from this appointment: Appointment\/\S+/);
    assert.equal(cancelled.trim(), 'cancelled');
    assert.match(held, /^pending until \S+Z?\S*\nbusy-tentative/);
    assert.equal(proposed.trim(), 'pending');
    assert.match(asked, /^\d+ slots of Larkhill Surgery same-day GP/);
    assert.match(task, /^Follow-up action for Reception, from Northmoor Federation Hub\naccepted by Larkhill Surgery, due \d{4}-/);
    assert.match(missing, /Z99/);
    assert.match(told, /^Subscription is requested\nevent-notification \S+-1 https:\S+\/Appointment\/\S+$/m);
});
