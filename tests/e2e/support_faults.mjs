// SPDX-License-Identifier: Apache-2.0
// A practice's fault switches, and what a consumer and the practice's own book say while one is on.
import { randomUUID } from 'node:crypto';
import {
    FHIR_JSON, appointmentFor, channelOf, control, day, detailsOf, fhir, poll, practiceOf, sandbox, slotSearch, slotsIn,
} from './support.mjs';

/** Practices that one consumer may see, of those as many as any consumer sees. */
const sharedWith = (client) => sandbox.practices.filter((practice) =>
    !sandbox.federations || sandbox.federations.some((each) => each.practices.includes(practice.ods) && each.consumers.includes(client.ods)));
export const consumer = sandbox.clients.reduce((best, each) => (sharedWith(each).length > sharedWith(best).length ? each : best));
export const practices = sharedWith(consumer);
export const systems = [...new Set(practices.map((practice) => practice.system))];
export const practicesOf = (system) => practices.filter((practice) => practice.system === system);

export const breakWith = (practice, fault) => control(practice, 'PUT', '/fault', fault);
export const mend = (practice) => control(practice, 'DELETE', '/fault');

/** Straight from every practice: its slots, or the issue that says why there are none. */
export async function searchAll() {
    const began = Date.now();
    // Two hours of a morning, when every practice is open: few enough to be read and validated at once.
    const morning = day(2).slice(0, 10);
    const search = `Slot?status=free&start=ge${morning}T09:00:00Z&start=lt${morning}T11:00:00Z&_count=500`;
    const found = await fhir('GET', search, { client: consumer, headers: { 'cache-control': 'no-cache' } });
    const answered = new Map(practices.map((practice) => [practice.ods, { slots: 0, issues: [] }]));
    let page = found;
    for (;;) {
        for (const slot of slotsIn(page.resource)) ++answered.get(practiceOf(slot.id).ods).slots;
        const next = page.resource.link?.find((link) => link.relation === 'next');
        if (!next) break;
        page = await fhir('GET', next.url, { client: consumer });
    }
    for (const entry of (found.resource.entry ?? []).filter((each) => each.search?.mode === 'outcome'))
        for (const issue of entry.resource.issue)
            for (const [ods, what] of answered) if (issue.details.text.includes(ods)) what.issues.push(issue);
    return { status: found.status, answered, took: Date.now() - began, text: found.text };
}

export const codeOf = (issue) => issue?.details?.coding?.[0]?.code;

/** One search over all practices, not validated: other tests do that, and here it would take most of the time. */
async function everySlot() {
    const headers = { accept: FHIR_JSON, authorization: `Bearer ${consumer.token}` };
    const slots = [];
    for (let url = `${sandbox.fhir_base}/${slotSearch(2, 4, '&_count=500')}`; url;) {
        const bundle = await (await fetch(url, { headers })).json();
        if (bundle.resourceType !== 'Bundle') break; // nobody has answered in time
        slots.push(...slotsIn(bundle));
        url = bundle.link.find((link) => link.relation === 'next')?.url;
    }
    return slots;
}
let all;

/** Free slots of one practice that do not overlap, not booked before. */
export async function slotsToBook(practice, count) {
    // On a busy machine the first search is too early for some practices.
    all ??= poll(everySlot, (slots) => new Set(slots.map((slot) => practiceOf(slot.id))).size === practices.length);
    const book = (await control(practice, 'GET', '/book')).slots;
    const used = new Set(book.filter((row) => row.times_booked > 0).map((row) => Date.parse(row.start)));
    let free = 0; // from when on somebody who has all slots before has time again
    const slots = (await all).filter((slot) => {
        const wanted = practiceOf(slot.id) === practice && channelOf(slot) !== 'Telephone' && !used.has(Date.parse(slot.start))
            && Date.parse(slot.start) >= free;
        if (wanted) free = Date.parse(slot.end);
        return wanted;
    });
    if (slots.length < count) throw new Error(`${slots.length} slots to book at ${practice.ods}, ${count} wanted`);
    return slots.slice(0, count);
}

/** People without an appointment at that practice. */
export async function peopleFor(practice, count) {
    const busy = new Set((await control(practice, 'GET', '/book')).slots.map((row) => row.who));
    const idle = sandbox.patients.filter((each) => !each.newcomer && !busy.has(each.nhs_number));
    if (idle.length < count) throw new Error(`${idle.length} people without an appointment at ${practice.ods}, ${count} wanted`);
    return idle.slice(0, count);
}

/** With the patient's details, for those systems that want them. */
const order = (slot, patient) =>
    appointmentFor(slot, patient, { contained: [detailsOf(patient)], participant: [{ actor: { reference: '#p' }, status: 'accepted' }] });

export const book = (slot, patient, headers = {}) =>
    fhir('POST', 'Appointment', { client: consumer, body: order(slot, patient), headers });

/** As a careful consumer does it on a busy machine: with one key, again while it is only late. */
export async function bookPatiently(slot, patient) {
    const headers = { 'idempotency-key': randomUUID() };
    return poll(() => book(slot, patient, headers), (answer) => answer.status < 500, 15000);
}

/** Every practice's own book. */
export const books = async () =>
    new Map(await Promise.all(practices.map(async (practice) => [practice.ods, (await control(practice, 'GET', '/book')).slots])));
export const isAt = (row, slot) => Date.parse(row.start) === Date.parse(slot.start);

/** `booked` or `cancelled`, once an unknown outcome has been settled. */
export async function settled(answer, limit) {
    const id = new URL(answer.headers.get('location')).pathname.split('/Appointment/')[1].split('/')[0];
    const read = async () => {
        await new Promise((resolve) => setTimeout(resolve, 400)); // many are waited for at once
        return fhir('GET', `Appointment/${id}`, { client: consumer });
    };
    return (await poll(read, (now) => now.resource.status !== 'pending', limit)).resource.status;
}
