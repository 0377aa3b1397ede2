// SPDX-License-Identifier: Apache-2.0
// Slots for anybody: the manifest and its files without a token, only of public sessions, and a booked slot busy soon after.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appointmentFor, assertValid, fhir, patientsOf, poll, practiceOf, sandbox } from './support.mjs';

const url = `${sandbox.fhir_base}/$bulk-publish`;
const open = async (address, headers = {}) => {
    const response = await fetch(address, { headers });
    return { status: response.status, headers: response.headers, text: await response.text() };
};
const manifest = async () => JSON.parse((await open(url)).text);
const linesOf = async (file) => (await open(file.url)).text.trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));
const filesOf = (found, type) => found.output.filter((file) => file.type === type);
const slotsIn = async (found) => (await Promise.all(filesOf(found, 'Slot').map(linesOf))).flat();

test('the manifest and its files are there for anybody, valid, and hold together', async () => {
    const found = await manifest();
    assert.equal(found.request, url);
    assert.deepEqual(found.error, []);
    const locations = (await Promise.all(filesOf(found, 'Location').map(linesOf))).flat();
    const schedules = (await Promise.all(filesOf(found, 'Schedule').map(linesOf))).flat();
    const slots = await slotsIn(found);
    assert.ok(slots.length > 50 && filesOf(found, 'Slot').length >= 4, `${slots.length} slots`);
    for (const each of [...locations, ...schedules, ...slots.slice(0, 20)]) assertValid(each);
    const places = new Set(locations.map(({ id }) => `Location/${id}`));
    const books = new Set(schedules.map(({ id }) => `Schedule/${id}`));
    for (const { actor } of schedules) assert.ok(actor.every(({ reference }) => places.has(reference)), JSON.stringify(actor));
    for (const { schedule, status } of slots) assert.ok(books.has(schedule.reference) && ['free', 'busy'].includes(status));
});

test('only public sessions are published, of the practices that say so, and nobody who works there', async () => {
    const found = await manifest();
    const slots = await slotsIn(found);
    const practices = new Set(slots.map(({ id }) => practiceOf(id).ods));
    assert.deepEqual([...practices].sort(), sandbox.practices.slice(0, 2).map(({ ods }) => ods).sort());
    for (const { start, end } of slots) assert.equal(Date.parse(end) - Date.parse(start), 15 * 60000); // the nurse's
    for (const file of found.output) assert.doesNotMatch((await open(file.url)).text, /Practitioner/);
});

test('what has not changed is not sent again', async () => {
    const [file] = filesOf(await manifest(), 'Location');
    const first = await open(file.url);
    assert.match(first.headers.get('content-type'), /^application\/fhir\+ndjson/);
    assert.match(first.headers.get('cache-control'), /max-age=300/);
    assert.equal((await open(file.url, { 'if-none-match': first.headers.get('etag') })).status, 304);
});

test('a slot that is booked is busy soon after, and _since tells of it alone', async () => {
    const before = await manifest();
    const slot = (await slotsIn(before)).find(({ status, id }) => status === 'free' && practiceOf(id).system === 'gpconnect');
    const booked = await fhir('POST', 'Appointment', { body: appointmentFor(slot, patientsOf(practiceOf(slot.id))[2]) });
    assert.equal(booked.status, 201, booked.text);
    const since = encodeURIComponent(before.transactionTime);
    const changed = async () => slotsIn(JSON.parse((await open(`${url}?_since=${since}`)).text));
    const now = await poll(changed, (slots) => slots.some(({ id, status }) => id === slot.id && status === 'busy'), 40000);
    assert.ok(now.length < 20, `${now.length} changed`);
});
