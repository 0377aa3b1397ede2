// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { control, fhir, practiceOf, sandbox, slotSearch, slotsIn } from './support.mjs';

afterEach(async () => {
    await Promise.all(sandbox.practices.map((practice) => control(practice, 'DELETE', '/fault')));
});

const outcomes = (bundle) => (bundle.entry ?? []).filter((entry) => entry.search?.mode === 'outcome').map((entry) => entry.resource);

async function everySlot(search, options) {
    const slots = [];
    for (let page = await fhir('GET', search, options); ; ) {
        assert.equal(page.status, 200, page.text);
        slots.push(...slotsIn(page.resource));
        const next = page.resource.link.find((link) => link.relation === 'next');
        if (!next) return slots;
        page = await fhir('GET', next.url);
    }
}

test('one search returns free slots of every practice, whatever system it runs', async () => {
    const slots = await everySlot(slotSearch(2, 4, '&_count=500'));
    assert.deepEqual(new Set(slots.map((slot) => practiceOf(slot.id).ods)).size, sandbox.practices.length);
    assert.deepEqual(new Set(slots.map((slot) => practiceOf(slot.id).system)), new Set(sandbox.practices.map(({ system }) => system)));
});

test('slots of all practices come merged in order of start, none twice', async () => {
    const slots = await everySlot(slotSearch(2, 4, '&_count=100'));
    const starts = slots.map((slot) => Date.parse(slot.start));
    assert.deepEqual(starts, starts.toSorted?.((a, b) => a - b) ?? [...starts].sort((a, b) => a - b));
    assert.equal(new Set(slots.map((slot) => slot.id)).size, slots.length);
});

test('_include brings schedules, practitioners, locations and organisations, each once', async () => {
    const found = await fhir(
        'GET',
        slotSearch(2, 3, '&_count=20&_include=Slot:schedule&_include:iterate=Schedule:actor&_include:iterate=HealthcareService:organization'),
    );
    const included = found.resource.entry.filter((entry) => entry.search.mode === 'include').map((entry) => entry.resource);
    const types = new Set(included.map((resource) => resource.resourceType));
    for (const type of ['Schedule', 'Practitioner', 'Location', 'HealthcareService', 'Organization']) assert.ok(types.has(type), type);
    const keys = included.map((resource) => `${resource.resourceType}/${resource.id}`);
    assert.equal(new Set(keys).size, keys.length);
});

test('three practices hang: the others answer inside the deadline and the three are named', async () => {
    const hanging = [sandbox.practices[0], sandbox.practices[5], sandbox.practices[8]];
    for (const practice of hanging) await control(practice, 'PUT', '/fault', { kind: 'hang' });
    const began = Date.now();
    const found = await fhir('GET', slotSearch(2, 4, '&_count=500'), { headers: { 'cache-control': 'no-cache' } });
    const took = Date.now() - began;
    assert.equal(found.status, 200, found.text);
    assert.ok(took < 5000, `took ${took} ms`);
    const text = JSON.stringify(outcomes(found.resource));
    for (const practice of sandbox.practices) assert.equal(text.includes(practice.ods), hanging.includes(practice), practice.ods);
});

test('a search with unknown parameters is refused, and accepted with a warning on request', async () => {
    const strict = await fhir('GET', slotSearch(2, 3, '&shoe-size=9'));
    assert.equal(strict.status, 400);
    assert.match(JSON.stringify(strict.resource), /shoe-size/);
    const lenient = await fhir('GET', slotSearch(2, 3, '&shoe-size=9'), { headers: { prefer: 'handling=lenient' } });
    assert.equal(lenient.status, 200);
    assert.ok(!lenient.resource.link.find((link) => link.relation === 'self').url.includes('shoe-size'));
    assert.match(JSON.stringify(outcomes(lenient.resource)), /shoe-size/);
});

test('a search without a token is refused and says how to log in', async () => {
    const answer = await fhir('GET', slotSearch(2, 3), { client: null });
    assert.equal(answer.status, 401);
    assert.match(answer.headers.get('www-authenticate'), /Bearer/);
});
