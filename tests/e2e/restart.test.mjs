// SPDX-License-Identifier: Apache-2.0
// `apptgw serve` from configuration files, in front of the sandbox's practices, killed again and again while bookings and
// cancellations are under way. What the practices' own books say in the end is what counts.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
    FHIR_JSON, appointmentFor, assertValid, bookRow, channelOf, control, detailsOf, freshSlots, poll, practiceOf, sandbox,
} from './support.mjs';
import { Gateway } from './support_gateway.mjs';

const KILLS = 6;
const PAIRS_A_ROUND = 6;
const PEOPLE = 8; // of each practice
const READY_MS = 5000;
const dir = mkdtempSync(join(tmpdir(), 'apptgw-restart-'));
const LINKED = ['emis', 'tpp', 'vision'];
// One of each system; both consumers may use them.
const practices = sandbox.practices.filter((practice, i, all) => all.findIndex((one) => one.system === practice.system) === i);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// The same kill points in every run; what they hit is up to the machine.
let dice = 20261121;
function random(below) {
    dice = (Math.imul(dice, 1664525) + 1013904223) >>> 0;
    return Math.floor((dice / 2 ** 32) * below);
}

const gateway = new Gateway(dir);
const tokens = [];

/** One write that a careful consumer repeats with the same key until it has heard how it ended. */
class Write {
    constructor(consumer, method, path, body, headers = {}) {
        Object.assign(this, { consumer, method, path, body });
        this.headers = { ...headers, 'idempotency-key': randomUUID() };
    }

    async send() {
        const answer = await fetch(`${gateway.origin}/fhir/R4/${this.path}`, {
            method: this.method,
            headers: { accept: FHIR_JSON, 'content-type': FHIR_JSON, authorization: `Bearer ${tokens[this.consumer]}`, ...this.headers },
            body: this.body,
        });
        const resource = JSON.parse(await answer.text());
        assertValid(resource);
        return { status: answer.status, resource, etag: answer.headers.get('etag') };
    }

    /** Until an end, or until `stopped()`. An end once heard must be the end for ever. */
    async pursue(stopped) {
        while (!this.end && !stopped()) {
            const answer = await this.send().catch((error) => {
                if (error instanceof assert.AssertionError || /not valid R4/.test(error.message)) throw error;
            });
            // 409 here may also be an earlier attempt of ours that is not settled yet.
            const passing = !answer || answer.status >= 500 || answer.status === 429
                || JSON.stringify(answer.resource).includes('duplicate-in-flight');
            if (!passing) this.end = answer;
            else await pause(200);
        }
    }
}

const pairs = [];
/** People without any appointment at the practice so far: nobody can be in two places at once. */
const people = new Map();
const peopleOf = (practice) => people.get(practice.ods);

async function choosePeople() {
    for (const practice of practices) {
        const busy = new Set((await control(practice, 'GET', '/book')).slots.map((row) => row.who));
        const idle = sandbox.patients.filter((patient) => !patient.newcomer && !busy.has(patient.nhs_number));
        assert.ok(idle.length >= PEOPLE, `${idle.length} people without an appointment at ${practice.ods}`);
        people.set(practice.ods, idle.slice(0, PEOPLE));
    }
}

function booking(consumer, slot, patient) {
    const body = appointmentFor(slot, patient, { contained: [detailsOf(patient)] });
    body.participant[0].actor.reference = '#p';
    return { slot, patient, write: new Write(consumer, 'POST', 'Appointment', JSON.stringify(body)) };
}

/** Two consumers, two patients, one slot. */
function rivals(slot, turn) {
    const practice = practiceOf(slot.id);
    const guests = peopleOf(practice);
    const wanted = [0, 1].map((consumer) => booking(consumer, slot, guests[(2 * turn + consumer) % PEOPLE]));
    return { slot, practice, wanted, writes: wanted.map((each) => each.write) };
}

function cancellation(pair) {
    const { write } = pair.wanted.find((each) => each.write.end?.status === 201);
    pair.cancel = new Write(write.consumer, 'PATCH', `Appointment/${write.end.resource.id}`,
        JSON.stringify([{ op: 'replace', path: '/status', value: 'cancelled' }]),
        { 'content-type': 'application/json-patch+json', 'if-match': write.end.etag });
    pair.writes.push(pair.cancel);
}

/** A link whose answer is lost may not be had again, only the practice can undo it: so everybody is linked before the kills. */
async function meetEverybody(slots) {
    const first = practices.flatMap((practice, i) =>
        LINKED.includes(practice.system) ? peopleOf(practice).map((patient, n) => booking(0, slots[i][n], patient)) : []);
    for (const { write } of first) {
        const answer = await write.send();
        assert.equal(answer.status, 201, JSON.stringify(answer.resource));
    }
    return first;
}

async function slowDown() {
    for (const practice of practices)
        await control(practice, 'PUT', '/fault', [
            { kind: 'latency', latency_ms: 10, jitter_ms: 60 },
            { kind: 'latency', latency_ms: 50, jitter_ms: 700, writes_only: true },
        ]);
}

before(async () => {
    await choosePeople();
    await gateway.prepare();
});

after(async () => {
    await gateway.end('SIGKILL');
    await Promise.all(practices.map((practice) => control(practice, 'DELETE', '/fault')));
    rmSync(dir, { recursive: true, force: true });
});

test('check-config finds the configuration complete', () => {
    const said = execFileSync(process.env.APPTGW, ['check-config', sandbox.config_file]).toString();
    assert.match(said, /is complete/);
});

test('killed while writes are under way, nothing is lost, nothing doubled, everything settled', async () => {
    const began = Date.now();
    const slots = [];
    for (const practice of practices) {
        const seen = new Set();
        slots.push((await freshSlots(practice)).filter((slot) =>
            ['In-person', undefined].includes(channelOf(slot)) && !seen.has(slot.start) && seen.add(slot.start)));
        assert.ok(slots.at(-1).length >= PEOPLE + KILLS * PAIRS_A_ROUND);
    }
    const readyAfter = [await gateway.start()];
    tokens.push(gateway.token(sandbox.clients[0]), gateway.token(sandbox.clients[1]));
    const first = await meetEverybody(slots);
    await slowDown();

    for (let round = 0; round < KILLS; ++round) {
        let stopped = false;
        for (const pair of pairs)
            if (!pair.cancel && pair.writes.every((write) => write.end) && pairs.indexOf(pair) % 2) cancellation(pair);
        for (let i = 0; i < PAIRS_A_ROUND; ++i) {
            const turn = round * PAIRS_A_ROUND + i;
            pairs.push(rivals(slots[i % practices.length][PEOPLE + turn], turn));
        }
        const running = pairs.flatMap((pair) => pair.writes).filter((write) => !write.end).map((write) => write.pursue(() => stopped));
        await pause(100 + random(1200));
        assert.equal(await gateway.end('SIGKILL'), 'SIGKILL', gateway.complaints);
        stopped = true;
        readyAfter.push(await gateway.start());
        await Promise.all(running);
    }
    await Promise.all(pairs.flatMap((pair) => pair.writes).map((write) => write.pursue(() => Date.now() - began > 75000)));

    let booked = 0, cancelled = 0;
    for (const pair of pairs) {
        const ends = pair.wanted.map((each) => each.write.end);
        const told = JSON.stringify(ends.map((end) => end && [end.status, end.resource.issue]));
        assert.ok(ends.every(Boolean), `no end: ${told}`);
        assert.deepEqual(ends.map((end) => end.status).sort(), [201, 409], told);
        const winner = pair.wanted.find((each) => each.write.end.status === 201);
        const row = await bookRow(pair.practice, pair.slot.id);
        assert.equal(row.times_booked, 1, `${pair.slot.id} booked ${row.times_booked} times`);
        if (pair.cancel) {
            assert.equal(pair.cancel.end?.status, 200, JSON.stringify(pair.cancel.end?.resource));
            assert.equal(row.status, 'free');
            ++cancelled;
        } else {
            assert.equal(row.status, 'booked');
            assert.equal(row.who, winner.patient.nhs_number);
            ++booked;
        }
        const replay = await winner.write.send();
        assert.equal(replay.status, 201);
        assert.equal(replay.resource.id, winner.write.end.resource.id, 'a key must always answer with its first booking');
    }
    for (const { slot, patient } of first) {
        const row = await bookRow(practiceOf(slot.id), slot.id);
        assert.deepEqual([row.status, row.who, row.times_booked], ['booked', patient.nhs_number, 1]);
    }
    await poll(() => gateway.metric('apptgw_booking_unknown'), (open) => open === 0);
    assert.ok(Math.max(...readyAfter) < READY_MS, `ready after ${readyAfter} ms`);
    console.log(`# ${KILLS} kills, ${pairs.length} slots fought over: ${booked} booked, ${cancelled} booked and cancelled; `
        + `ready again after ${Math.max(...readyAfter)} ms at most; ${Date.now() - began} ms`);
    assert.equal(await gateway.end('SIGTERM'), 0, gateway.complaints);
});
