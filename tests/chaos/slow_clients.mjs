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
        body: { first: head('POST', '/fhir/R4/Appointment', 'Content-Type: application/fhir+json\r\nContent-Length: 100000\r\n\r\n') + ' '.repeat(3000), then: ' '.repeat(1200) }, // no slower than the gateway lets it
        // Asks for more than the socket's buffers hold and takes nothing of it; not all at once, for the searches themselves are honest work.
        read: { first: head('GET', search, '\r\n').repeat(16), paused: true, perSecond: 500 },
    };
}

const PING = '/_ping';
/** The gateway lets an idle connection go after 75 s. */
const PING_EVERY_MS = 30000;

/**
 * Keeps that many slow connections open until told to end; those that the gateway closes are opened again. All are opened, and have had one
 * quick answer, before the first goes slow: one after the other they would be closed faster than they can be opened.
 */
export class SlowClients {
    constructor({ hostname, port, kind, count, every = 1000, limit = 300000 }) {
        Object.assign(this, { hostname, port, kind, count, every, limit, open: new Set(), opening: 0, closed: 0, ended: false, seen: [] });
        this.ping = `GET ${PING} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`;
    }

    /** When as many are open as asked for, and slow. */
    async start() {
        this.work = Array.from({ length: 64 }, () => this.keepOpen());
        const pinging = setInterval(() => [...this.open].forEach((socket) => socket.write(this.ping)), PING_EVERY_MS);
        const end = Date.now() + this.limit;
        while (this.open.size < this.count && Date.now() < end) await pause(50);
        clearInterval(pinging);
        await this.beginAll();
        this.feeding = setInterval(() => this.feed(), this.every);
        return this.open.size;
    }

    async beginAll() {
        const { perSecond = Infinity } = this.kind;
        const all = [...this.open];
        for (let begun = 0; begun < all.length; begun += perSecond / 10) {
            for (const socket of all.slice(begun, begun + perSecond / 10)) this.goSlow(socket);
            await pause(perSecond === Infinity ? 0 : 100);
        }
        this.slow = true;
        if (perSecond !== Infinity) await pause(2000);
    }

    async keepOpen() {
        while (!this.ended) {
            if (this.open.size + this.opening >= this.count) {
                await pause(20);
                continue;
            }
            ++this.opening;
            await this.openOne();
            --this.opening;
        }
    }

    async openOne() {
        const { hostname, port, session } = this;
        const socket = connect({ host: hostname, port, servername: hostname, session });
        socket.on('error', () => {});
        socket.on('session', (ticket) => (this.session ??= ticket)); // what is opened again costs both sides little
        try {
            await once(socket, 'secureConnect', { signal: AbortSignal.timeout(20000) });
            socket.write(this.ping);
            await once(socket, 'data', { signal: AbortSignal.timeout(20000) });
        } catch {
            socket.destroy();
            return pause(20);
        }
        this.open.add(socket);
        socket.once('close', () => {
            this.open.delete(socket);
            ++this.closed;
        });
        socket.resume();
        if (this.slow) this.goSlow(socket);
    }

    goSlow(socket) {
        if (this.kind.paused) socket.pause();
        socket.write(this.kind.first);
    }

    feed() {
        this.seen.push(this.open.size);
        if (this.kind.then) for (const socket of this.open) socket.write(this.kind.then);
    }

    async end() {
        this.ended = true;
        clearInterval(this.feeding);
        await Promise.all(this.work);
        for (const socket of this.open) socket.destroy();
    }
}
