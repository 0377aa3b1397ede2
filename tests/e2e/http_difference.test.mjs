// SPDX-License-Identifier: Apache-2.0
// Thousands of byte streams, most of them broken, sent to the gateway and to Node's own HTTP server, whose parser is
// another one: whatever the gateway takes for a request, Node must take for the same one. A stream on which a proxy
// and the gateway disagree is how requests are smuggled.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect as connectPlain } from 'node:net';
import { after, before, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { sandbox } from './support.mjs';

const streams = Number(process.env.APPTGW_STREAMS ?? 10000);
const seed = Number(process.env.APPTGW_SEED ?? 1);
const atOnce = 32;
const { hostname, port } = new URL(sandbox.fhir_base);

let node;
const wholeRequests = new Map(); // on each connection of Node's server, by the client's port

before(async () => {
    node = createServer((request, response) => {
        const from = request.socket.remotePort;
        request.resume();
        request.on('end', () => {
            if (request.complete) wholeRequests.set(from, (wholeRequests.get(from) ?? 0) + 1);
            response.end('ok');
        });
    });
    node.on('clientError', (_error, socket) => socket.destroy());
    await new Promise((resolve) => node.listen(0, '127.0.0.1', resolve));
});

after(() => node.close());

/** Small and seeded (mulberry32), so that a stream that fails can be made again. */
function dice(state) {
    const next = () => {
        state = (state + 0x6d2b79f5) | 0;
        let t = Math.imul(state ^ (state >>> 15), 1 | state);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
    const below = (n) => Math.floor(next() * n);
    return { below, pick: (list) => list[below(list.length)], chance: (p) => next() < p };
}

const methods = ['GET', 'GET', 'GET', 'POST', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'get', 'G ET', 'GET\t', 'PRI', 'CONNECT', 'GE\u0000T', 'M-SEARCH', ''];
const targets = ['/_ping', '/_ping', '/_ping', '/_ping?a=b', '/_ping#x', '//_ping', '/_ping/../_ping', '*', 'http://x/_ping', '/_p%69ng', '/_ping%00', '/\u00e9', '/a b', '', '/_ping\u0001', '/"'];
const versions = ['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/0.9', 'HTTP/1.2', 'HTTP/1.10', 'http/1.1', 'HTTP/1,1', 'HTTP/1.1 ', 'HTTP/ 1.1', ''];
const lengths = ['5', '5', '5', '0', '+5', '-5', '0x5', '5,5', '5, 5', '05', '5 ', ' 5', '5\t', '5;', '٥', '18446744073709551621', '99', '5 5', '', 'five', '5e0'];
const codings = ['chunked', 'chunked', 'Chunked', 'identity', 'chunked, identity', 'identity, chunked', 'gzip, chunked', 'xchunked', '"chunked"', 'chunked;q=1', ' chunked ', '\tchunked', 'chunked\u000b', 'chunked,', ',chunked', 'chunked chunked', 'chunk\u0000ed', ''];
const names = ['Content-Length', 'content-length', 'Content-Length ', ' Content-Length', 'Content_Length', 'Content-Length\t', 'Transfer-Encoding', 'transfer-encoding', 'Transfer-Encoding ', 'Transfer_Encoding', 'Transfer-Encoding\u000b'];
const ends = ['\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\n', '\r', '\r\r\n', '\n\r', '\r\n ', '\r\n\t', '\u0085', '\u0000\r\n'];
const bodies = ['hello', 'hello', '5\r\nhello\r\n0\r\n\r\n', '5\r\nhello\r\n0\r\n\r\n', '0\r\n\r\n', '5;x=y\r\nhello\r\n0\r\n\r\n', '5\nhello\n0\n\n', '0x5\r\nhello\r\n0\r\n\r\n', '05\r\nhello\r\n0\r\n\r\n', '5 \r\nhello\r\n0\r\n\r\n', '5\r\nhello0\r\n\r\n',
    '-1\r\nhello\r\n0\r\n\r\n', 'FFFFFFFFFFFFFFFF0\r\nhello\r\n0\r\n\r\n', '5\r\nhello\r\n0\r\nX: y\r\n\r\n', '5\r\nhello\r\n0\r\nContent-Length: 3\r\n\r\n', '5\r\nhello\r\n\r\n0\r\n\r\n', '5\r\nhell', 'g\r\nhello\r\n0\r\n\r\n', ''];
const host = `Host: ${hostname}:${port}`;
const whole = `GET /_ping HTTP/1.1\r\n${host}\r\n\r\n`;

function header(dice) {
    const end = () => (dice.chance(0.94) ? '\r\n' : dice.pick(ends));
    const lines = [];
    const add = (line) => lines.push(line + end());
    if (!dice.chance(0.04)) add(dice.chance(0.95) ? host : dice.pick(['Host:', 'Host: x, y', 'host: x', 'Host: x\u0000', 'Host:x@y', 'Host : x', 'Host: [::1', 'Host: x y']));
    if (dice.chance(0.03)) add('Host: y');
    for (let n = dice.below(3); n > 0; --n) {
        const name = dice.chance(0.75) ? dice.pick(['Content-Length', 'Transfer-Encoding']) : dice.pick(names);
        const value = /length/i.test(name) === dice.chance(0.97) ? dice.pick(lengths) : dice.pick(codings);
        add(`${name}:${dice.chance(0.9) ? ' ' : dice.pick(['', '\t', '  ', '\u000b', '\u00a0'])}${value}`);
    }
    if (dice.chance(0.1)) add(dice.pick(['X: y', ': y', 'X', 'X\u0000: y', 'X: \u007f', 'X: \u00ff', 'X:\r y', 'X: a\r\n b', '\u00e9: y', 'X;: y', 'Connection: close', 'Connection: Transfer-Encoding', 'Expect: 100-continue', 'Upgrade: h2c', 'X: y\nZ: w', 'Trailer: X', 'TE: trailers']));
    return lines.join('');
}

function request(dice) {
    const first = [dice.chance(0.9) ? dice.pick(['GET', 'POST']) : dice.pick(methods), dice.chance(0.92) ? '/_ping' : dice.pick(targets), dice.chance(0.95) ? 'HTTP/1.1' : dice.pick(versions)];
    const gap = dice.chance(0.98) ? ' ' : dice.pick(['  ', '\t', '\u000b', '']);
    return first.join(gap) + (dice.chance(0.97) ? '\r\n' : dice.pick(ends)) + header(dice) + (dice.chance(0.97) ? '\r\n' : dice.pick(ends)) + (dice.chance(0.6) ? dice.pick(bodies) : '');
}

/** One or two requests and now and then a byte that does not belong there; at the end a request that is whole. */
function stream(number) {
    const rolled = dice(seed * 1000003 + number);
    let text = rolled.chance(0.03) ? rolled.pick(['\r\n', '\n', ' ', '\u0000', '\r']) : '';
    for (let n = 1 + rolled.below(2); n > 0; --n) text += request(rolled);
    text += whole;
    if (rolled.chance(0.1)) {
        const at = rolled.below(text.length);
        text = text.slice(0, at) + rolled.pick(['\u0000', '\r', '\n', ' ', '\t', ':', '\u00ff', ',', '']) + text.slice(at + rolled.below(2));
    }
    return Buffer.from(text, 'latin1');
}

/** Sends it all, then the end; answers with everything that came back. */
function exchange(socket, bytes) {
    return new Promise((resolve) => {
        const parts = [];
        const done = () => {
            clearTimeout(limit);
            socket.destroy();
            resolve(Buffer.concat(parts).toString('latin1'));
        };
        const limit = setTimeout(done, 8000);
        socket.on('data', (data) => parts.push(data));
        socket.on('error', done).on('end', done).on('close', done);
        socket.end(bytes);
    });
}

/** Status codes of the answers, in order; an answer to HEAD has no body, whatever its length says. */
function answers(text) {
    return [...text.matchAll(/(?:^|\}|\n|ok)HTTP\/1\.[01] (\d{3}) /g)].map(([, status]) => Number(status));
}

// What is refused before anybody looks at what is asked for: bytes, framing, length, verb, version.
const refusals = new Set([400, 408, 411, 413, 414, 417, 421, 431, 501, 505]);

// Differences that are meant, each with its reason.
const meant = [
    // RFC 9110 5.5: white space around a value, tabs too, is no part of it. Node takes no tab after a length.
    (text) => /content-length:[\t ]*\d+ *\t[\t ]*\r\n/i.test(text),
];

async function byNode(bytes) {
    const socket = connectPlain(node.address().port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const from = socket.localPort;
    await exchange(socket, bytes);
    const taken = wholeRequests.get(from) ?? 0;
    wholeRequests.delete(from);
    return { taken };
}

async function byGateway(bytes) {
    const socket = connectTls({ host: hostname, port, servername: hostname, rejectUnauthorized: true });
    await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
    const statuses = answers(await exchange(socket, bytes));
    return { taken: statuses.filter((status) => status >= 200 && !refusals.has(status)).length, statuses };
}

test(`${streams} streams: what the gateway takes for a request, another parser takes for one too`, async () => {
    const disagreements = [];
    let gatewayTook = 0;
    let nodeTook = 0;
    let next = 0;
    const worker = async () => {
        for (let number = next++; number < streams; number = next++) {
            const bytes = stream(number);
            const [ours, theirs] = await Promise.all([byGateway(bytes), byNode(bytes)]);
            gatewayTook += ours.taken;
            nodeTook += theirs.taken;
            const text = bytes.toString('latin1');
            if (ours.taken > theirs.taken && !meant.some((difference) => difference(text)))
                disagreements.push({ number, ours: ours.statuses, theirs: theirs.taken, bytes: JSON.stringify(text) });
        }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    console.log(`# ${streams} streams, seed ${seed}: requests taken by the gateway ${gatewayTook}, by Node ${nodeTook}`);
    assert.deepEqual(disagreements.slice(0, 20), [], `${disagreements.length} streams`);
    assert.ok(gatewayTook > streams / 10, 'too few streams were taken for the comparison to say anything');
});
