// SPDX-License-Identifier: Apache-2.0
// Every kind of fault at every kind of system, as a consumer sees it in a search and in a booking, and as the practice's own book has
// it in the end. Systems come from sandbox.json, so one that is added is held to the same table.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
    book, bookPatiently, books, breakWith, codeOf, isAt, mend, peopleFor, practices, practicesOf, searchAll, settled, slotsToBook, systems,
} from './support_faults.mjs';

const LATE_MS = 12000; // later than the gateway waits for a write
const SETTLE_MS = 50000;

/** `codes`: of the issue that names the practice; none where its slots must come. */
const searches = [
    { kind: 'latency', more: { latency_ms: 100 }, codes: [] },
    { kind: 'hang', codes: ['supplier-timeout'] },
    { kind: 'drop_before', codes: ['supplier-error', 'supplier-unavailable'] },
    { kind: 'drop_after', codes: ['supplier-error', 'supplier-unavailable'] },
    { kind: 'server_error', codes: ['supplier-error'] },
    { kind: 'unavailable', codes: ['supplier-unavailable'] },
    { kind: 'throttle', codes: ['throttled', 'supplier-unavailable'] },
    { kind: 'malformed', codes: ['supplier-malformed'] },
    { kind: 'wrong_content_type', codes: ['supplier-malformed'] },
    { kind: 'oversized', codes: ['supplier-malformed'] },
    { kind: 'stale_session', more: { times: 1 }, codes: [] },
    { kind: 'slot_stolen', codes: [] },
    { kind: 'clock_skew', more: { skew_s: 90 }, codes: [] },
];

/** Each fault meets the booking alone, once. `kept`: whether the practice has the booking in the end. */
const bookings = [
    { kind: 'hang', kept: false, answers: [504] },
    { kind: 'latency', more: { latency_ms: LATE_MS }, kept: true, answers: [201, 504] },
    { kind: 'latency', more: { latency_ms: 100 }, kept: true, answers: [201] },
    { kind: 'drop_before', kept: false, answers: [503, 504] },
    { kind: 'drop_after', kept: true, answers: [201, 504] },
    { kind: 'server_error', kept: false, answers: [503, 504] },
    { kind: 'unavailable', kept: false, answers: [503, 504] },
    { kind: 'throttle', kept: false, answers: [429, 503, 504] },
    { kind: 'malformed', kept: true, answers: [201, 504] },
    { kind: 'wrong_content_type', kept: true, answers: [201, 504] },
    { kind: 'oversized', kept: true, answers: [201, 504] },
    { kind: 'stale_session', kept: true, answers: [201] },
    { kind: 'slot_stolen', kept: false, answers: [409] },
    { kind: 'clock_skew', more: { skew_s: 90 }, kept: true, answers: [201] },
];
const codes = { 409: 'slot-unavailable', 429: 'throttled', 503: 'supplier-unavailable', 504: 'outcome-unknown' };
const title = ({ kind, more }) => (more?.latency_ms === LATE_MS ? 'latency beyond every limit' : kind);

/** Of each system one practice hangs, one is late, one has all other faults; searches meet the late one, whose bookings are over soonest. */
const lane = (row) => Math.min(bookings.indexOf(row), 2);
const practiceIn = (system, n) => practicesOf(system)[n % practicesOf(system).length];
const brokenForSearch = systems.map((system) => practiceIn(system, 1));

const searched = new Map(); // row -> what one search found, and the one after it
const booked = new Map(); // system + row -> how it went
let inTheEnd; // the practices' own books
const keyOf = (system, row) => `${system} ${bookings.indexOf(row)}`;

async function tryBooking(practice, row, slot, patient, rival) {
    await breakWith(practice, { kind: row.kind, writes_only: true, times: 1, ...row.more });
    const answer = await book(slot, patient);
    await mend(practice);
    const overtaken = answer.status === 504 ? await book(slot, rival) : undefined;
    const ending = endOf({ row, slot, rival, answer });
    ending.catch(() => {}); // heard again by the test
    if (answer.status !== 504) await ending; // before the next fault
    return { practice, slot, patient, rival, answer, overtaken, ending };
}

/** What was not made can be made by somebody else, where the slot is still there. */
async function endOf({ row, slot, rival, answer }) {
    const status = answer.status === 504 ? await settled(answer, SETTLE_MS) : undefined;
    const again = row.kept || row.kind === 'slot_stolen' ? undefined : await bookPatiently(slot, rival);
    return { status, again };
}

/** One booking after the other at one practice. */
async function bookInLane(system, n) {
    const practice = practiceIn(system, n);
    const rows = bookings.filter((row) => lane(row) === n);
    const slots = await slotsToBook(practice, rows.length);
    const [rival, ...people] = await peopleFor(practice, rows.length + 1);
    for (const row of rows)
        booked.set(keyOf(system, row), await tryBooking(practice, row, slots.pop(), people.pop(), rival));
}

async function bookAt(system) {
    const apart = Math.min(practicesOf(system).length, 3);
    await Promise.all(Array.from({ length: apart }, async (_, first) => {
        for (let n = first; n < 3; n += apart) await bookInLane(system, n);
    }));
}

async function searchWith(row) {
    await Promise.all(brokenForSearch.map((practice) => breakWith(practice, { kind: row.kind, ...row.more })));
    const during = await searchAll();
    await Promise.all(brokenForSearch.map(mend));
    searched.set(row, { during, afterwards: await searchAll() });
}

before(async () => {
    await Promise.all(systems.map(bookAt));
    for (const row of searches) await searchWith(row);
    await Promise.allSettled([...booked.values()].map((each) => each.ending));
    inTheEnd = await books();
});

after(() => Promise.all(practices.map(mend)));

test('the tables hold every kind of fault that the control interface knows', async () => {
    const said = await breakWith(practices[0], { kind: 'none' }).catch((error) => error.message);
    const kinds = said.match(/must be one of ([\w, ]+)/)[1].split(', ').sort();
    for (const table of [searches, bookings]) assert.deepEqual([...new Set(table.map((row) => row.kind))].sort(), kinds);
});

for (const row of searches) {
    const { kind, codes: named } = row;

    for (const system of systems)
        test(`${system}, ${kind}: a search ${named.length ? 'names the practice' : 'has its slots'}`, () => {
            const { during } = searched.get(row);
            const { slots, issues } = during.answered.get(practiceIn(system, 1).ods);
            assert.equal(during.status, 200, during.text);
            assert.equal(slots > 0, named.length === 0, JSON.stringify(issues));
            assert.equal(issues.length, named.length ? 1 : 0, JSON.stringify(issues));
            if (!named.length) return;
            assert.equal(issues[0].severity, 'warning');
            assert.ok(named.includes(codeOf(issues[0])), JSON.stringify(issues[0]));
        });

    test(`${kind}: the other practices' slots come in time, and afterwards everybody's`, () => {
        const { during, afterwards } = searched.get(row);
        assert.ok(during.took < 5000, `took ${during.took} ms`);
        for (const practice of practices.filter((each) => !brokenForSearch.includes(each)))
            assert.ok(during.answered.get(practice.ods).slots > 0, `${practice.ods} ${during.text.slice(0, 500)}`);
        for (const practice of practices) assert.ok(afterwards.answered.get(practice.ods).slots > 0, practice.ods);
    });
}

for (const system of systems) {
    for (const row of bookings) {
        const outcome = row.kept ? 'made once' : 'not made';

        test(`${system}, ${title(row)}: a booking is ${outcome}, and the practice's book agrees with what was said`, async () => {
            const { practice, slot, patient, rival, answer, overtaken, ending } = booked.get(keyOf(system, row));
            assert.ok(row.answers.includes(answer.status), `${answer.status} ${answer.text}`);
            if (answer.status !== 201) assert.equal(codeOf(answer.resource.issue[0]), codes[answer.status], answer.text);
            const { status, again } = await ending;
            if (answer.status === 504) {
                assert.equal(overtaken.status, 409, `while it was not known, another got the slot: ${overtaken.text}`);
                assert.equal(status, row.kept ? 'booked' : 'cancelled');
            }
            const rows = inTheEnd.get(practice.ods);
            const of = (person) => rows.filter((each) => each.who === person.nhs_number && (person !== rival || isAt(each, slot)))
                .map((each) => [each.status, each.times_booked, isAt(each, slot)]);
            assert.deepEqual(of(patient), row.kept ? [['booked', 1, true]] : []);
            if (row.kind === 'slot_stolen') assert.ok(rows.some((each) => each.status === 'reception' && isAt(each, slot)));
            else if (!row.kept) {
                assert.equal(again.status, 201, `the slot is lost: ${again.text}`);
                assert.deepEqual(of(rival), [['booked', 1, true]]);
            }
        });
    }
}
