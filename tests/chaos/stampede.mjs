// SPDX-License-Identifier: Apache-2.0
// tests/chaos/stampede: see README.md.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { Dice, median } from './dice.mjs';
import { inSandbox, pause } from './sandbox.mjs';

await inSandbox();
const { Gateway } = await import('../e2e/support_gateway.mjs');
const { FHIR_JSON, sandbox } = await import('../e2e/support_sandbox.mjs');
const { Crowd } = await import('./crowd.mjs');
const { CONSUMERS, openPlaces } = await import('./place.mjs');
const { codeOf } = await import('./write.mjs');

const number = (value) => ({ type: 'string', default: String(value) });
const { values: options } = parseArgs({
    options: { clients: number(1000), rounds: number(100), parallel: number(100), keys: number(1000), seed: number(Date.now() % 1000000) },
});
const [CLIENTS, ROUNDS, PARALLEL, KEYS] = ['clients', 'rounds', 'parallel', 'keys'].map((name) => Number(options[name]));
const dice = new Dice(Number(options.seed));
const dir = mkdtempSync(join(tmpdir(), 'apptgw-stampede-'));
const violations = [];
const violated = (sentence) => {
    violations.push(sentence);
    console.error(`VIOLATION ${sentence}`);
};

const gateway = new Gateway(dir);
let tokens = [], tokensAt = 0;
async function renewTokens() {
    if (Date.now() - tokensAt < 120000) return;
    tokensAt = Date.now();
    tokens = await Promise.all(CONSUMERS.map(async (each) => {
        const client = sandbox.clients[each];
        const { stdout } = await promisify(execFile)(process.env.APPTGW, ['token', '--url', `${gateway.origin}/oauth2/token`,
            '--client-id', client.client_id, '--key', client.key_file, '--ca-file', sandbox.ca_file]);
        return stdout.trim();
    }));
}

const post = (crowd, consumer, key, body) => crowd.send('POST', '/fhir/R4/Appointment',
    { 'content-type': FHIR_JSON, authorization: `Bearer ${tokens[consumer]}`, 'idempotency-key': key }, body);

/** Sent again for as long as the answer is that it may be. */
async function postPatiently(crowd, consumer, key, body) {
    for (let again = 0; again < 100; ++again) {
        const answer = await post(crowd, consumer, key, body);
        const passing = answer.status >= 500 || [425, 429].includes(answer.status) || codeOf(answer) === 'duplicate-in-flight';
        if (!passing) return answer;
        await pause(100 + dice.below(200));
    }
    throw new Error('a request never came to an end');
}

const tally = (answers) => {
    const counts = {};
    for (const answer of answers) {
        const what = answer.status < 300 ? String(answer.status) : `${answer.status} ${codeOf(answer)}`;
        counts[what] = (counts[what] ?? 0) + 1;
    }
    return counts;
};

async function checkRow(place, slot, person, told) {
    const row = (await place.book()).get(slot.id);
    const times = row.times_booked - place.bookedBefore.get(row.slot);
    if (times !== 1 || row.status !== 'booked' || (person && row.who !== person.nhs_number))
        violated(`${place.name}: ${slot.id} is ${row.status}, booked ${times} times; ${JSON.stringify(told)}`);
}

/** As many clients as there are, each for somebody, one slot: one gets it, everybody else hears that it is taken. */
async function oneSlot(crowd, place) {
    const slot = place.takeSlot(dice);
    const able = place.people.filter((each) => !place.elsewhere.get(each).some((other) => other.from < slot.to && slot.from < other.to));
    const wishes = Array.from({ length: CLIENTS }, () => {
        const person = dice.pick(able);
        return { person, consumer: dice.pick(CONSUMERS), key: randomUUID(), body: JSON.stringify(place.appointment(slot, person)) };
    });
    const began = Date.now();
    const answers = await Promise.all(wishes.map(({ consumer, key, body }) => postPatiently(crowd, consumer, key, body)));
    const took = Date.now() - began;
    const told = tally(answers);
    const winners = wishes.filter((_, i) => answers[i].status === 201);
    const losers = answers.filter((answer) => answer.status === 409 && codeOf(answer) === 'slot-unavailable');
    if (winners.length !== 1 || losers.length !== CLIENTS - 1) violated(`${place.name}: one slot, ${JSON.stringify(told)}`);
    await checkRow(place, slot, winners[0]?.person, told);
    return took;
}

/** The same request many times at once: one effect; everybody hears the same, at once or when asked again. */
async function oneKey(crowd, place) {
    let slot, person;
    while (!person) person = place.takePerson(dice, (slot = place.takeSlot(dice)));
    const consumer = dice.pick(CONSUMERS);
    const body = JSON.stringify(place.appointment(slot, person));
    const key = randomUUID();
    const first = await Promise.all(Array.from({ length: PARALLEL }, () => post(crowd, consumer, key, body)));
    const inFlight = first.filter((answer) => answer.status === 425 || codeOf(answer) === 'duplicate-in-flight').length;
    const again = await postPatiently(crowd, consumer, key, body);
    const ends = [...first.filter((answer) => answer.status === 201), again];
    const told = tally([...first, again]);
    if (first.length + 1 !== ends.length + inFlight) violated(`${place.name}: one key, ${JSON.stringify(told)}`);
    if (ends.some((answer) => answer.status !== 201 || answer.text !== again.text || answer.headers.etag !== again.headers.etag))
        violated(`${place.name}: one key, different answers: ${JSON.stringify(told)}`);
    await checkRow(place, slot, person, told);
    place.met.add(person);
    return inFlight;
}

const began = Date.now();
const seconds = () => Math.round((Date.now() - began) / 1000);
console.log(`# seed ${options.seed}: ${ROUNDS} rounds of ${CLIENTS} clients on one slot; ${KEYS} keys, each ${PARALLEL} times at once`);
const places = await openPlaces(60);
await gateway.prepare();
await gateway.start();
await renewTokens();

const took = [];
let crowd = new Crowd(gateway.origin, CLIENTS);
await crowd.assemble();
for (let round = 0; round < ROUNDS; ++round) {
    await renewTokens();
    took.push(await oneSlot(crowd, places[round % places.length]));
    if ((round + 1) % 25 === 0) console.log(`# ${round + 1} rounds in ${seconds()} s, ${violations.length} violations`);
}
crowd.leave();
crowd = new Crowd(gateway.origin, PARALLEL);
let inFlight = 0;
for (let key = 0; key < KEYS; ++key) {
    await renewTokens();
    inFlight += await oneKey(crowd, places[key % places.length]);
    if ((key + 1) % 250 === 0) console.log(`# ${key + 1} keys in ${seconds()} s, ${violations.length} violations`);
}
crowd.leave();
const ending = await gateway.end('SIGTERM');
if (ending !== 0) violated(`told to stop, the gateway ended with ${ending}: ${gateway.complaints}`);
console.log(`# a round of ${CLIENTS} was over after ${median(took)} ms (median), ${Math.max(0, ...took)} ms (most)`);
console.log(`# ${KEYS * PARALLEL} requests with ${KEYS} keys: ${inFlight} were told to ask again, all others heard the one answer`);
console.log(`# ${violations.length ? 'FAILED' : 'passed'} in ${seconds()} s, seed ${options.seed}`);
rmSync(dir, { recursive: true, force: true });
process.exit(violations.length ? 1 : 0);
