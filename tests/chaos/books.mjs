// SPDX-License-Identifier: Apache-2.0
// What must hold when everything has come to rest: the practices' own books against everything that consumers were told.
import { codeOf } from './write.mjs';

/** Nobody waits for the record: the slot itself is free from the second in which the hold ends, which the journeys see to. */
const HOLD_RECORD_LATE_MS = 5000;

const at = (booking) => `${booking.place.name}: ${booking.slot.id}`;

/** Every booking is there, every cancelled one is gone, and no slot was ever booked more often than somebody was told so. */
export async function checkBooks(journeys, places) {
    const open = new Set(journeys.undecided.map((each) => each.slot.id));
    let slots = 0;
    for (const place of places) {
        const book = await place.book();
        const booked = countBy(journeys.bookings.filter((each) => each.place === place));
        const live = new Map(journeys.bookings.filter((each) => each.place === place && !each.cancelled && !each.byReception)
            .map((each) => [each.slot.id, each]));
        for (const row of book.values()) {
            const id = `${place.practice.ods}.${row.slot}`;
            if (open.has(id)) continue;
            const times = row.times_booked - place.bookedBefore.get(row.slot);
            const told = booked.get(id) ?? 0;
            if (times !== told && !(journeys.targets.has(id) && times > told)) // a move that was taken back is no booking
                journeys.violated(`${place.name}: ${id} was booked ${times} times, consumers were told of ${told}`);
            const booking = live.get(id);
            if (booking && (row.status !== 'booked' || row.who !== booking.person.nhs_number))
                journeys.violated(`${at(booking)} is lost: ${row.status}, Appointment/${booking.id}`);
            if (!booking && booked.has(id) && row.status === 'booked')
                journeys.violated(`${place.name}: ${id} was cancelled and is still booked`);
            slots += booked.has(id) ? 1 : 0;
        }
    }
    return slots;
}

function countBy(bookings) {
    const counts = new Map();
    for (const { slot } of bookings) counts.set(slot.id, (counts.get(slot.id) ?? 0) + 1);
    return counts;
}

/** A key answers for ever as it did first, byte for byte. */
export async function checkReplays(journeys, session) {
    const done = journeys.ended.map(({ write }) => write).filter((write) => write.end?.status < 300);
    await inParallel(done, async (write) => {
        const again = await write.send();
        const same = again.status === write.end.status && again.text === write.end.text && again.etag === write.end.etag;
        if (!same) journeys.violated(`${write.what} answered ${write.end.status} ${write.end.etag}, asked again ${again.status} `
            + `${again.etag} ${codeOf(again) ?? ''}\n  ${write.end.text}\n  ${again.text}`);
    });
    return done.length;
}

/**
 * Every hold that was not booked has ended; those that ended by themselves no later than the gateway could: a hold that is being booked
 * stands until that booking has an end. Milliseconds late, each.
 */
export async function checkHolds(journeys, session, gateway) {
    const late = [];
    const undecided = new Set(journeys.undecided.map((each) => each.slot));
    await inParallel(journeys.holds.filter((hold) => !hold.booked && !undecided.has(hold.slot)), async (hold) => {
        const { resource } = await session.request(hold.consumer, 'GET', `Appointment/${hold.id}`);
        if (resource.status !== 'cancelled') journeys.violated(`${hold.place.name}: the hold ${hold.id} is ${resource.status}`);
        const ended = Date.parse(resource.meta?.lastUpdated);
        if (hold.released || ended < hold.until) return;
        const due = Math.max(hold.until, hold.booking?.end.at ?? 0);
        const ms = Math.max(0, ended - due - gateway.downWithin(due, ended));
        if (ms > HOLD_RECORD_LATE_MS) journeys.violated(`${hold.place.name}: the hold ${hold.id} ended on record ${ms} ms too late`);
        late.push(ms);
    });
    return late;
}

async function inParallel(all, work) {
    const queue = [...all];
    await Promise.all(Array.from({ length: 16 }, async () => {
        while (queue.length) await work(queue.pop());
    }));
}
