// SPDX-License-Identifier: Apache-2.0
// Killed in the middle of bookings and reads that nobody asks about again, the gateway leaves a trail that is whole, with every booking that
// was acknowledged. tests/chaos/kill is the long form, with consumers who do ask again.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { AuditCheck, bookingCalls, writesById } from '../chaos/audit.mjs';
import { FHIR_JSON, appointmentFor, bookingIdentifier, detailsOf, poll, sandbox, slotSearch } from './support.mjs';
import { peopleFor, practicesOf, slotsToBook, systems } from './support_faults.mjs';
import { Gateway } from './support_gateway.mjs';

const ROUNDS = 10;
const dir = mkdtempSync(join(tmpdir(), 'apptgw-audit-kill-'));
const gateway = new Gateway(dir, { APPTGW_BOOKING_ANSWER_LIMIT: '4s' });
const audit = new AuditCheck(gateway, dir);
const sent = [];
let token;
let orders;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const ask = (method, path, body) => fetch(`${gateway.origin}/fhir/R4/${path}`, {
    method, body: body && JSON.stringify(body), headers: { accept: FHIR_JSON, 'content-type': FHIR_JSON, authorization: `Bearer ${token}` },
});

/** One booking that nobody asks about again. */
async function order({ practice, slot, patient }) {
    const identifier = bookingIdentifier();
    const made = { practice, slot, identifier };
    sent.push(made);
    const body = appointmentFor(slot, patient, {
        contained: [detailsOf(patient)], participant: [{ actor: { reference: '#p' }, status: 'accepted' }], identifier: [identifier],
    });
    const answer = await ask('POST', 'Appointment', body).catch(() => undefined);
    made.answer = answer && (await answer.json().catch(() => undefined));
}

/** What stands at the gateway under a booking's identifier, once its outcome is known. */
async function standing({ identifier }) {
    const found = await poll(async () => (await (await ask('GET', `Appointment?identifier=${encodeURIComponent(`${identifier.system}|${identifier.value}`)}`)).json()),
        (bundle) => bundle.resourceType === 'Bundle' && (bundle.entry ?? []).every(({ resource }) => resource.status !== 'pending'), 60000);
    return found.entry?.find(({ resource }) => resource.status === 'booked')?.resource;
}

before(async () => {
    const each = await Promise.all(systems.map(async (system) => {
        const practice = practicesOf(system).at(-1);
        // People whom no other test books: what a system knows of them may die here with the gateway.
        const [slots, people] = [await slotsToBook(practice, ROUNDS), (await peopleFor(practice, 2 * ROUNDS)).slice(-ROUNDS)];
        return slots.map((slot, i) => ({ practice, slot, patient: people[i] }));
    }));
    orders = Array.from({ length: ROUNDS }, (_, round) => each.map((ofSystem) => ofSystem[round]));
    await gateway.prepare();
    await gateway.start();
    token = gateway.token(sandbox.clients[0]);
});

after(async () => {
    await gateway.end('SIGTERM');
    rmSync(dir, { recursive: true, force: true });
});

test(`killed ${ROUNDS} times while somebody books at each kind of system and somebody reads, the trail is whole each time`, async () => {
    let records = 0;
    for (const [n, round] of orders.entries()) {
        let answered = 0;
        const booked = round.map((each) => order(each).finally(() => ++answered));
        const asked = Promise.all([...booked, ...Array.from({ length: 8 }, () => ask('GET', slotSearch(2, 3)).catch(() => {}))]);
        // In the midst of it, however slow the machine is: after none to five answers, and a moment.
        await poll(() => answered, (some) => some >= n % 6, 20000);
        await pause(Math.random() * 100);
        await gateway.end('SIGKILL');
        await asked;
        const now = audit.read().length;
        assert.ok(now >= records, `${records} records were there, and after the kill ${now}`);
        records = now;
        await gateway.start();
    }
});

let records;
let stands;

test('every booking that was acknowledged has its write on record', async () => {
    const found = await Promise.all(sent.map(standing));
    records = audit.read();
    stands = sent.map((each, i) => ({ ...each, now: found[i] })).filter(({ now }) => now);
    const written = writesById(records);
    const told = stands.filter(({ answer }) => answer?.status === 'booked');
    assert.ok(told.length > 0);
    for (const { answer, practice } of told) assert.ok(written.has(answer.id), `${practice.system}: nobody is on record as who booked Appointment/${answer.id}`);
});

// The write is stored, and who asked is not yet: the next start finds such versions and puts them on record.
test('every booking that stands has its write on record, though the gateway died before it answered', () => {
    const [written, calls] = [writesById(records), bookingCalls(records)];
    const cut = stands.filter(({ answer }) => !answer);
    const silent = cut.filter(({ now }) => !written.has(now.id));
    const requests = new Set(records.filter(({ event }) => event === 'write').map(({ request }) => request));
    console.log(`# ${sent.length} bookings sent, ${stands.length} stand, ${cut.length} of these cut before their answer: ${cut.length - silent.length} have their write on record, `
        + `${silent.length} not; ${[...calls].filter((request) => !requests.has(request)).length} requests left the record of their call alone`);
    assert.deepEqual(silent.map(({ practice, now }) => `${practice.system} ${now.id}`), []);
});
