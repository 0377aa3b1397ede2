// SPDX-License-Identifier: Apache-2.0
// Many clients with a connection each, opened beforehand, so that what they send at once arrives at once.
import { Agent, request } from 'node:https';
import { readFileSync } from 'node:fs';
import { FHIR_JSON, sandbox } from '../e2e/support_sandbox.mjs';

const ca = readFileSync(sandbox.ca_file);

export class Crowd {
    constructor(origin, size) {
        Object.assign(this, { origin, size });
        this.agent = new Agent({ ca, keepAlive: true, maxSockets: size, maxFreeSockets: size });
    }

    /** `Bearer` and key are the caller's. */
    send(method, path, headers = {}, body = undefined) {
        return new Promise((resolve, reject) => {
            const sent = request(`${this.origin}${path}`, { agent: this.agent, method, headers: { accept: FHIR_JSON, ...headers } }, (answer) => {
                const parts = [];
                answer.on('data', (part) => parts.push(part));
                answer.on('end', () => {
                    const text = Buffer.concat(parts).toString();
                    resolve({ status: answer.statusCode, headers: answer.headers, text, resource: text ? JSON.parse(text) : undefined });
                });
                answer.on('error', reject);
            });
            // A connection that was kept too long on a busy machine was closed at its other end: what was sent goes out anew.
            const anew = (error) => (sent.reusedSocket && error.code === 'ECONNRESET' ? resolve(this.send(method, path, headers, body)) : reject(error));
            sent.on('error', anew);
            sent.end(body);
        });
    }

    /** Everybody has a connection. */
    async assemble() {
        await Promise.all(Array.from({ length: this.size }, () => this.send('GET', '/fhir/R4/metadata?_elements=status')));
    }

    leave() {
        this.agent.destroy();
    }
}
