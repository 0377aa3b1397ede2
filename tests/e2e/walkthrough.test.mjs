// SPDX-License-Identifier: Apache-2.0
// The README's walk-through, run as it is printed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const walkthrough = readme.split('<!-- walkthrough -->')[1].split('<!-- /walkthrough -->')[0];
const lines = [...walkthrough.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1]);

test('the walk-through of README.md does what it says', () => {
    const dir = mkdtempSync(join(tmpdir(), 'apptgw-walk-'));
    const script = `set -euo pipefail\n${lines.join('\necho ---\n')}`;
    const run = spawnSync('bash', ['-c', script], { cwd: dir, encoding: 'utf8', env: { ...process.env, S: process.env.APPTGW_SANDBOX } });
    rmSync(dir, { recursive: true, force: true });
    assert.equal(run.status, 0, run.stdout + run.stderr);
    const [, offers, search, booked, book, taken, cancelled, missing] = run.stdout.split('---\n');
    assert.match(offers, /Slot: .*search-type/);
    assert.equal(search.trim().split('\n').length >= 2, true, search);
    assert.match(booked, /^Appointment\/\S+ is booked/);
    assert.equal(JSON.parse(book).status, 'booked');
    assert.match(taken, /slot/i);
    assert.equal(cancelled.trim(), 'cancelled');
    assert.match(missing, /Z99/);
});
