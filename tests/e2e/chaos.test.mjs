// SPDX-License-Identifier: Apache-2.0
// The short form of what tests/chaos proves at length. Each has a sandbox of its own.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const chaos = join(dirname(fileURLToPath(import.meta.url)), '..', 'chaos');

function run(name, ...options) {
    const { APPTGW_SANDBOX, NODE_EXTRA_CA_CERTS, ...env } = process.env;
    const { status, stdout, stderr } = spawnSync(join(chaos, name), options, { env, encoding: 'utf8' });
    console.log(stdout.trim());
    assert.equal(status, 0, stdout.slice(-2000) + stderr.slice(-4000));
}

test('killed 25 times while clients book, hold and cancel at practices that misbehave, nothing is lost and nothing doubled', () =>
    run('kill', '--kills', '25'));

test('of a thousand clients after one slot one gets it, and one key has one effect however often it is sent at once', () =>
    run('stampede', '--rounds', '5', '--keys', '20'));

test('asked for five times what it can do, the gateway says so, answers what it takes on in time, and recovers', () =>
    run('overload', '--seconds', '5', '--p99', '3000'));
