// SPDX-License-Identifier: Apache-2.0
// `apptgw serve` from the sandbox's own configuration files, in front of the sandbox's practices.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { sandbox } from './support_sandbox.mjs';

const READY_MS = 5000;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export function freePort() {
    return new Promise((resolve) => {
        const probe = createServer().listen(0, '127.0.0.1', () => {
            const { port } = probe.address();
            probe.close(() => resolve(port));
        });
    });
}

/** A gateway of its own: the sandbox's configuration with other ports, another database and whatever `env` changes.
 * `log`: descriptor of a file for what it logs, nowhere otherwise. */
export class Gateway {
    constructor(dir, env = {}) {
        Object.assign(this, { dir, changes: env });
    }

    async prepare() {
        this.port = await freePort();
        this.managementPort = await freePort();
        this.origin = `https://localhost:${this.port}`;
        this.env = {
            ...process.env,
            APPTGW_SERVER_PORT: String(this.port),
            APPTGW_SERVER_PUBLIC_BASE_URL: `${this.origin}/fhir/R4`,
            APPTGW_MANAGEMENT_PORT: String(this.managementPort),
            APPTGW_STORE_PATH: join(this.dir, 'gateway.db'),
            ...this.changes,
        };
    }

    launch() {
        this.began = Date.now();
        this.complaints = '';
        this.child = spawn(process.env.APPTGW, ['serve', '--config', sandbox.config_file], {
            env: this.env, stdio: ['ignore', this.log ?? 'ignore', 'pipe'],
        });
        this.child.stderr.on('data', (data) => (this.complaints += data));
        this.ended = new Promise((resolve) => this.child.on('exit', (code, signal) => resolve(signal ?? code)));
    }

    /** Milliseconds from the launch. */
    async ready() {
        const { began, ended } = this;
        for (;;) {
            const answer = await fetch(`https://localhost:${this.managementPort}/readyz`).catch(() => undefined);
            if (answer?.status === 200) return Date.now() - began;
            const exit = await Promise.race([ended, pause(20)]);
            assert.equal(exit, undefined, `the gateway ended with ${exit}: ${this.complaints}`);
            assert.ok(Date.now() - began < 2 * READY_MS, `not ready: ${this.complaints}`);
        }
    }

    /** Milliseconds until it is ready. */
    start() {
        this.launch();
        return this.ready();
    }

    async end(signal) {
        this.child.kill(signal);
        return await this.ended;
    }

    async metric(name) {
        const text = await (await fetch(`https://localhost:${this.managementPort}/metrics`)).text();
        return Number(text.match(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'm'))?.[1]);
    }

    token(client) {
        return execFileSync(process.env.APPTGW, [
            'token', '--url', `${this.origin}/oauth2/token`, '--client-id', client.client_id,
            '--key', client.key_file, '--ca-file', sandbox.ca_file,
        ]).toString().trim();
    }
}
