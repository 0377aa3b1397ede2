// SPDX-License-Identifier: Apache-2.0
// Processes under measurement: starting them, and what the kernel says they used.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';

const ignoreGone = (read) => {
    try {
        return read();
    } catch {
        return undefined;
    }
};

/** Nanoseconds on a CPU of every thread whose name passes, from the scheduler's own account. */
export function cpuNanoseconds(pid, nameMatches = () => true) {
    let sum = 0;
    for (const task of ignoreGone(() => readdirSync(`/proc/${pid}/task`)) ?? []) {
        const name = ignoreGone(() => readFileSync(`/proc/${pid}/task/${task}/comm`, 'utf8').trim());
        if (name === undefined || !nameMatches(name)) continue;
        sum += Number(ignoreGone(() => readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) ?? 0);
    }
    return sum;
}

/** Proportional set size in bytes. */
export function memoryBytes(pid) {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]) * 1024;
}

export function childrenOf(pid) {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

export async function until(what, milliseconds = 60000) {
    const end = Date.now() + milliseconds;
    while (!what()) {
        if (Date.now() > end) throw new Error('a process did not become ready');
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
}

export async function startSandbox(binary, dir, more) {
    const child = spawn(binary, ['sandbox', '--dir', dir, '--port', '0', '--threads', '1', ...more], { stdio: ['ignore', 'ignore', 'inherit'] });
    await until(() => existsSync(`${dir}/sandbox.json`) || child.exitCode !== null);
    return { child, facts: JSON.parse(readFileSync(`${dir}/sandbox.json`, 'utf8')) };
}

/** nginx in the foreground with one worker; returns the worker's pid. */
export async function startNginx(dir, config) {
    const child = spawn('nginx', ['-p', dir, '-c', config, '-e', `${dir}/error.log`], { stdio: ['ignore', 'ignore', 'inherit'] });
    await until(() => (ignoreGone(() => childrenOf(child.pid)) ?? []).length > 0 || child.exitCode !== null);
    return { child, worker: childrenOf(child.pid)[0] };
}
