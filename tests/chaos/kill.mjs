// SPDX-License-Identifier: Apache-2.0
// tests/chaos/kill: see README.md.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { Dice, median, percentile } from './dice.mjs';
import { inSandbox, pause } from './sandbox.mjs';

await inSandbox();
const { Gateway, freePort } = await import('../e2e/support_gateway.mjs');
const { sandbox } = await import('../e2e/support_sandbox.mjs');
const { CONSUMERS, openPlaces } = await import('./place.mjs');
const { Journeys } = await import('./journeys.mjs');
const { Session } = await import('./write.mjs');
const { checkBooks, checkHolds, checkReplays } = await import('./books.mjs');
const { AuditCheck } = await import('./audit.mjs');
const { Errands } = await import('./errands.mjs');
const { Hooks } = await import('./hooks.mjs');

const { values: options } = parseArgs({
    options: {
        kills: { type: 'string', default: '25' }, clients: { type: 'string', default: '16' },
        seed: { type: 'string', default: String(Date.now() % 1000000) }, keep: { type: 'boolean', default: false },
    },
});
const KILLS = Number(options.kills);
const READY_MS = 5000;
const SETTLE_MS = KILLS > 50 ? 420000 : 90000; // looks at a practice that was often away are far between
const dice = new Dice(Number(options.seed));
const dir = mkdtempSync(join(tmpdir(), 'apptgw-kill-'));

/** A gateway that is often dead. */
class MortalGateway extends Gateway {
    downs = [{ from: Date.now(), to: Infinity }]; // when it was not ready
    readyAfter = [];

    async revive() {
        this.launch();
        this.becoming = this.ready().then((took) => {
            this.upSince = this.downs.at(-1).to = Date.now();
            this.readyAfter.push(took);
        });
        this.becoming.catch(() => {}); // killed before it was ready
    }

    async kill() {
        this.upSince = undefined;
        if (this.downs.at(-1).to < Infinity) this.downs.push({ from: Date.now(), to: Infinity });
        const how = await this.end('SIGKILL');
        if (how !== 'SIGKILL') throw new Error(`the gateway ended by itself with ${how}: ${this.complaints}`);
    }

    downWithin(from, to) {
        return this.downs.reduce((sum, down) => sum + Math.max(0, Math.min(to, down.to) - Math.max(from, down.from)), 0);
    }
}

/** Practices' own desks have tokens after those of the consumers. */
const DESKS = sandbox.practice_clients.map((client, i) => ({ consumer: CONSUMERS.length + i, ods: client.ods }));
const parties = [...CONSUMERS.map((each) => sandbox.clients[each]), ...sandbox.practice_clients];
const hookPort = await freePort();
const configDir = dirname(sandbox.config_file);
const practicesFile = join(configDir, `practices-kill-${process.pid}.toml`);
const handing = `\n[[agreement]]\nid = "handing-on"\ntitle = "Work between practices"\npractices = ["${DESKS[0].ods}"]\nconsumers = ["${DESKS[1].ods}"]\nallows = ["task"]\n`;
writeFileSync(practicesFile, readFileSync(join(configDir, 'practices.toml'), 'utf8') + handing);

const gateway = new MortalGateway(dir, {
    APPTGW_BOOKING_ANSWER_LIMIT: '4s', APPTGW_BOOKING_HOLD_LIFETIME: '10s', APPTGW_DIRECTORY_PRACTICES_FILE: practicesFile,
    APPTGW_NOTIFY_FIRST_PAUSE: '100ms',
});
const session = new Session(gateway);
let tokensAt = 0;

async function renewTokens() {
    if (Date.now() - tokensAt < 120000) return;
    session.tokens = await Promise.all(parties.map(async (client) => {
        const { stdout } = await promisify(execFile)(process.env.APPTGW, ['token', '--url', `${gateway.origin}/oauth2/token`,
            '--client-id', client.client_id, '--key', client.key_file, '--ca-file', sandbox.ca_file]);
        return stdout.trim();
    }));
    tokensAt = Date.now();
}

let stopping = false;
const waiting = new Set(), working = new Set();
/** One thing after the other; but nobody stands at the counter for an outcome that takes its time. */
async function client(journeys) {
    while (!stopping) {
        const journey = journeys.any().finally(() => waiting.delete(journey));
        waiting.add(journey);
        await Promise.race([journey, pause(3000)]);
        await pause(10);
    }
}

/** People who send work and do it; one thing after the other. */
async function clerk(errands) {
    while (!stopping) {
        const errand = errands.any().finally(() => working.delete(errand));
        working.add(errand);
        await Promise.race([errand, pause(5000)]);
        await pause(50 + dice.below(200));
    }
}

async function trouble(places) {
    while (!stopping) {
        await dice.pick(places).trouble(dice);
        await pause(100 + dice.below(400));
    }
    await Promise.all(places.map((place) => place.calm()));
}

/** A quarter of the kills meet a gateway that is still starting. */
async function killOnce() {
    if (dice.chance(25)) {
        await pause(dice.below(300));
    } else {
        await gateway.becoming;
        await renewTokens();
        await pause(dice.below(1500));
    }
    await gateway.kill();
    await gateway.revive();
}

const worklist = async () => (await (await fetch(`https://localhost:${gateway.managementPort}/unknown`)).json()).intents;

/** Reception has the slot and the answer was lost: neither the patient's list nor the book can tell any more, only a person. */
const isLost = (intent) => intent.state === 'needs-person' || (intent.last_failure === 'slot-not-free' && intent.attempts >= 5);
/** Nothing more will come by itself, and nobody waits but for that. A move whose booking is still settling is not on the list. */
const isStill = (open) => open.every(isLost) && waiting.size <= open.length;

/** Until every outcome is known that can be, and consumers have heard of it. */
async function rest() {
    const end = Date.now() + SETTLE_MS;
    let open = await worklist();
    while ((!isStill(open) || working.size) && Date.now() < end) {
        await pause(200);
        await renewTokens();
        open = await worklist();
    }
    session.giveUpAt = Date.now();
    return open;
}

/** Whatever has no end is on the worklist, and stays there only when reception has the slot or a person must look. */
async function checkUnsettled(journeys, open) {
    if (!open.every(isLost)) journeys.violated(`still settling: ${JSON.stringify(open)}`);
    const explained = new Set();
    for (const { place, slot, write } of journeys.undecided) {
        const listed = open.filter((intent) => intent.practice === place.practice.ods);
        const taken = (await place.book()).get(slot.id).status === 'reception';
        if (listed.some((intent) => taken || intent.state === 'needs-person')) explained.add(write);
    }
    // A move has two slots, and its old one waits for what becomes of the new one.
    for (const { place, write } of journeys.undecided.filter((each) => !explained.has(each.write)))
        journeys.violated(`${place.name}: ${write.what} has no end: ${write.last?.status} ${write.last?.text}\n`
            + `  on the worklist: ${JSON.stringify(open)}`);
}

/** What there is of everything that consumers booked or held. */
async function versionsByConsumer(journeys) {
    const found = new Map(CONSUMERS.map((each) => [each, new Map()]));
    const queue = [...journeys.bookings, ...journeys.holds];
    await Promise.all(Array.from({ length: 16 }, async () => {
        while (queue.length) {
            const { consumer, id } = queue.pop();
            const { status, etag } = await session.request(consumer, 'GET', `Appointment/${id}`);
            if (status !== 200) journeys.violated(`Appointment/${id} cannot be read: ${status}`);
            else found.get(consumer).set(`Appointment/${id}`, Number(etag.slice(3, -1)));
        }
    }));
    return found;
}

function checkExercise(journeys, errands, hooks) {
    const counts = { ...journeys.counts, ...errands.counts, ...hooks.counts };
    const missing = Object.keys(counts).filter((what) => counts[what] === 0 && (KILLS >= 25 || what === 'cancelled'));
    if (missing.length) journeys.violated(`nothing was ${missing.join(', ')}: this run proves little`);
    if (!session.cut) journeys.violated('no request was cut by a kill: this run proves little');
    const slowest = Math.max(...gateway.readyAfter);
    if (slowest >= READY_MS) journeys.violated(`ready only after ${slowest} ms`);
}

const began = Date.now();
const seconds = () => Math.round((Date.now() - began) / 1000);
console.log(`# seed ${options.seed}, ${KILLS} kills, ${options.clients} clients`);
const places = await openPlaces(24);
await Promise.all(places.map((place) => place.calm()));
await gateway.prepare();
await gateway.revive();
await gateway.becoming;
await renewTokens();
const hooks = new Hooks(hookPort, gateway, dice);
await hooks.listen();
for (const [consumer, topic, most] of [[0, 'appointment-status', 1], [1, 'appointment-status', 1], [0, 'task-change', 5], ...DESKS.map((desk) => [desk.consumer, 'task-change', 1])])
    await hooks.subscribe(session, consumer, topic, most);
const journeys = new Journeys(session, places, dice);
await journeys.meet(0.5);

const errands = new Errands(session, journeys, dice, { consumer: 0, ods: sandbox.clients[0].ods }, DESKS);
const clerks = Array.from({ length: 6 }, () => clerk(errands));
const clients = Array.from({ length: Number(options.clients) }, () => client(journeys));
const troubles = trouble(places);
for (let kill = 1; kill <= KILLS; ++kill) {
    await killOnce();
    if (kill % 25 === 0)
        console.log(`# ${kill} kills in ${seconds()} s, ${session.cut} requests cut, ${JSON.stringify(journeys.counts)}, `
            + `${journeys.violations.length} violations`);
}
stopping = true;
await gateway.becoming;
tokensAt = 0;
await renewTokens();
await troubles;
const open = await rest();
await Promise.all([...clients, ...waiting, ...clerks, ...working]);
await checkUnsettled(journeys, open);
const slots = await checkBooks(journeys, places);
const versions = await versionsByConsumer(journeys);
hooks.calm = true;
const tasks = await errands.check();
const notices = await hooks.check(journeys, (consumer, topic) => (topic === 'task-change' ? errands.versionsFor(consumer) : versions.get(consumer)));
const audit = new AuditCheck(gateway, dir);
audit.checkWrites(journeys); // before anything is asked again
await gateway.kill();
await gateway.revive();
await gateway.becoming;
tokensAt = 0;
await renewTokens();
const replays = await checkReplays(journeys, session);
const late = await checkHolds(journeys, session, gateway);
checkExercise(journeys, errands, hooks);
const ending = await gateway.end('SIGTERM');
if (ending !== 0) journeys.violated(`told to stop, the gateway ended with ${ending}: ${gateway.complaints}`);
audit.checkWhole(journeys);

console.log(`# ${journeys.ended.length} writes: ${JSON.stringify(journeys.counts)}; ${slots} slots and ${replays} replays checked`);
console.log(`# ${tasks} tasks: ${JSON.stringify(errands.counts)}; notifications: ${JSON.stringify(hooks.counts)}; ${notices.numbers} events for `
    + `${hooks.subscriptions.length} subscriptions, ${notices.versions} versions looked for, ${notices.again} heard again, ${notices.dead} listed as dead, ${notices.dropped} handed to others first`);
console.log(`# refused: ${JSON.stringify(Object.fromEntries(session.refusals))}`);
console.log(`# ${session.cut} requests cut by a kill, ${session.unknown} answered as unknown; sure again after `
    + `${median(session.waits)} ms (median), ${percentile(session.waits, 99)} ms (p99); ${open.length} left to a person`);
console.log(`# holds ended on record ${median(late)} ms (median), ${Math.max(0, ...late)} ms (most) after their time`);
console.log(`# ${audit.summary()}`);
console.log(`# ready again after ${median(gateway.readyAfter)} ms (median), ${Math.max(...gateway.readyAfter)} ms (most), `
    + `${gateway.readyAfter.length} starts`);
console.log(`# ${journeys.violations.length ? 'FAILED' : 'passed'} in ${seconds()} s, seed ${options.seed}`);
hooks.end();
rmSync(practicesFile, { force: true });
if (!options.keep) rmSync(dir, { recursive: true, force: true });
process.exit(journeys.violations.length ? 1 : 0);
