// SPDX-License-Identifier: Apache-2.0
// Load from outside: wrk for requests, Node where a client certificate is asked for, plain TLS sockets for idle connections.
import { spawn } from 'node:child_process';
import { Agent, get } from 'node:https';
import { connect } from 'node:tls';

const seconds = (text) => Number.parseFloat(text) * { us: 1e-6, ms: 1e-3, s: 1, m: 60 }[/[a-z]+$/.exec(text)[0]];

/** One wrk run: requests completed, refusals, p50 and p99 in seconds. */
export function wrk({ url, connections, duration, headers = {}, script, args = [] }) {
    const options = ['-t1', `-c${connections}`, `-d${duration}s`, '--latency', '--timeout', '10s'];
    for (const [name, value] of Object.entries(headers)) options.push('-H', `${name}: ${value}`);
    if (script) options.push('-s', script);
    return new Promise((resolve, reject) => {
        const child = spawn('wrk', [...options, url, ...(args.length ? ['--', ...args] : [])]);
        let out = '';
        child.stdout.on('data', (data) => (out += data));
        child.stderr.on('data', (data) => (out += data));
        child.on('exit', (code) => {
            const requests = Number(/(\d+) requests in/.exec(out)?.[1]);
            if (code !== 0 || !requests) return reject(new Error(`wrk: ${out}`));
            resolve({
                requests,
                seconds: seconds(/requests in (\S+),/.exec(out)[1]),
                refused: Number(/Non-2xx or 3xx responses: (\d+)/.exec(out)?.[1] ?? 0),
                p50: seconds(/50%\s+(\S+)/.exec(out)[1]),
                p99: seconds(/99%\s+(\S+)/.exec(out)[1]),
            });
        });
    });
}

/** One answer to a client with a certificate. */
export function certifiedGet({ url, headers = {}, identity, agent = new Agent({ ...identity }) }) {
    return new Promise((resolve, reject) => {
        get(url, { agent, headers }, (response) => {
            const parts = [];
            response.on('data', (part) => parts.push(part));
            response.on('end', () => resolve({ status: response.statusCode, text: Buffer.concat(parts).toString() }));
        }).on('error', reject);
    });
}

/** As wrk(), with a client certificate, which wrk has not. Slower: what is measured is the server's CPU. */
export async function certified({ url, connections, duration, headers, identity }) {
    const agent = new Agent({ keepAlive: true, maxSockets: connections, ...identity });
    const took = [];
    let refused = 0;
    const end = performance.now() + duration * 1000;
    const client = async () => {
        while (performance.now() < end) {
            const began = performance.now();
            const { status } = await certifiedGet({ url, headers, agent });
            took.push((performance.now() - began) / 1000);
            if (status !== 200) ++refused;
        }
    };
    await Promise.all(Array.from({ length: connections }, client));
    agent.destroy();
    took.sort((a, b) => a - b);
    const at = (share) => took[Math.floor((took.length - 1) * share)];
    return { requests: took.length, seconds: duration, refused, p50: at(0.5), p99: at(0.99) };
}

/** Opens connections, sends one request on each, waits for the answers and leaves them open. Returns a function that closes all. */
export async function openIdle({ port, ca, count, request }) {
    const sockets = [];
    const open = () =>
        new Promise((resolve, reject) => {
            const socket = connect({ host: '127.0.0.1', port, ca, servername: 'localhost' }, () => socket.write(request));
            socket.once('data', () => resolve(socket));
            socket.once('error', reject);
        });
    while (sockets.length < count) sockets.push(...(await Promise.all(Array.from({ length: Math.min(50, count - sockets.length) }, open))));
    return () => sockets.forEach((socket) => socket.destroy());
}
