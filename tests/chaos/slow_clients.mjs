// SPDX-License-Identifier: Apache-2.0
// Clients that keep connections busy with as little as they can: one byte now and then, or an answer left lying.
import { connect } from 'node:tls';
import { once } from 'node:events';
import { pause } from './sandbox.mjs';

/** What each kind sends at first, one byte of what it goes on with, and how often. */
export function kinds({ host, token, search }) {
    const head = (method, path, more) => `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\n${more}`;
    return {
        header: { first: head('GET', search, 'X-Slow: '), then: 'x' },
        body: { first: head('POST', '/fhir/R4/Appointment', 'Content-Type: application/fhir+json\r\nContent-Length: 100000\r\n\r\n'), then: ' ' },
        // Asks for more than the socket's buffers hold and takes nothing of it.
        read: { first: head('GET', search, '\r\n').repeat(16), paused: true },
    };
}

/** Keeps that many slow connections open until told to end; those that the gateway closes are opened again. */
export class SlowClients {
    constructor({ hostname, port, kind, count, every = 1000 }) {
        Object.assign(this, { hostname, port, kind, count, every, open: new Set(), opened: 0, closed: 0, ended: false });
    }

    /** When as many are open as asked for. */
    async start() {
        this.feeding = setInterval(() => this.feed(), this.every);
        this.work = Array.from({ length: 64 }, () => this.keepOpen());
        const end = Date.now() + 120000;
        while (this.open.size < this.count && Date.now() < end) await pause(50);
        return this.open.size;
    }

    async keepOpen() {
        while (!this.ended) {
            if (this.open.size + (this.opening ?? 0) >= this.count) {
                await pause(20);
                continue;
            }
            this.opening = (this.opening ?? 0) + 1;
            await this.openOne();
            this.opening--;
        }
    }

    async openOne() {
        const socket = connect({ host: this.hostname, port: this.port, servername: this.hostname, highWaterMark: 1 });
        socket.on('error', () => {});
        try {
            await once(socket, 'secureConnect');
        } catch {
            return pause(20);
        }
        ++this.opened;
        this.open.add(socket);
        socket.once('close', () => {
            this.open.delete(socket);
            ++this.closed;
        });
        if (this.kind.paused) socket.pause();
        else socket.resume();
        socket.write(this.kind.first);
    }

    feed() {
        if (this.kind.then) for (const socket of this.open) socket.write(this.kind.then);
    }

    async end() {
        this.ended = true;
        clearInterval(this.feeding);
        await Promise.all(this.work);
        for (const socket of this.open) socket.destroy();
    }
}
