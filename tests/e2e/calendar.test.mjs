// SPDX-License-Identifier: Apache-2.0
// Calendars behind secret addresses, read by a library that we did not write: real bookings, a move, a cancellation, the end of
// feeds; and that the secret is said nowhere.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { before, test } from 'node:test';
import ICAL from 'ical.js';
import { appointmentFor, channelOf, detailsOf, fhir, freshSlots, hub, patientsOf, sandbox } from './support.mjs';

const desk = sandbox.practice_clients[0];
const practice = sandbox.practices.find(({ ods }) => ods === desk.ods);
const PATCH_JSON = 'application/json-patch+json';
const parameters = (...parameter) => ({ resourceType: 'Parameters', ...(parameter.length ? { parameter } : {}) });
const valueOf = (resource, name) => {
    const found = (resource.parameter ?? resource.part).find((each) => each.name === name);
    return found?.valueString ?? found?.valueUri ?? found?.valueReference?.reference ?? found?.valueDateTime;
};

async function feed(client = hub, schedule = undefined) {
    const named = schedule ? [{ name: 'schedule', valueReference: { reference: schedule } }] : [];
    const made = await fhir('POST', 'Subscription/$calendar-feed', { client, body: parameters(...named) });
    assert.equal(made.status, 201, made.text);
    return { id: valueOf(made.resource, 'id'), url: valueOf(made.resource, 'url') };
}

/** Throws where it is no calendar: strict parsing, then every event as the library understands it. */
function eventsOf(text) {
    for (const line of text.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75, `too long: ${line}`);
    assert.ok(!/[^\r]\n/.test(text), 'a line without CR');
    const calendar = new ICAL.Component(ICAL.parse(text));
    assert.equal(calendar.name, 'vcalendar');
    assert.equal(calendar.getFirstPropertyValue('version'), '2.0');
    assert.ok(calendar.getFirstPropertyValue('prodid'));
    const events = calendar.getAllSubcomponents('vevent').map((component) => {
        for (const name of ['uid', 'dtstamp', 'dtstart']) assert.equal(component.getAllProperties(name).length, 1, name);
        const event = new ICAL.Event(component);
        return {
            uid: event.uid,
            sequence: event.sequence,
            summary: event.summary,
            location: event.location,
            start: event.startDate.toJSDate().toISOString(),
            end: event.endDate.toJSDate().toISOString(),
            status: component.getFirstPropertyValue('status'),
            names: component.getAllProperties().map(({ name }) => name),
        };
    });
    assert.equal(new Set(events.map(({ uid }) => uid)).size, events.length, 'a UID twice');
    return events;
}

async function read(url, headers = {}) {
    const answer = await fetch(url, { headers });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
}
const shown = async (url) => {
    const answer = await read(url);
    assert.equal(answer.status, 200, answer.text);
    assert.match(answer.headers.get('content-type'), /^text\/calendar/);
    return eventsOf(answer.text);
};
const eventFor = (events, id) => events.find(({ uid }) => uid.startsWith(`${id}@`));

let slots;
let turn = 0;
before(async () => {
    slots = (await freshSlots(practice)).filter((slot) => channelOf(slot) !== 'Telephone');
    assert.ok(slots.length >= 8, `${slots.length} slots`);
});
async function booked(slot = slots.shift()) {
    const patient = patientsOf(practice)[turn++ % patientsOf(practice).length];
    const answer = await fhir('POST', 'Appointment', {
        body: appointmentFor(slot, patient, { contained: [detailsOf(patient)], participant: [{ actor: { reference: '#p' }, status: 'accepted' }] }),
    });
    assert.equal(answer.status, 201, answer.text);
    return { slot, patient, id: answer.resource.id, version: answer.headers.get('etag') };
}
async function cancelled({ id }) {
    const now = await fhir('GET', `Appointment/${id}`);
    const answer = await fhir('PATCH', `Appointment/${id}`, {
        body: [
            { op: 'replace', path: '/status', value: 'cancelled' },
            { op: 'add', path: '/cancelationReason', value: { text: 'Feels better' } },
        ],
        headers: { 'content-type': PATCH_JSON, 'if-match': now.headers.get('etag') },
    });
    assert.equal(answer.status, 200, answer.text);
}
const utc = (instant) => new Date(instant).toISOString();

test('a booking is an event, and tells nothing of the patient', async () => {
    const { url } = await feed();
    const one = await booked();
    const answer = await read(url);
    const event = eventFor(eventsOf(answer.text), one.id);
    assert.equal(event.start, utc(one.slot.start));
    assert.equal(event.end, utc(one.slot.end));
    assert.equal(event.status, 'CONFIRMED');
    assert.equal(event.summary, 'Appointment booked');
    assert.equal(event.location, practice.name);
    assert.deepEqual(event.names.sort(), ['class', 'dtend', 'dtstamp', 'dtstart', 'last-modified', 'location', 'sequence', 'status', 'summary', 'transp', 'uid']);
    for (const said of [one.patient.nhs_number, one.patient.family, one.patient.given, 'Ear pain']) assert.ok(!answer.text.includes(said));
});

test('what nothing changed is not sent again; a cancellation is a later version of the same event', async () => {
    const { url } = await feed();
    const one = await booked();
    const first = await read(url);
    const before = eventFor(eventsOf(first.text), one.id);
    const tag = first.headers.get('etag');
    assert.match(first.headers.get('cache-control'), /private/);
    assert.equal((await read(url, { 'if-none-match': tag })).status, 304);
    await cancelled(one);
    const later = await read(url, { 'if-none-match': tag });
    assert.equal(later.status, 200);
    const after = eventFor(eventsOf(later.text), one.id);
    assert.equal(after.status, 'CANCELLED');
    assert.equal(after.summary, 'Appointment cancelled');
    assert.ok(after.sequence > before.sequence, `${after.sequence} after ${before.sequence}`);
    assert.equal(after.start, before.start);
});

test('a move is a cancelled event and a new one', async () => {
    const { url } = await feed();
    const one = await booked();
    const now = await fhir('GET', `Appointment/${one.id}`);
    const to = slots.findLast((slot) => slot.start > one.slot.end);
    slots.splice(slots.indexOf(to), 1);
    const moved = await fhir('POST', `Appointment/${one.id}/$reschedule`, {
        body: parameters({ name: 'slot', valueReference: { reference: `Slot/${to.id}` } }),
        headers: { 'if-match': now.headers.get('etag') },
    });
    assert.equal(moved.status, 200, moved.text);
    const events = await shown(url);
    assert.equal(eventFor(events, one.id).status, 'CANCELLED');
    assert.equal(eventFor(events, moved.resource.id).status, 'CONFIRMED');
    assert.equal(eventFor(events, moved.resource.id).start, utc(to.start));
});

test('the calendar of a session shows that session, to the practice and to the hub', async () => {
    const one = await booked();
    const other = slots.find((slot) => slot.schedule.reference !== one.slot.schedule.reference);
    const elsewhere = await booked(slots.splice(slots.indexOf(other), 1)[0]);
    for (const client of [hub, desk]) {
        const events = await shown((await feed(client, one.slot.schedule.reference)).url);
        assert.ok(eventFor(events, one.id));
        assert.equal(eventFor(events, elsewhere.id), undefined);
    }
    const none = await fhir('POST', 'Subscription/$calendar-feed', {
        body: parameters({ name: 'schedule', valueReference: { reference: `Schedule/${practice.ods}.nosuch` } }),
    });
    assert.equal(none.status, 404, none.text);
});

test('a feed is revoked by its maker, or by an operator, and by nobody else', async () => {
    const own = await feed();
    const revoke = (id, client) => fhir('POST', 'Subscription/$revoke-calendar-feed', { client, body: parameters({ name: 'feed', valueString: id }) });
    assert.equal((await revoke(own.id, desk)).status, 404);
    assert.equal((await read(own.url)).status, 200);
    assert.equal((await revoke(own.id, hub)).status, 200);
    const gone = await read(own.url);
    assert.equal(gone.status, 410, gone.text);
    const guess = await read(own.url.replace(/[^/]{43}\.ics$/, `${'A'.repeat(43)}.ics`));
    assert.equal(guess.status, 404, guess.text);

    const second = await feed();
    const command = (...words) => execFileSync(process.env.APPTGW, ['calendar', ...words, '--config', sandbox.config_file, '--url', sandbox.management_url, '--ca-file', sandbox.ca_file]).toString();
    const line = command('list').split('\n').find((each) => each.startsWith(second.id));
    assert.ok(line.includes(hub.client_id) && !line.includes('revoked'), line);
    assert.match(command('revoke', second.id, '--by', 'A. Jones', '--reason', 'address was passed on'), / by A\. Jones/);
    assert.equal((await read(second.url)).status, 410);

    const listed = await fhir('GET', 'Subscription/$calendar-feeds');
    const feeds = listed.resource.parameter.map((each) => ({ id: valueOf(each, 'id'), revoked: valueOf(each, 'revoked') }));
    for (const { id } of [own, second]) assert.ok(feeds.find((each) => each.id === id).revoked);
    assert.ok(!listed.text.includes('.ics'));
});

test('every look is on record under the feed, without its address', async () => {
    const { id, url } = await feed();
    await read(url);
    const found = await fhir('GET', `AuditEvent?entity=Basic/${id}`);
    assert.equal(found.status, 200, found.text);
    const looks = (found.resource.entry ?? []).map(({ resource }) => resource).filter((event) => event.resourceType === 'AuditEvent');
    assert.ok(looks.some((event) => event.source.observer.display === 'calendar: GET /calendar/{secret}.ics'), JSON.stringify(looks));
    assert.ok(!found.text.includes(url.split('/').pop().slice(0, 43)));
});
