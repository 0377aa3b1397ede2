// SPDX-License-Identifier: Apache-2.0
// What consumers do at random: fight over a slot, hold one and book, release or forget it, cancel. Each journey knows what must hold
// for it; what must hold for the practices' books in the end is in books.mjs.
import { detailsOf } from '../e2e/support_sandbox.mjs';
import { CONSUMERS } from './place.mjs';
import { pause } from './sandbox.mjs';
import { Write, codeOf } from './write.mjs';

/** A hold may be on record, and answer a request that was under way, so much longer than it was promised. */
const HOLD_LATE_MS = 1000;
const HELD_BY = /held by another organisation|holds this slot/;

export class Journeys {
    constructor(session, places, dice) {
        Object.assign(this, { session, places, dice, violations: [], ended: [], bookings: [], standing: [], holds: [], undecided: [], targets: new Set() });
        this.counts = { booked: 0, cancelled: 0, moved: 0, held: 0, 'holds booked': 0, 'holds released': 0, 'holds ended': 0, 'by reception': 0 };
    }

    violated(sentence) {
        this.violations.push(sentence);
        console.error(`VIOLATION ${sentence}`);
    }

    async any() {
        const standing = this.standing.length;
        const { dice } = this;
        const chosen = dice.below(100);
        if (standing > 30 && (chosen < 30 || standing > 200)) await this.cancel(dice.draw(this.standing));
        else if (standing > 30 && chosen < 40) await this.move(dice.draw(this.standing));
        else if (standing > 30 && chosen < 42) await this.receptionCancels(dice.draw(this.standing));
        else if (chosen < 60) await this.hold();
        else await this.fight();
    }

    // ---- booking

    /** The practice resets an account whose link went astray: nobody else can. */
    obstacle(place, person) {
        return async (answer) => codeOf(answer) === 'already-linked' && place.reception({ unlink: person.nhs_number });
    }

    async book(place, slot, person, consumer, what = 'book') {
        const write = Write.create(this.session, place, consumer, what, place.appointment(slot, person));
        await write.pursue(this.obstacle(place, person));
        return this.bookingEnded(place, slot, person, write);
    }

    bookingEnded(place, slot, person, write) {
        this.ended.push({ place, slot, write });
        if (!write.end) this.undecided.push({ place, slot, write });
        if (![200, 201].includes(write.end?.status)) {
            if (write.end) place.release(person, slot);
            return undefined;
        }
        place.met.add(person);
        ++this.counts.booked;
        const booking = { place, slot, person, write, consumer: write.consumer, id: write.end.resource.id, etag: write.end.etag };
        if (write.end.resource.status !== 'booked') this.violated(`${place.name}: ${write.what} answered ${write.end.resource.status}`);
        this.bookings.push(booking);
        this.standing.push(booking);
        return booking;
    }

    async fight() {
        const { dice } = this;
        const place = dice.pick(this.places);
        const slot = place.takeSlot(dice);
        if (!slot) return;
        const rivals = Array.from({ length: 1 + dice.below(3) }, () => [place.takePerson(dice, slot), dice.pick(CONSUMERS)]).filter(([who]) => who);
        const won = (await Promise.all(rivals.map(([person, consumer]) => this.book(place, slot, person, consumer)))).filter(Boolean);
        if (won.length > 1) this.violated(`${place.name}: ${slot.id} went to ${won.length} at once`);
        if (!won.length) await this.returnSlot(place, slot);
    }

    /** A slot that nobody has now; not when reception has taken it or somebody still waits to hear. */
    async returnSlot(place, slot) {
        if (this.undecided.some((each) => each.slot === slot)) return;
        if ((await place.book()).get(slot.id)?.status === 'free') place.slots.push(slot);
    }

    // ---- the end of bookings

    async cancel(booking) {
        const { place, slot, person } = booking;
        const write = Write.status(this.session, place, booking.consumer, 'cancel', booking.id, booking.etag, 'cancelled');
        await write.pursue();
        this.ended.push({ place, slot, write });
        if (booking.byReception && codeOf(write.end) === 'version-conflict') return; // the gateway has seen it too
        if (write.end?.status === 200 && write.end.resource.status === 'cancelled') {
            ++this.counts.cancelled;
            booking.cancelled = true;
            place.release(person, slot);
            if (!booking.byReception) place.slots.push(slot);
        } else if (codeOf(write.end) === 'access-denied') {
            this.standing.push(booking); // the practice's clock is too far off for it to believe the gateway
        } else if (write.end) {
            this.violated(`${place.name}: cancelling ${booking.id} ended with ${write.end.status} ${codeOf(write.end)}`);
        } else {
            this.undecided.push({ place, slot, write });
        }
    }

    /** Somebody we know: the practice. Its slot is left alone from then on, for the gateway may hear of it late. */
    async receptionCancels(booking) {
        const { place, slot } = booking;
        if (!(await place.reception({ cancel: place.localOf(slot) }))) return void this.standing.push(booking);
        ++this.counts['by reception'];
        booking.byReception = true;
        if (this.dice.chance(50)) await this.cancel(booking);
    }

    // ---- moves

    /** To any practice. What was not moved stands as before; taken back there, the slot was booked once more than anybody heard of. */
    async move(booking) {
        const { dice, session } = this;
        const { person, consumer } = booking;
        const to = dice.pick(this.places);
        const slot = to.takeSlot(dice);
        if (!slot || !to.suits(person, slot)) {
            if (slot) to.slots.push(slot);
            return void this.standing.push(booking);
        }
        to.engaged.get(person).push(slot);
        this.targets.add(slot.id);
        const write = Write.move(session, to, consumer, booking.id, booking.etag, slot, detailsOf(person));
        await write.pursue(this.obstacle(to, person));
        if (!write.end) this.undecided.push({ place: booking.place, slot: booking.slot, write });
        const moved = this.bookingEnded(to, slot, person, write);
        if (moved) {
            ++this.counts.moved;
            booking.cancelled = true;
            booking.place.release(person, booking.slot);
            booking.place.slots.push(booking.slot);
        } else if (write.end) {
            await this.returnSlot(to, slot);
            await this.standsStill(booking);
        }
    }

    async standsStill(booking) {
        const { session } = this;
        let read;
        while (!read && Date.now() < session.giveUpAt) {
            read = await session.request(booking.consumer, 'GET', `Appointment/${booking.id}`).catch(() => undefined);
            if (read?.status !== 200) read = void (await pause(200));
        }
        if (read && read.resource.status !== 'booked') this.violated(`${booking.place.name}: not moved, ${booking.id} is ${read.resource.status}`);
        booking.etag = read?.etag ?? booking.etag;
        this.standing.push(booking);
    }

    // ---- holds

    async hold() {
        const { dice, session } = this;
        const place = dice.pick(this.places);
        const slot = place.takeSlot(dice);
        const person = slot && place.takePerson(dice, slot);
        if (!person) return;
        const consumer = dice.pick(CONSUMERS);
        const write = Write.create(session, place, consumer, 'hold', place.appointment(slot, person, { status: 'pending' }));
        await write.pursue();
        this.ended.push({ place, slot, write });
        if (!write.end) return void this.undecided.push({ place, slot, write });
        if (write.end.status !== 201) {
            place.release(person, slot);
            return void (await this.returnSlot(place, slot));
        }
        ++this.counts.held;
        const until = Date.parse(write.end.resource.extension.find(({ url }) => url.endsWith('hold-until')).valueInstant);
        const hold = { place, slot, person, consumer, write, until, id: write.end.resource.id, etag: write.end.etag };
        this.holds.push(hold);
        const chosen = dice.below(100);
        if (chosen < 50) await this.bookHold(hold);
        else if (chosen < 75) await this.releaseHold(hold);
        else await this.forgetHold(hold);
    }

    async bookHold(hold) {
        const { place, slot, person } = hold;
        await pause(this.dice.below(3000));
        const write = Write.status(this.session, place, hold.consumer, 'book hold', hold.id, hold.etag, 'booked');
        hold.booking = write;
        await write.pursue(this.obstacle(place, person));
        const late = ['hold-expired', 'version-conflict'].includes(codeOf(write.end));
        if (late && write.end.at < hold.until) this.violated(`${place.name}: the hold ${hold.id} ended before its time`);
        if (this.bookingEnded(place, slot, person, write)) {
            ++this.counts['holds booked'];
            hold.booked = true;
        } else if (write.end) {
            await this.untilOver(hold);
            await this.returnSlot(place, slot);
        }
    }

    async releaseHold(hold) {
        const { place, slot, person } = hold;
        await pause(this.dice.below(1000));
        const write = Write.status(this.session, place, hold.consumer, 'release', hold.id, hold.etag, 'cancelled');
        await write.pursue();
        this.ended.push({ place, slot, write });
        if (!write.end) return void this.undecided.push({ place, slot, write });
        const late = ['hold-expired', 'version-conflict'].includes(codeOf(write.end)) && write.end.at >= hold.until;
        if (write.end.status !== 200 && !late) this.violated(`${place.name}: releasing ${hold.id}: ${write.end.status} ${codeOf(write.end)}`);
        ++this.counts['holds released'];
        hold.released = !late;
        place.release(person, slot);
        await this.returnSlot(place, slot);
    }

    /** Another consumer's from the second in which it ends, and not before. */
    async forgetHold(hold) {
        const { place, slot, person, consumer } = hold;
        const rival = place.takePerson(this.dice, slot);
        if (!rival) return void (await this.untilOver(hold));
        const early = Write.create(this.session, place, 1 - consumer, 'book what is held', place.appointment(slot, rival));
        await pause(this.dice.below(Math.max(1, hold.until - Date.now() - 2000)));
        await early.pursue(this.obstacle(place, rival));
        const won = this.bookingEnded(place, slot, rival, early);
        if (won && early.end.at < hold.until) this.violated(`${place.name}: ${slot.id} was held and booked by another`);
        await this.untilOver(hold);
        ++this.counts['holds ended'];
        place.release(person, slot);
        if (won || !early.end) return;
        await this.bookAfterHold(hold);
    }

    async bookAfterHold(hold) {
        const { place, slot, consumer } = hold;
        const next = place.takePerson(this.dice, slot);
        if (!next) return;
        const began = Date.now();
        const write = Write.create(this.session, place, 1 - consumer, 'book after a hold', place.appointment(slot, next));
        await write.pursue(this.obstacle(place, next));
        if (write.end && HELD_BY.test(write.end.text) && began > hold.until + HOLD_LATE_MS)
            this.violated(`${place.name}: ${slot.id} is still held ${began - hold.until} ms after the end of the hold`);
        if (!this.bookingEnded(place, slot, next, write) && write.end) await this.returnSlot(place, slot);
    }

    async untilOver(hold) {
        await pause(Math.max(0, hold.until + HOLD_LATE_MS + 50 - Date.now()));
    }

    // ---- before the first kill

    /** Most people are linked beforehand; the others meet the gateway, and their practice, in the middle of it. */
    async meet(share) {
        const { dice } = this;
        await Promise.all(this.places.flatMap((place) => {
            const guests = place.people.slice(0, Math.ceil(place.people.length * share));
            return guests.map(async (person) => {
                const slot = place.slotFor(person);
                const booked = await this.book(place, slot, person, dice.pick(CONSUMERS), 'first booking');
                if (!booked) throw new Error(`${place.name}: nobody can be booked`);
            });
        }));
    }
}
