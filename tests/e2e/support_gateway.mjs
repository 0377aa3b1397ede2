// SPDX-License-Identifier: Apache-2.0
// `apptgw serve` from the sandbox's own configuration files, in front of the sandbox's practices.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { keepMore, outputFile } from './support_output.mjs';
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
 * `logFile`: for what it logs; one that the run keeps otherwise. */
export class Gateway {
    constructor(dir, env = {}) {
        const name = basename(process.argv[1] ?? 'gateway').replace(/\..*/, '');
        Object.assign(this, { dir, changes: env, logFile: outputFile(name, 'log'), complaintsFile: outputFile(name, 'stderr') });
        this.metricsFile = outputFile(name, 'metrics');
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
        const log = this.logFile ? openSync(this.logFile, 'a') : 'ignore';
        this.child = spawn(process.env.APPTGW, ['serve', '--config', this.config ?? sandbox.config_file], { env: this.env, stdio: ['ignore', log, 'pipe'] });
        if (this.logFile) closeSync(log); // the gateway has its own
        this.child.stderr.on('data', (data) => {
            this.complaints += data;
            keepMore(this.complaintsFile, data);
        });
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
        if (signal === 'SIGTERM' && this.metricsFile) keepMore(this.metricsFile, await this.metrics().catch(() => ''));
        this.child.kill(signal);
        return await this.ended;
    }

    async metrics() {
        return (await fetch(`https://localhost:${this.managementPort}/metrics`, { signal: AbortSignal.timeout(READY_MS) })).text();
    }

    async metric(name) {
        const text = await this.metrics();
        return Number(text.match(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'm'))?.[1]);
    }

    token(client) {
        return execFileSync(process.env.APPTGW, [
            'token', '--url', `${this.origin}/oauth2/token`, '--client-id', client.client_id,
            '--key', client.key_file, '--ca-file', sandbox.ca_file,
        ]).toString().trim();
    }
}
