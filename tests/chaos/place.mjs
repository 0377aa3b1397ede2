// SPDX-License-Identifier: Apache-2.0
// A practice as a run uses it: slots nobody is after, people who are nowhere else at the time, faults, its own book.
import { FHIR_JSON, appointmentFor, channelOf, control, day, detailsOf, hub, sandbox, slotsIn } from '../e2e/support_sandbox.mjs';

const LINKED = ['emis', 'tpp', 'vision'];
/** Two consumers see the first practice of each system. */
export const CONSUMERS = [0, 1];

const CALM = [{ kind: 'latency', latency_ms: 2, jitter_ms: 20 }, { kind: 'latency', latency_ms: 10, jitter_ms: 250, writes_only: true }];
const TROUBLES = ['latency', 'hang', 'drop_before', 'drop_after', 'server_error', 'unavailable', 'throttle', 'malformed',
    'wrong_content_type', 'stale_session', 'slot_stolen', 'clock_skew'];

export class Place {
    constructor(practice, slots, rows, people) {
        Object.assign(this, { practice, slots, people, linking: LINKED.includes(practice.system), met: new Set() });
        this.engaged = new Map(people.map((each) => [each, []])); // slots of ours
        this.elsewhere = new Map(people.map((each) => [each, rows.filter((row) => row.who === each.nhs_number).map(times)]));
        this.bookedBefore = new Map(rows.map((row) => [row.slot, row.times_booked]));
    }

    get name() {
        return `${this.practice.system} ${this.practice.ods}`;
    }

    takeSlot(dice) {
        return this.slots.length ? dice.draw(this.slots) : undefined;
    }

    /** Free at that time; and whom the practice has not linked yet asks for one thing at a time. */
    suits(person, slot) {
        const engaged = this.engaged.get(person);
        if (this.linking && !this.met.has(person) && engaged.length) return false;
        return ![...engaged, ...this.elsewhere.get(person)].some((other) => other.from < slot.to && slot.from < other.to);
    }

    takePerson(dice, slot) {
        const able = this.people.filter((each) => this.suits(each, slot));
        const person = able.length ? dice.pick(able) : undefined;
        if (person) this.engaged.get(person).push(slot);
        return person;
    }

    /** The next slot at which this person is nowhere else. */
    slotFor(person) {
        const clash = (slot) => this.elsewhere.get(person).some((other) => other.from < slot.to && slot.from < other.to);
        const [slot] = this.slots.splice(this.slots.findIndex((each) => !clash(each)), 1);
        this.engaged.get(person).push(slot);
        return slot;
    }

    release(person, slot) {
        const engaged = this.engaged.get(person);
        engaged.splice(engaged.indexOf(slot), 1);
    }

    appointment(slot, person, more = {}) {
        return appointmentFor(slot, person, {
            contained: [detailsOf(person)],
            participant: [{ actor: { reference: '#p' }, status: 'accepted' }],
            ...more,
        });
    }

    async book() {
        return new Map((await control(this.practice, 'GET', '/book')).slots.map((row) => [`${this.practice.ods}.${row.slot}`, row]));
    }

    reception(body) {
        return control(this.practice, 'POST', '/reception', body).then(() => true, () => false);
    }

    localOf(slot) {
        return slot.id.slice(this.practice.ods.length + 1);
    }

    calm() {
        return control(this.practice, 'PUT', '/fault', CALM);
    }

    trouble(dice) {
        const kind = dice.pick(TROUBLES);
        const often = ['latency', 'clock_skew'].includes(kind) ? 4 : 1;
        const more = { latency: { latency_ms: dice.below(3000) }, clock_skew: { skew_s: dice.below(120) - 60 } }[kind] ?? {};
        const writes_only = kind === 'slot_stolen' || dice.chance(70);
        return control(this.practice, 'PUT', '/fault', [...CALM, { kind, writes_only, times: often + dice.below(2), ...more }]);
    }
}

const times = ({ start, end }) => ({ from: Date.parse(start), to: Date.parse(end) });

/** Every free slot of two weeks that somebody can come to, at one practice. */
async function freeSlots(practice) {
    const owner = encodeURIComponent(`https://fhir.nhs.uk/Id/ods-organization-code|${practice.ods}`);
    const headers = { accept: FHIR_JSON, authorization: `Bearer ${hub.token}`, 'cache-control': 'no-cache' };
    const slots = [];
    let url = `${sandbox.fhir_base}/Slot?status=free&start=ge${day(2)}&start=lt${day(16)}&_count=500`
        + `&schedule.actor:HealthcareService.organization.identifier=${owner}`;
    while (url) {
        const bundle = await (await fetch(url, { headers })).json();
        slots.push(...slotsIn(bundle));
        url = bundle.link?.find((link) => link.relation === 'next')?.url;
    }
    return slots.filter((slot) => ['In-person', undefined].includes(channelOf(slot))).map((slot) => ({ ...slot, ...times(slot) }));
}

/** One of each kind of system, with so many people each. */
export async function openPlaces(people) {
    const known = sandbox.patients.filter((each) => !each.newcomer).slice(0, people);
    const first = sandbox.practices.filter((one, i, all) => all.findIndex((other) => other.system === one.system) === i);
    return Promise.all(first.map(async (practice) => {
        const { slots: rows } = await control(practice, 'GET', '/book');
        const place = new Place(practice, await freeSlots(practice), rows, known);
        if (place.slots.length < 50) throw new Error(`${place.name}: ${place.slots.length} slots`);
        return place;
    }));
}
