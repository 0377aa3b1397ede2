// SPDX-License-Identifier: Apache-2.0
// A PostgreSQL of the run's own, as it comes (fsync and synchronous_commit on), and the Node FHIR server on top of it.
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childrenOf, cpuNanoseconds } from './process.mjs';

const server = join(dirname(fileURLToPath(import.meta.url)), 'node_fhir_server');

function install() {
    const versions = '/usr/lib/postgresql';
    if (!existsSync(versions)) {
        execFileSync('apt-get', ['update', '-qq'], { stdio: 'inherit' });
        // No cluster of the system's: this run makes its own.
        execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'postgresql'],
            { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    }
    if (!existsSync(join(server, 'node_modules')))
        execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', '--prefix', server], { stdio: 'inherit' });
    return join(versions, readdirSync(versions).sort().at(-1), 'bin');
}

export class NodeFhirServer {
    /** `sandbox`: folder with the certificates and the token key. */
    async start(sandbox, ports, workers) {
        const bin = install();
        const data = mkdtempSync(join(tmpdir(), 'apptgw-postgresql-')); // its user may not look into ours
        this.data = data;
        const [uid, gid] = ['-u', '-g'].map((which) => Number(execFileSync('id', [which, 'postgres']).toString()));
        chownSync(data, uid, gid);
        const as = { uid, gid, cwd: data };
        execFileSync(join(bin, 'initdb'), ['-D', data, '-A', 'trust', '-E', 'UTF8', '--no-sync'], { ...as, stdio: 'ignore' });
        this.postgres = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(ports.postgresql), '-k', data, '-c', 'listen_addresses=127.0.0.1'],
            { ...as, stdio: ['ignore', 'ignore', 'ignore'] });
        this.url = `postgresql://postgres@127.0.0.1:${ports.postgresql}/postgres`;
        this.sql = (...words) =>
            execFileSync(join(bin, 'psql'), [this.url, '-q', '-v', 'ON_ERROR_STOP=1', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
        for (let tries = 0; !this.schema; ++tries) {
            try {
                this.schema = this.sql('-f', join(server, 'schema.sql')) && true;
            } catch (error) {
                if (tries > 50) throw error;
                await new Promise((resolve) => setTimeout(resolve, 200));
            }
        }
        await this.serve(sandbox, ports.fhir, workers);
        this.appointments = `https://localhost:${ports.fhir}/4_0_1/appointment`;
    }

    serve(sandbox, port, workers) {
        this.node = spawn(process.execPath, [join(server, 'server.cjs')], {
            env: { ...process.env, BENCH_PORT: String(port), BENCH_SANDBOX: sandbox, BENCH_WORKERS: String(workers), PGURL: this.url },
            stdio: ['ignore', 'pipe', 'inherit'],
        });
        return new Promise((resolve, reject) => {
            this.node.stdout.once('data', resolve);
            this.node.once('exit', (code) => reject(new Error(`the Node FHIR server ended with ${code}`)));
        });
    }

    empty() {
        this.sql('-c', 'TRUNCATE appointment, appointment_history, audit_event');
    }

    /** Of Node, its workers and every process of PostgreSQL. */
    cpu() {
        const pids = [this.node.pid, ...childrenOf(this.node.pid), this.postgres.pid, ...childrenOf(this.postgres.pid)];
        return pids.reduce((sum, pid) => sum + (existsSync(`/proc/${pid}`) ? cpuNanoseconds(pid) : 0), 0);
    }

    stored() {
        return Number(this.sql('-tA', '-c', 'SELECT count(*) FROM appointment').toString());
    }

    stop() {
        this.node?.removeAllListeners('exit');
        this.node?.kill('SIGTERM');
        this.postgres?.kill('SIGINT');
        if (this.data) rmSync(this.data, { recursive: true, force: true });
    }
}

